import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { openRegular } from '../../disk/bounded-file.ts';
import { codeOf } from '../../format/thrown.ts';

/** An access log on the disk, plain or gzip: which, its first two bytes say, whatever it is called. */
export interface LogFile {
  readonly isGzip: boolean;
  /** on the disk, when it was opened; of a log that still grows no more is read */
  readonly size: number;
  /**
   * The decompressed bytes, in pieces. Each is of use until the next one is asked for.
   * @param took called with the bytes of the disk that were read so far
   * @throws DamagedGzip after all that could be decompressed
   */
  pieces(took?: (bytes: number) => void): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** A compressed file that ends too early (`cut`), or is not what was compressed. */
export class DamagedGzip extends Error {
  override readonly name = 'DamagedGzip';
  readonly isCut: boolean;
  constructor(isCut: boolean, options: ErrorOptions) {
    super(isCut ? 'the compressed file ends too early' : 'the compressed file is damaged', options);
    this.isCut = isCut;
  }
}

/** What is read at once of a plain file, and what one step of decompressing gives at most. */
const PIECE = 512 * 1024;

/** What is decompressed at once: of a bomb, which is a thousand times as large, that makes 32 MiB. */
const COMPRESSED_PIECE = 32 * 1024;

/** @throws NotAFile for a link, folder, FIFO or device; Error as `open` gives it */
export async function openLog(path: string): Promise<LogFile> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    const magic = Buffer.alloc(2);
    await handle.read(magic, 0, 2, 0);
    const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
    const pieces = (took: (bytes: number) => void = () => {}) => {
      const raw = read(handle, size, isGzip ? COMPRESSED_PIECE : PIECE, took);
      return isGzip ? decompressed(raw) : raw;
    };
    return { isGzip, size, pieces, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* read(handle: FileHandle, size: number, piece: number, took: (bytes: number) => void): AsyncGenerator<Buffer> {
  const room = Buffer.allocUnsafeSlow(piece);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(room, 0, Math.min(piece, size - at), at);
    if (bytesRead === 0) return; // it has become shorter
    at += bytesRead;
    took(at);
    yield room.subarray(0, bytesRead);
  }
}

/**
 * While one piece is used, the next one is decompressed. By hand, since of a stream that fails, what it had given and
 * nobody had taken yet is lost, which would make the figures of a damaged log a matter of chance.
 */
async function* decompressed(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: PIECE });
  let given: Buffer[] = [];
  let error: unknown = null;
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    gunzip.on('data', (piece: Buffer) => given.push(piece));
    gunzip.on('error', (reason) => (error = reason));
    for (const event of ['end', 'close'] as const) {
      gunzip.once(event, () => {
        isOver = true;
        resolve();
      });
    }
  });
  const step = (work: (done: () => void) => void) => Promise.race([new Promise<void>((resolve) => work(() => resolve())), over]);
  const take = () => {
    const taken = given;
    given = [];
    return taken;
  };
  try {
    for await (const piece of raw) {
      const done = step((then) => void gunzip.write(piece, then));
      yield* take();
      await done;
      if (isOver) break; // what stands after the end is none of it
    }
    if (!isOver) await step((then) => void gunzip.end(then));
    await over;
    yield* take();
  } finally {
    gunzip.destroy();
  }
  if (error === null) return;
  const code = codeOf(error) ?? '';
  if (!code.startsWith('Z_')) throw error;
  throw new DamagedGzip(code === 'Z_BUF_ERROR', { cause: error });
}
