import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { pack } from 'tar-stream';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Measured } from '../../format/statement.ts';
import { gzip } from './gzip.ts';
import { words } from './words.ts';

/** `corte.tar.gz`, written member by member while the source is being read. */

export interface PackageWriter {
  /**
   * Adds a member; members are added one at a time, in the manifest's order.
   * @param chunks exactly `size` bytes. A chunk's memory may be reused when the next one is asked for, and the last
   *   one's when the promise is fulfilled
   * @throws Refusal `too-large` past 8 GiB; Error where it can't be written (a full disk)
   */
  add(path: string, size: number, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Ends the archive and makes the file durable (the caller makes its name durable). @throws as {@link add} */
  finish(): Promise<Measured>;
  /** Gives up after any error; the caller removes the file. */
  abandon(): Promise<void>;
}

/**
 * @param file must not exist
 * @param mtime milliseconds; what every member is dated, so that the same input gives the same bytes
 */
export async function createPackage(file: string, mtime: number): Promise<PackageWriter> {
  const handle = await fs.open(file, 'wx');
  await handle.chmod(0o644); // whatever the umask: everybody may read a chain
  const hash = createHash('sha256');
  // tar-stream writes 32 bits of it; from 2038 on that would be a negative number, which not every tar reads.
  const dated = new Date(Math.min(mtime, 0x7fffffff * 1000));
  const tar = pack();
  tar.on('error', () => {}); // the loop over it throws it
  let [bytes, files, contentBytes] = [0, 0, 0];

  // The chunk that the tar was given last, until it has gone through gzip.
  const given: { chunk?: Uint8Array; taken(): void; failed(error: unknown): void } = { taken() {}, failed() {} };

  async function* taking(): AsyncGenerator<Uint8Array> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tar-stream gives bytes, its types say unknown
    for await (const chunk of tar as AsyncIterable<Uint8Array>) {
      yield chunk;
      if (chunk === given.chunk) given.taken();
    }
  }

  const written = (async () => {
    let writing: Promise<void> = Promise.resolve();
    for await (const part of gzip(taking())) {
      bytes += part.length;
      if (bytes > LIMITS.packageBytes) throw new Refusal('too-large', words.packageTooLarge);
      hash.update(part);
      await writing;
      writing = handle.writeFile(part); // at the current position, and all of it
      writing.catch(() => {}); // thrown where it is awaited
    }
    await writing;
  })();
  const failures: unknown[] = [];
  written.catch((error: unknown) => {
    failures.push(error);
    given.failed(error);
  });

  return {
    async add(path, size, chunks) {
      if (failures.length > 0) throw failures[0];
      const header = { name: path, size, mode: 0o644, uid: 0, gid: 0, mtime: dated, type: 'file' as const };
      const entry = tar.entry(header);
      entry.on('error', () => {}); // `written` reports what ended the archive
      for (const chunk of chunks) {
        if (chunk.length === 0) continue;
        await new Promise<void>((taken, failed) => {
          Object.assign(given, { chunk, taken, failed });
          if (failures.length > 0) failed(failures[0]);
          else entry.write(chunk);
        });
      }
      entry.end(null); // streamx's types want an argument
      files += 1;
      contentBytes += size;
    },
    async finish() {
      tar.finalize();
      await written;
      await handle.sync();
      await handle.close();
      return { sha256: hash.digest('hex'), bytes, files, content_bytes: contentBytes };
    },
    async abandon() {
      tar.destroy(new Error('given up'));
      await written.catch(() => {}); // add or finish has thrown what failed
      await handle.close().catch(() => {}); // finish may have closed it
    },
  };
}
