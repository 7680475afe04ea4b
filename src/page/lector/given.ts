/** What was verified and given to each document that is open, for the bar to say. */
export interface Given {
  /** @param from the mirror's name */
  add(clientId: string, path: string, bytes: number, from: string): void;
  to(clientId: string): Total;
}

interface Total {
  /** the first file that it got: the document itself; null before that */
  readonly path: string | null;
  readonly files: number;
  readonly bytes: number;
  /** most first */
  readonly from: readonly string[];
}

/** As many documents as a reader could have open. */
const MOST = 256;

export function newGiven(): Given {
  const all = new Map<string, { path: string; files: number; bytes: number; from: Map<string, number> }>();
  return {
    add(clientId, path, bytes, from) {
      const known = all.get(clientId) ?? { path, files: 0, bytes: 0, from: new Map<string, number>() };
      known.files += 1;
      known.bytes += bytes;
      known.from.set(from, (known.from.get(from) ?? 0) + 1);
      all.set(clientId, known);
      for (const oldest of [...all.keys()].slice(0, -MOST)) all.delete(oldest);
    },
    to(clientId) {
      const known = all.get(clientId);
      if (!known) return { path: null, files: 0, bytes: 0, from: [] };
      const { path, files, bytes } = known;
      return { path, files, bytes, from: [...known.from].sort((a, b) => b[1] - a[1]).map(([name]) => name) };
    },
  };
}
