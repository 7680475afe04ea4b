/** What an address asks for, by the ending of its path. */

/** Past `scheme://host` of a request that names its site, where there is one. */
export function pathFrom(bytes: Buffer, from: number, to: number): number {
  if (from >= to || bytes[from] === SLASH) return from;
  const colon = bytes.indexOf(':', from);
  if (colon < 0 || colon > from + 8 || bytes[colon + 1] !== SLASH || bytes[colon + 2] !== SLASH || colon + 3 > to) return from;
  const slash = bytes.indexOf(SLASH, colon + 3);
  return slash < 0 || slash > to ? to : slash;
}

/** Where the path ends and the query begins. */
export function pathEnd(bytes: Buffer, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === QUESTION || bytes[i] === HASH) return i;
  return to;
}

const [SLASH, QUESTION, HASH] = [0x2f, 0x3f, 0x23];

/** @returns in lower case; empty for a folder, and where there is none of one to six letters and figures */
function endingOf(path: string): string {
  return /\.(\w{1,6})$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** What a path is: these are added. */
export const PATH = { page: 1, favicon: 2, robots: 4, frame: 8 } as const;

/** @param frame the path of the page that others put into a frame */
export function pathClass(path: string, pageKinds: ReadonlySet<string>, frame: string | null): number {
  return (
    (pageKinds.has(endingOf(path)) ? PATH.page : 0) |
    (/\/favicon\.ico$/i.test(path) ? PATH.favicon : 0) |
    (/\/robots\.txt$/i.test(path) ? PATH.robots : 0) |
    (path === frame ? PATH.frame : 0)
  );
}
