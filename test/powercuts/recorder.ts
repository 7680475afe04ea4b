import { closeSync, openSync, read, readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { flushBegun, flushDone, markOf, writeOf } from './record.ts';

/**
 * A disk that remembers. `node recorder.js IMAGE LOG FLUSH_MS`, with an open /dev/fuse as descriptor 3 that is mounted
 * already: a FUSE file system with the file `disk`, which is the image, held in memory. Every write to it, where each flush
 * began and where it ended is written to LOG (see record.ts). What is written to its file `mark` is a mark in the record.
 * It speaks the kernel's protocol itself (linux/fuse.h, version 7.31), as far as two files need it.
 */

const [image, log, flushMs] = process.argv.slice(2) as [string, string, string];
const FUSE = 3;
const [ROOT, DISK, MARK] = [1, 2, 3];
const NAMES: Readonly<Record<string, number>> = { disk: DISK, mark: MARK };
const ENOENT = -2;
const ENOSYS = -38;

/** Opcodes that are answered; the rest is ENOSYS, and the kernel does without it. */
const OP = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  open: 14,
  read: 15,
  write: 16,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
} as const;

const disk = readImage(image);
const out = openSync(log, 'w');
const record = (bytes: Uint8Array) => void writeSync(out, bytes);

/** @returns what is answered, or the negative number of an error; null where nothing may be answered */
async function answer(opcode: number, node: number, body: Buffer): Promise<Buffer | number | null> {
  switch (opcode) {
    case OP.init:
      return initAnswer();
    case OP.lookup: {
      const found = NAMES[body.toString('utf8', 0, body.indexOf(0))];
      return found === undefined ? ENOENT : Buffer.concat([words([found], [0], [0], [0]), words([0]), attributes(found)]);
    }
    case OP.getattr:
    case OP.setattr:
      return Buffer.concat([words([0], [0]), attributes(node)]);
    case OP.open:
      return Buffer.concat([words([0]), small(1, 0)]); // FOPEN_DIRECT_IO: no cache of the kernel stands before the record
    case OP.read: {
      const at = Number(body.readBigUInt64LE(8));
      return node === DISK ? disk.subarray(at, at + body.readUInt32LE(16)) : Buffer.alloc(0);
    }
    case OP.write:
      return written(node, Number(body.readBigUInt64LE(8)), body.subarray(40, 40 + body.readUInt32LE(16)));
    case OP.fsync:
      // Only what had come before the flush began is promised by it.
      record(flushBegun());
      await sleep(Number(flushMs));
      record(flushDone());
      return 0;
    case OP.flush:
    case OP.release:
    case OP.destroy:
      return 0;
    case OP.forget:
    case OP.batchForget:
    case OP.interrupt:
      return null;
    default:
      return ENOSYS;
  }
}

function written(node: number, at: number, data: Buffer): Buffer {
  if (node === MARK) record(markOf(data.toString()));
  else {
    data.copy(disk, at);
    record(writeOf(at, data));
  }
  return small(data.length, 0);
}

function initAnswer(): Buffer {
  const reply = Buffer.alloc(64);
  const BIG_WRITES = 1 << 5;
  const MAX_PAGES = 1 << 22;
  small(7, 31, 131_072, BIG_WRITES | MAX_PAGES).copy(reply);
  reply.writeUInt16LE(64, 16); // requests in the background
  reply.writeUInt16LE(48, 18);
  reply.writeUInt32LE(131_072, 20); // bytes of a write
  reply.writeUInt32LE(1, 24);
  reply.writeUInt16LE(32, 28); // pages of a write
  return reply;
}

/** `struct fuse_attr` */
function attributes(node: number): Buffer {
  const size = node === DISK ? disk.length : 0;
  const mode = node === ROOT ? 0o040755 : 0o100600;
  return Buffer.concat([words([node], [size], [Math.ceil(size / 512)], [0], [0], [0]), small(0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)]);
}

/** 64 bits each */
function words(...values: readonly [number][]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach(([value], i) => void bytes.writeBigUInt64LE(BigInt(value), 8 * i));
  return bytes;
}

/** 32 bits each */
function small(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => void bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function readImage(path: string): Buffer {
  const file = openSync(path, 'r');
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(16 * 1024 * 1024);
    const length = readSync(file, part, 0, part.length, null);
    if (length === 0) break;
    parts.push(part.subarray(0, length));
  }
  closeSync(file);
  return Buffer.concat(parts);
}

async function serve(request: Buffer): Promise<void> {
  const [opcode, unique, node] = [request.readUInt32LE(4), request.readBigUInt64LE(8), Number(request.readBigUInt64LE(16))];
  const result = await answer(opcode, node, request.subarray(40));
  if (result === null) return;
  const body = typeof result === 'number' ? Buffer.alloc(0) : result;
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeInt32LE(typeof result === 'number' ? result : 0, 4);
  head.writeBigUInt64LE(unique, 8);
  try {
    writeSync(FUSE, Buffer.concat([head, body]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // it was interrupted meanwhile
  }
}

const readFuse = promisify(read);
const room = Buffer.alloc(1024 * 1024);
process.on('SIGTERM', () => {}); // it ends when it is unmounted, and not before
for (;;) {
  try {
    const { bytesRead } = await readFuse(FUSE, room, 0, room.length, null);
    void serve(Buffer.from(room.subarray(0, bytesRead)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENODEV') break; // unmounted
    if (code !== 'EINTR' && code !== 'ENOENT' && code !== 'EAGAIN') throw error;
  }
}
closeSync(out);
