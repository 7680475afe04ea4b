import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberSink } from '../../chain/package-reader.ts';
import type { Hash } from '../../format/hash.ts';
import { BOUNDS } from './bounds.ts';

/**
 * The contents that are compared, in one file that has no name any more, so that nothing is left behind however this
 * ends. What memory holds at a time are the two versions of one file.
 */
export interface Spool {
  /** Where a content goes, if it is kept; null where there is no room for it. Its caller has its size from the package. */
  sinkOf(sha256: Hash, size: number): MemberSink | null;
  /** Whether {@link sinkOf} had no room. */
  isTooLarge(sha256: Hash): boolean;
  /** The bytes, which were hashed as they came; null where they did not come. */
  read(sha256: Hash): Promise<Buffer | null>;
  close(): Promise<void>;
}

export async function openSpool(most: number = BOUNDS.contentBytes, largest: number = BOUNDS.tableBytes): Promise<Spool> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'cotejo-diff-'));
  const handle = await fs.open(join(folder, 'contents'), 'wx+', 0o600);
  await fs.rm(folder, { recursive: true });
  const places = new Map<Hash, { readonly at: number; readonly size: number }>();
  const tooLarge = new Set<Hash>();
  let end = 0;
  return {
    sinkOf: (sha256, size) => {
      if (places.has(sha256)) return null;
      if (size > largest || end + size > most) {
        tooLarge.add(sha256);
        return null;
      }
      const at = end;
      let written = 0;
      return {
        write: async (chunk) => {
          for (let done = 0; done < chunk.length; ) {
            done += (await handle.write(chunk, done, chunk.length - done, at + written + done)).bytesWritten;
          }
          written += chunk.length;
        },
        end: () => {
          places.set(sha256, { at, size });
          end = at + size;
        },
        abort: () => {},
      };
    },
    isTooLarge: (sha256) => tooLarge.has(sha256),
    read: async (sha256) => {
      const place = places.get(sha256);
      if (!place) return null;
      const bytes = Buffer.alloc(place.size);
      for (let done = 0; done < place.size; ) {
        const { bytesRead } = await handle.read(bytes, done, place.size - done, place.at + done);
        if (bytesRead === 0) return null;
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
