import type { HashBytes } from './asking.ts';

/** The bar's page in the browser's store, so that a reader without a network has it, and a path that no host knows as well. */

const SHELL = '/index.html';

/** What of a browser's Cache is used. */
interface Shelf {
  match(key: string): Promise<Response | undefined>;
  put(key: string, answer: Response): Promise<void>;
}

/** Where the page is looked for. */
export interface ShellPlaces {
  /** of the origin: its documents can write there too; absent where the browser has none */
  readonly caches: { open(name: string): Promise<Shelf> } | undefined;
  /** asks the host, which may answer anything */
  readonly fetch: (path: string) => Promise<Response>;
  readonly hash: HashBytes;
}

/**
 * The page, from the store, or fetched and put there. It is given by its hash alone, wherever it comes from: a document of the
 * publication could have written into the store, and a host that is being served anew gives another page, or one of its own.
 * @param sha256 that the lector was built with: of another page there is another worker, and it has another place here
 * @returns null where it can't be had
 */
export async function keepShell(
  name: string,
  sha256: string,
  { caches, fetch, hash }: ShellPlaces,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const key = `${SHELL}?${sha256}`;
  const cache = await Promise.resolve(caches?.open(name)).catch(() => undefined);
  const kept = await bytesOf(cache?.match(key));
  if (kept && (await hash(kept)) === sha256) return kept;
  const fetched = await bytesOf(fetch(SHELL));
  if (!fetched || (await hash(fetched)) !== sha256) return null;
  const type = { 'Content-Type': 'text/html; charset=utf-8' };
  await cache?.put(key, new Response(fetched, { headers: type })).catch(() => {}); // a full store: it is fetched again
  return fetched;
}

async function bytesOf(answer: Promise<Response | undefined> | undefined): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const response = await answer;
    return response?.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
