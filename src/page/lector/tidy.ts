/**
 * Takes away what lectors of this origin left that were built with another anchor, or with another page of the bar. What can't
 * be taken away stays: it is only room that it takes.
 * @param name of what this one keeps
 */
export async function tidy(name: string, shell: string): Promise<void> {
  try {
    const former = (await caches.keys()).filter((key) => key.startsWith(PREFIX) && !key.startsWith(name));
    for (const key of former) await caches.delete(key);
    const own = await caches.open(name);
    for (const request of await own.keys()) if (!request.url.endsWith(shell)) await own.delete(request);
    // Firefox did not have the list before its version 126.
    const kept = (await globalThis.indexedDB.databases?.()) ?? [];
    for (const { name: of } of kept) if (of?.startsWith(PREFIX) && of !== name) indexedDB.deleteDatabase(of);
  } catch {
    // no store, or none that answers
  }
}

const PREFIX = 'cotejo-lector-';
