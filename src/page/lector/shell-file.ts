/** The bar's page in the browser's store, so that a reader without a network has it, and a path that no host knows as well. */

const SHELL = '/index.html';

/**
 * The page, from the store, or fetched and put there.
 * @param sha256 that the lector was built with: of another page there is another worker, and it has another place here
 * @returns null where it can't be had
 */
export async function keepShell(name: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const key = `${SHELL}?${sha256}`;
  const cache = await Promise.resolve(globalThis.caches?.open(name)).catch(() => undefined);
  const kept = await cache?.match(key).catch(() => undefined);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const fetched = await fetch(SHELL, { cache: 'no-cache', credentials: 'omit' }).catch(() => null);
  if (!fetched?.ok) return null;
  const bytes = new Uint8Array(await fetched.arrayBuffer());
  const type = { 'Content-Type': 'text/html; charset=utf-8' };
  await cache?.put(key, new Response(bytes, { headers: type })).catch(() => {}); // a full store: it is fetched again
  return bytes;
}
