import type { Hash } from '../../format/hash.ts';
import type { HashBytes } from './asking.ts';
import type { Contents } from './contents.ts';
import { Late, within } from './within.ts';

/** The browser's own store of answers. */

/** Bytes that are kept; what is over them goes, the oldest first, and before it what no corte needs that is held. */
const MOST = 96 * 1024 * 1024;
/** ms for one file: a browser whose store does not answer for so long has none. */
const PATIENCE = 5000;
const PLACE = '/cotejo/lector/contenido/';

/** What of the browser's `caches` is used. */
interface Rooms {
  open(name: string): Promise<Room>;
  delete(name: string): Promise<boolean>;
}

interface Room {
  keys(): Promise<ReadonlyArray<{ readonly url: string }>>;
  match(address: string): Promise<Response | undefined>;
  put(address: string, answer: Response): Promise<void>;
  delete(address: string): Promise<boolean>;
}

/**
 * @param caches the browser's, or nothing where it has none
 * @param isNeeded whether a corte that is held has it
 * @param patience ms
 */
export function openContents(
  caches: Rooms | undefined,
  name: string,
  hash: HashBytes,
  isNeeded: (sha256: Hash) => boolean,
  patience = PATIENCE,
): Contents {
  let isKeeping = caches !== undefined;
  let isLost = false;
  let opened: Promise<{ readonly cache: Room; readonly sizes: Map<Hash, number> }> | null = null;

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
    if (isLost) return null;
    try {
      return await within(work(), patience);
    } catch (error) {
      // Full, wiped, or not allowed: it goes on without.
      isKeeping = false;
      // Whoever did not answer once is not waited for again.
      isLost ||= error instanceof Late;
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
