import type { Store } from './store.ts';
import { Late, within } from './within.ts';

/** The browser's own store, or memory in its place. */

/** ms: a browser whose store does not answer for so long has none. */
const PATIENCE = 2000;
const ROOM = 'todo';

/** @param name of the database; another election's anchor has another one */
export function openStore(factory: IDBFactory | undefined, name: string): Store {
  const memory = new Map<string, unknown>();
  let isKeeping = factory !== undefined;
  let isLost = factory === undefined;
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= within(
      new Promise<IDBDatabase>((resolve, reject) => {
        if (!factory) throw new Error('no store');
        const request = factory.open(name, 1);
        request.addEventListener('upgradeneeded', () => request.result.createObjectStore(ROOM));
        request.addEventListener('success', () => {
          // Whoever empties the browser's store must not wait for us.
          request.result.addEventListener('versionchange', () => {
            request.result.close();
            opened = undefined;
          });
          request.result.addEventListener('close', () => void (opened = undefined));
          resolve(request.result);
        });
        request.addEventListener('error', () => reject(request.error ?? new Error('no store')));
      }),
      PATIENCE,
    );
    return opened;
  }

  /** @returns undefined where the store does not do it */
  async function ask<T>(mode: IDBTransactionMode, work: (room: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
    if (isLost) return undefined;
    try {
      const database = await open();
      return await within(
        new Promise<T>((resolve, reject) => {
          const transaction = database.transaction(ROOM, mode, { durability: 'strict' });
          const request = work(transaction.objectStore(ROOM));
          transaction.addEventListener('complete', () => resolve(request.result));
          transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not kept')));
        }),
        PATIENCE,
      );
    } catch (error) {
      opened = undefined;
      isKeeping = false;
      // Whoever did not answer once is not waited for again.
      isLost ||= error instanceof Late;
      return undefined;
    }
  }

  return {
    get: (key) => (memory.has(key) ? Promise.resolve(memory.get(key)) : ask<unknown>('readonly', (room) => room.get(key))),
    async put(key, value) {
      const kept = await ask('readwrite', (room) => room.put(value, key));
      if (kept === undefined) memory.set(key, value);
      else memory.delete(key);
    },
    async delete(key) {
      memory.delete(key);
      await ask('readwrite', (room) => room.delete(key));
    },
    async names() {
      const kept = (await ask('readonly', (room) => room.getAllKeys())) ?? [];
      return [...new Set([...memory.keys(), ...kept.filter((key) => typeof key === 'string')])];
    },
    async clear() {
      memory.clear();
      await ask('readwrite', (room) => room.clear());
    },
    keeps: () => isKeeping,
  };
}
