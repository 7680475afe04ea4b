import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Hash } from '../../format/hash.ts';
import { ToldError } from '../../format/said.ts';
import { words } from './words.ts';

/**
 * Holds one file of the source from when it is read (and hashed) until it is known to be new and has been packed, so
 * that the source is read only once. Most files fit in memory; a larger one is kept in a private file, so that memory
 * stays bounded.
 */
export interface Holding {
  /**
   * Reads an open file from its beginning; what was held before is gone.
   * @param keep whether its bytes are needed later; a file that is only hashed needs no spool
   * @returns the hash, or null where the file ends before `size` bytes
   */
  fill(fd: number, size: number, keep: boolean): Promise<Hash | null>;
  /** The bytes that were read with `keep`, in pieces, each valid until the next one is asked for. */
  chunks(): Iterable<Buffer>;
  close(): void;
}

/** Bytes of a file that is held in memory. Only the part that has been used takes memory. */
const MEMORY_BYTES = 16 * 1024 * 1024;
/** Bytes that are read and hashed at once: with fewer, SHA-256 is slower; with more, other work waits too long. */
const CHUNK_BYTES = 1024 * 1024;
/** What opening and checking a file costs, expressed in bytes read. */
const FILE_COST = 16 * 1024;

/**
 * @param spoolFile where to keep what is too large for memory; made when it is needed, and never seen by others
 * @param memoryBytes smaller in tests
 */
export function makeHolding(spoolFile: string, memoryBytes = MEMORY_BYTES): Holding {
  const memory = Buffer.allocUnsafeSlow(Math.max(memoryBytes, CHUNK_BYTES));
  let spool: number | null = null;
  let held: { readonly size: number; readonly spool: number | null } = { size: 0, spool: null };
  let unpaused = 0;

  async function pauseAfter(cost: number): Promise<void> {
    unpaused += cost;
    if (unpaused < CHUNK_BYTES) return;
    unpaused = 0;
    await setImmediate();
  }

  return {
    async fill(fd, size, keep) {
      const large = size > memoryBytes;
      const into = large && keep ? (spool ??= anonymousFile(spoolFile)) : null;
      held = { size, spool: into };
      const hash = createHash('sha256');
      for (let at = 0; at < size; ) {
        const start = large ? 0 : at;
        const read = readSync(fd, memory, start, Math.min(CHUNK_BYTES, size - at), at);
        if (read === 0) return null;
        const chunk = memory.subarray(start, start + read);
        hash.update(chunk);
        if (into !== null) writeAll(into, chunk, at);
        at += read;
        await pauseAfter(read);
      }
      await pauseAfter(FILE_COST);
      return hash.digest('hex');
    },

    *chunks() {
      const from = held.spool;
      if (from === null) {
        yield memory.subarray(0, held.size);
        return;
      }
      for (let at = 0; at < held.size; ) {
        const read = readSync(from, memory, 0, Math.min(CHUNK_BYTES, held.size - at), at);
        if (read === 0) throw new ToldError(words.spoolShorter(spoolFile));
        yield memory.subarray(0, read);
        at += read;
      }
      ftruncateSync(from, 0); // gives the room back: the next large file may come much later
    },

    close() {
      if (spool !== null) closeSync(spool);
      spool = null;
    },
  };
}

/** A file without a name: however this process ends, its room is freed. */
function anonymousFile(path: string): number {
  const fd = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return fd;
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}
