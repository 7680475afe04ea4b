import type { Hash } from '../../format/hash.ts';
import type { HashBytes } from './asking.ts';
import type { Contents } from './contents.ts';

/** The browser's own store of answers. */

/** Bytes that are kept; what is over them goes, the oldest first, and before it what no corte needs that is held. */
const MOST = 96 * 1024 * 1024;
const PLACE = '/cotejo/lector/contenido/';

/**
 * @param caches the browser's, or nothing where it has none
 * @param isNeeded whether a corte that is held has it
 */
export function openContents(
  caches: Pick<CacheStorage, 'open' | 'delete'> | undefined,
  name: string,
  hash: HashBytes,
  isNeeded: (sha256: Hash) => boolean,
): Contents {
  let isKeeping = caches !== undefined;
  let opened: Promise<{ readonly cache: Cache; readonly sizes: Map<Hash, number> }> | null = null;

  /** The sizes stand in the addresses, so that none need be opened to know them. */
  async function open() {
    if (!caches) return null;
    opened ??= caches.open(name).then(async (cache) => {
      const sizes = new Map<Hash, number>();
      for (const { url } of await cache.keys()) {
        const { pathname, search } = new URL(url);
        sizes.set(pathname.slice(PLACE.length), Number(search.slice(1)) || 0);
      }
      return { cache, sizes };
    });
    return opened;
  }

  async function tried<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch {
      // Full, wiped, or not allowed: it goes on without.
      isKeeping = false;
      opened = null;
      return null;
    }
  }

  return {
    get: (sha256) =>
      tried(async () => {
        const room = await open();
        const size = room?.sizes.get(sha256);
        if (!room || size === undefined) return null;
        const found = await room.cache.match(`${PLACE}${sha256}?${size}`);
        const bytes = found ? new Uint8Array(await found.arrayBuffer()) : null;
        if (bytes && (await hash(bytes)) === sha256) return bytes;
        room.sizes.delete(sha256);
        await room.cache.delete(`${PLACE}${sha256}?${size}`);
        return null;
      }),
    put: async (sha256, bytes) => {
      await tried(async () => {
        const room = await open();
        if (!room || room.sizes.has(sha256) || bytes.length > MOST / 4) return;
        const { cache, sizes } = room;
        sizes.set(sha256, bytes.length);
        let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        const old = [...sizes.keys()].filter((key) => key !== sha256);
        for (const key of [...old.filter((each) => !isNeeded(each)), ...old.filter(isNeeded)]) {
          if (total <= MOST) break;
          const size = sizes.get(key) ?? 0;
          total -= size;
          sizes.delete(key);
          await cache.delete(`${PLACE}${key}?${size}`);
        }
        await cache.put(`${PLACE}${sha256}?${bytes.length}`, new Response(bytes)).catch((error: unknown) => {
          sizes.delete(sha256);
          throw error;
        });
      });
    },
    clear: async () => {
      opened = null;
      await tried(async () => caches?.delete(name));
    },
    keeps: () => isKeeping,
  };
}
