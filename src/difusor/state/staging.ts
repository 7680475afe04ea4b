import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  promises as fs,
  futimesSync,
  mkdirSync,
  openSync,
  writeSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readPackage } from '../../chain/package-reader.ts';
import type { Hash } from '../../format/hash.ts';
import type { Entry } from '../../format/manifest.ts';
import type { Statement } from '../../format/statement.ts';
import type { MemberJudge } from '../../verdict/members.ts';
import { contentTimes } from './content-time.ts';

/** Where one corte is prepared, out of everyone's sight, until the renames that put it in place. */
export interface Staging {
  readonly root: string;
  /** becomes the corte's folder in the chain */
  readonly corte: string;
  /** new content by hash */
  readonly content: string;
  /** becomes the tree */
  readonly tree: string;
  /** becomes the folder of its compressed copies */
  readonly compressed: string;
  remove(): Promise<void>;
}

/** @param folder the node's staging folder @param name of the corte: it begins the name of the new folder */
export function openStaging(folder: string, name: string): Staging {
  const root = join(folder, `${name}-${process.hrtime.bigint()}`);
  const staging: Staging = {
    root,
    corte: join(root, 'corte'),
    content: join(root, 'content'),
    tree: join(root, 'tree'),
    compressed: join(root, 'compressed'),
    // Only we write here, so it is no deeper than we made it.
    remove: () => fs.rm(root, { recursive: true, force: true }),
  };
  for (const made of [root, staging.corte, staging.content]) mkdirSync(made, { mode: 0o755 });
  return staging;
}

const CHUNK = 1024 * 1024;

/**
 * A2 for the package: copies it once, hashing what is written. Only as much is copied as was stated, and one byte more
 * is enough to know that it is another package.
 * @param step called for each chunk
 */
export async function copyPackage(
  from: FileHandle,
  to: string,
  stated: number,
  step: () => void,
): Promise<{ bytes: number; sha256: Hash }> {
  const hash = createHash('sha256');
  const out = await fs.open(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    await out.chmod(0o644);
    const readInto = (buffer: Buffer, at: number) => from.read(buffer, 0, Math.min(CHUNK, stated - at + 1), at);
    let chunk = Buffer.allocUnsafe(CHUNK);
    let other = Buffer.allocUnsafe(CHUNK);
    let bytes = 0;
    for (let read = await readInto(chunk, bytes); read.bytesRead > 0; ) {
      const part = chunk.subarray(0, read.bytesRead);
      bytes += part.length;
      // While this chunk is hashed, the system writes it and reads the next one.
      const both = Promise.all([readInto(other, bytes), out.writeFile(part)]);
      both.catch(() => {}); // awaited below
      hash.update(part);
      [read] = await both;
      [chunk, other] = [other, chunk];
      step();
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await out.close();
  }
}

/**
 * A10: extracts an authenticated package into a folder, each content under its hash, read-only, with a time that no
 * other content of its size has.
 * @param previous the corte before the package's, null before the first
 * @param only the hashes that are wanted; all where absent. The others are checked but not written.
 * @throws Refusal `package-malformed`, `content-mismatch`, `content-missing`; Error where the disk fails
 */
export async function unpack(
  packageFile: string,
  statement: Statement,
  previous: Statement | null,
  judge: MemberJudge,
  folder: string,
  step: () => void,
  only?: ReadonlySet<Hash>,
): Promise<void> {
  const timeOf = contentTimes(statement, previous);
  const source = createReadStream(packageFile, { highWaterMark: CHUNK });
  await readPackage(source, judge, (entry: Entry, size: number) => {
    step();
    const mtime = timeOf(size);
    if (only && !only.has(entry.sha256)) return { write() {}, end() {}, abort() {} };
    const fd = openSync(join(folder, entry.sha256), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o444);
    return {
      write(chunk) {
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
        step();
      },
      end() {
        fchmodSync(fd, 0o444);
        futimesSync(fd, mtime, mtime);
        closeSync(fd);
      },
      abort: () => closeSync(fd),
    };
  });
}
