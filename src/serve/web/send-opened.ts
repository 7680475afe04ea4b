import { close, read } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { isSameFile, judgeConditions } from './conditions.ts';
import { type Opened, readAt } from './file.ts';
import { type Range, rangesOf } from './ranges.ts';
import { ALWAYS, type Headers, say } from './say.ts';

/** Sends an open file as nginx does: with conditions, one or several ranges, and a sure end whatever the reader does. */

export interface Sending {
  readonly headers: Headers;
  readonly type: string;
  /** differs whenever the bytes differ; without its quotes */
  readonly tag: string;
  /** how the open file is compressed; its validators and ranges are of its own bytes */
  readonly encoding?: 'gzip';
  /** sent instead of 200, without conditions and ranges */
  readonly status?: number;
}

/** A file up to this size is read at once and closed, so that a slow reader holds no descriptor. */
const SMALL_BYTES = 128 * 1024;

/** A longer file is read in parts of this size, each while the one before it is sent. */
const PART_BYTES = 256 * 1024;

/** How many parts are kept to be used again: 8 MiB. */
const MOST_FREE = 32;

/** How many longer files may be open at once. Descriptors are few, and every slow reader of one holds one. */
const MOST_OPEN = 512;

let openNow = 0;

const closeLater = promisify(close);

/** Takes over the file: it is closed when this settles, however the answer ended. */
export async function sendOpened(
  request: IncomingMessage,
  response: ServerResponse,
  file: Opened,
  sending: Sending,
): Promise<void> {
  const isLong = file.size > SMALL_BYTES;
  if (isLong) openNow += 1;
  try {
    if (isLong && openNow > MOST_OPEN) say(response, 503, { 'Retry-After': '10' });
    else await answer(request, response, file, sending);
  } finally {
    if (isLong) openNow -= 1;
    await closeLater(file.fd);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  file: Opened,
  { headers, type, tag, encoding, status = 200 }: Sending,
): Promise<void> {
  const modified = Math.floor(file.modified / 1000) * 1000;
  const etag = `"${tag}"`;
  const about: Headers = { ...ALWAYS, ...headers, ETag: etag, 'Last-Modified': new Date(modified).toUTCString() };
  const whole: readonly Range[] = file.size === 0 ? [] : [{ start: 0, end: file.size - 1 }];
  if (status !== 200) return body(response, file, head(status, { ...ALWAYS, ...headers, 'Content-Type': type }, file.size), whole);
  const judged = judgeConditions(request.headers, { etag, modified });
  if (judged === 412) return say(response, 412);
  if (judged === 304) {
    response.writeHead(304, about).end();
    return;
  }
  const [ifRange] = request.headersDistinct['if-range'] ?? [];
  const asked = isSameFile(ifRange, { etag, modified }) ? request.headers.range : undefined;
  const ranges = rangesOf(asked, file.size);
  if (ranges === 'none') return say(response, 416, { 'Content-Range': `bytes */${file.size}` });
  const form: Headers = encoding ? { ...about, 'Content-Encoding': encoding } : about;
  if (ranges === null)
    return body(response, file, head(200, { ...form, 'Content-Type': type, 'Accept-Ranges': 'bytes' }, file.size), whole);
  if (ranges.length > 1) return several(response, file, form, type, ranges);
  const first = ranges[0]!;
  const range = { 'Content-Type': type, 'Content-Range': contentRange(first, file.size) };
  return body(response, file, head(206, { ...form, ...range }, first.end - first.start + 1), ranges);
}

interface Head {
  readonly status: number;
  readonly headers: Headers;
}

function head(status: number, headers: Headers, length: number): Head {
  return { status, headers: { ...headers, 'Content-Length': String(length) } };
}

function contentRange({ start, end }: Range, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}

let boundaries = 0;

/** Sends `multipart/byteranges`: each part has a head of its own. */
function several(response: ServerResponse, file: Opened, about: Headers, type: string, ranges: readonly Range[]): Promise<void> {
  boundaries += 1;
  const boundary = String(boundaries).padStart(20, '0');
  const heads = ranges.map((range) =>
    Buffer.from(`\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, file.size)}\r\n\r\n`),
  );
  const last = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = ranges.reduce((sum, { start, end }, i) => sum + end - start + 1 + heads[i]!.length, last.length);
  const headers = { ...about, 'Content-Type': `multipart/byteranges; boundary=${boundary}` };
  return body(response, file, head(206, headers, length), ranges, { heads, last });
}

async function body(
  response: ServerResponse,
  file: Opened,
  { status, headers }: Head,
  ranges: readonly Range[],
  multipart: { readonly heads: readonly Buffer[]; readonly last: Buffer } | null = null,
): Promise<void> {
  if (response.req.method === 'HEAD') {
    response.writeHead(status, headers).end();
    return;
  }
  if (file.size <= SMALL_BYTES) {
    // Read before the answer begins, so that a read error can still be answered as such.
    const parts = ranges.flatMap((range, i) => {
      const part = readAt(file.fd, range.start, range.end - range.start + 1);
      return multipart ? [multipart.heads[i]!, part] : [part];
    });
    if (multipart) parts.push(multipart.last);
    response.writeHead(status, headers).end(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    return;
  }
  response.writeHead(status, headers);
  for (const [i, range] of ranges.entries()) {
    if (multipart) response.write(multipart.heads[i]);
    if (!(await pour(response, file.fd, range))) return;
  }
  response.end(multipart?.last);
}

/**
 * @returns whether all of it was written. If not, the reader is gone, or the file has become shorter, which ends the
 *   connection
 */
async function pour(response: ServerResponse, fd: number, { start, end }: Range): Promise<boolean> {
  for (let at = start; at <= end; ) {
    const room = free.pop() ?? Buffer.allocUnsafeSlow(PART_BYTES);
    const length = await readPart(fd, room, at, Math.min(PART_BYTES, end - at + 1));
    if (length === 0) response.destroy();
    if (response.destroyed) return false;
    at += length;
    if (!response.write(room.subarray(0, length), (error) => error ?? reuse(room))) await drained(response);
  }
  return !response.destroyed;
}

/** Parts whose bytes the kernel has taken, to be read into again: to get fresh memory for each would cost more. */
const free: Buffer[] = [];

function reuse(room: Buffer): void {
  if (free.length < MOST_FREE) free.push(room);
}

/** @returns how many bytes were read; 0 at the file's end */
function readPart(fd: number, room: Buffer, at: number, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, room, 0, bytes, at, (error, bytesRead) => {
      if (error) reject(error);
      else resolve(bytesRead);
    });
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    if (response.destroyed) done();
  });
}
