import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Hash } from '../format/hash.ts';
import type { Listed } from './bucket/answers.ts';
import type { Written } from './bucket/bucket.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * What this process knows of the bucket, so that a pass at rest asks for one object. All of it can be lost: the next process
 * finds by a list what is there. Where a store's validators are no MD5 of the bytes, it writes the newest corte once more.
 */
export interface Memory {
  /**
   * Notes what was written under a name. A copy is of whatever the store had under the other name: where its validators are
   * MD5s, the copy's is noted only if it is this content's.
   */
  wrote(key: string, sha256: Hash, written: Written): void;
  /** The validator of the content that is known under a name, null where none is. */
  etagOf(key: string): string | null;
  /** Nothing is known of this object any more. */
  forget(key: string): void;
  /**
   * Whether a listed object has this content, by the validator that the store gave when it was written, or else by MD5.
   * @param file this machine's file of that content
   * @throws Trouble `altered` where that file has other bytes
   */
  isRight(listed: Listed, sha256: Hash, file: string): Promise<boolean>;
  /** Names in the bucket by content, of the corte that was found whole last: what the next one may be copied from. */
  sources: ReadonlyMap<Hash, string>;
  /** Drops what is known of names that the store no longer has, or that nobody asks for. */
  keepOnly(isKept: (key: string) => boolean): void;
}

export function newMemory(): Memory {
  const known = new Map<string, { readonly etag: string; readonly sha256: Hash }>();
  const md5s = new Map<Hash, string>();
  // Where a store encrypts, its validators may look like an MD5 and be none: what is written over our link tells.
  let isMd5s = true;
  const sums = async (sha256: Hash, file: string): Promise<string> => {
    const before = md5s.get(sha256);
    if (before !== undefined) return before;
    const [md5, sha] = [createHash('md5'), createHash('sha256')];
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      md5.update(chunk);
      sha.update(chunk);
    }
    if (sha.digest('hex') !== sha256) throw new Trouble('altered', words.changed(file));
    const made = md5.digest('hex');
    md5s.set(sha256, made);
    return made;
  };
  return {
    sources: new Map(),
    wrote(key, sha256, { etag, md5 }) {
      known.delete(key);
      if (md5 !== null) md5s.set(sha256, md5);
      if (etag === null) return;
      const bare = bareOf(etag);
      if (/^[0-9a-f]{32}$/i.test(bare)) {
        const isOwn = bare === md5s.get(sha256);
        if (md5 !== null) isMd5s = isOwn;
        else if (isMd5s && !isOwn) return;
      }
      known.set(key, { etag, sha256 });
    },
    etagOf: (key) => known.get(key)?.etag ?? null,
    forget: (key) => void known.delete(key),
    async isRight({ key, etag }, sha256, file) {
      const seen = known.get(key);
      if (seen?.etag === etag && seen.sha256 === sha256) return true;
      const isMd5 = bareOf(etag) === (await sums(sha256, file));
      if (isMd5) known.set(key, { etag, sha256 });
      return isMd5;
    },
    keepOnly(isKept) {
      for (const key of known.keys()) if (!isKept(key)) known.delete(key);
      const alive = new Set([...known.values()].map(({ sha256 }) => sha256));
      for (const sha256 of md5s.keys()) if (!alive.has(sha256)) md5s.delete(sha256);
    },
  };
}

function bareOf(etag: string): string {
  return etag.replaceAll('"', '');
}
