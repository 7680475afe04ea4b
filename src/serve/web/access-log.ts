import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { Event } from '../../difusor/state/events.ts';
import { ToldError } from '../../format/said.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import { saidBy } from '../../format/thrown.ts';
import { words } from '../words.ts';

/**
 * The record of what was asked of the built-in web server: one JSON object a line, as `cotejo difusor memoria` reads it.
 * It is written now and then, beside the answers: whatever happens to its disk, they go on, and what could not be
 * recorded is counted and told. Who rotates it renames the file; within a second a new one is begun, without a signal.
 */
export interface AccessLog {
  /** Records this exchange when it has ended; to be called before anything is answered. */
  watch(request: IncomingMessage, response: ServerResponse): void;
  /** Writes what is left, and closes the file. */
  close(): Promise<void>;
}

export interface AccessLogSettings {
  readonly file: string;
  /** bytes that the file may have: after that nothing is recorded until it is rotated */
  readonly mostBytes: number;
  /** addresses of our own proxies: what they say of who asked (`X-Forwarded-For`) is believed */
  readonly proxies: readonly string[];
}

/** ms between two writes. */
const FLUSH_MS = 1000;
/** Characters that may wait to be written: what the server answers in some seconds. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Characters of a text that a stranger chose. */
const MOST_TEXT = 2048;
/** Bytes that are left free on the disk, on which the cortes may be, too. */
const FREE_BYTES = 512 * 1024 * 1024;

/** @param now the clock, ms */
export function openAccessLog(settings: AccessLogSettings, now: () => number, tell: (event: Event) => void): AccessLog {
  const proxies = new Set(settings.proxies.map(plainAddress));
  const file = rotated(settings);
  /** the exchanges that have not ended */
  const open = new Set<() => void>();
  let waiting: string[] = [];
  let [size, dropped] = [0, 0];
  let writing: Promise<void> = Promise.resolve();

  const flush = async () => {
    const lines = waiting;
    const lost = dropped;
    waiting = [];
    size = dropped = 0;
    let reason = words.tooSlow;
    let unwritten = lost;
    if (lines.length > 0) {
      try {
        await file.append(lines.join(''));
      } catch (error) {
        reason = saidBy(error);
        unwritten += lines.length;
      }
    }
    if (unwritten > 0) tell({ event: 'error', what: words.accessLog, detail: words.notRecorded(unwritten, reason) });
  };
  const add = (line: string) => {
    if (size + line.length > MOST_WAITING) dropped += 1;
    else {
      waiting.push(line);
      size += line.length;
    }
  };
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy || (waiting.length === 0 && dropped === 0)) return;
    isBusy = true;
    writing = flush().finally(() => {
      isBusy = false;
    });
  }, FLUSH_MS).unref();

  return {
    watch(request, response) {
      if (request.url === HEALTH) return; // a balancer asks every second, and is no reader
      const began = now();
      const before = request.socket.bytesWritten;
      const address = addressOf(request, proxies);
      // Node remembers the headers of an answer only where it has one before its head is written.
      response.setHeader('X-Content-Type-Options', 'nosniff');
      const record = () => {
        if (open.delete(record)) add(lineOf(request, response, { address, began, ms: now() - began, before }));
      };
      open.add(record);
      response.once('close', record);
    },
    async close() {
      clearInterval(timer);
      // Connections that were cut to close the server may tell of it later: what they took is recorded now.
      for (const record of open) record();
      await writing;
      await flush();
      await file.close();
    },
  };
}

const HEALTH = `/${SITE_NAME}/health`;

interface Seen {
  readonly address: string;
  readonly began: number;
  readonly ms: number;
  /** bytes that had been written to the connection */
  readonly before: number;
}

function lineOf(request: IncomingMessage, response: ServerResponse, { address, began, ms, before }: Seen): string {
  const { headers } = request;
  const text = (value: string | undefined) => (value ?? '').slice(0, MOST_TEXT);
  const line = {
    time: new Date(began).toISOString(),
    addr: address,
    method: text(request.method),
    target: text(request.url),
    // An answer that was never begun has none: the reader went, as for nginx.
    status: response.headersSent ? response.statusCode : 499,
    bytes: bodyBytes(request, response, before),
    referer: text(headers.referer),
    agent: text(headers['user-agent']),
    host: text(headers.host),
    corte: headerOf(response, 'cotejo-corte'),
    ms: Math.max(0, Math.round(ms)),
    site: text(headerText(headers['sec-fetch-site'])).slice(0, 16),
    dest: text(headerText(headers['sec-fetch-dest'])).slice(0, 16),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Of an answer that broke off, at most what was given to the connection. */
function bodyBytes(request: IncomingMessage, response: ServerResponse, before: number): number {
  const length = Number(headerOf(response, 'content-length'));
  const hasBody = request.method !== 'HEAD' && response.statusCode !== 304;
  if (!hasBody || !Number.isSafeInteger(length)) return 0;
  return response.writableFinished ? length : Math.max(0, Math.min(length, request.socket.bytesWritten - before));
}

function headerOf(response: ServerResponse, name: string): string {
  const value = response.getHeader(name);
  return typeof value === 'string' ? value : '';
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** The reader's, as far as it is known: of what is forwarded only what our own proxies added is believed. */
function addressOf(request: IncomingMessage, proxies: ReadonlySet<string>): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (!proxies.has(peer)) return peer;
  const forwarded = headerText(request.headers['x-forwarded-for']).split(',');
  const hops = forwarded.map((hop) => plainAddress(hop.trim())).reverse();
  const reader = hops.find((hop) => !proxies.has(hop));
  return reader !== undefined && isIP(reader) !== 0 ? reader : peer;
}

/** An IPv4 address as such, where a socket of IPv6 has it. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

interface RotatedFile {
  /** @throws Error where they were not all written */
  append(lines: string): Promise<void>;
  close(): Promise<void>;
}

function rotated({ file, mostBytes }: AccessLogSettings): RotatedFile {
  let open: { readonly handle: FileHandle; readonly ino: number } | null = null;
  let isWhole = true;

  /** The file of this name, as it is now. */
  async function current(): Promise<{ readonly handle: FileHandle; readonly size: number }> {
    const there = await fs.lstat(file).catch(() => null);
    if (open && there?.ino !== open.ino) await close();
    if (!open) {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const handle = await fs.open(file, flags, 0o640);
      const stat = await handle.stat();
      if (!stat.isFile()) {
        await handle.close();
        throw new ToldError(words.noFile(file));
      }
      open = { handle, ino: stat.ino };
      // What a power cut or a full disk left of a line must not be joined to the next one.
      isWhole = stat.size === 0;
    }
    return { handle: open.handle, size: (await open.handle.stat()).size };
  }

  async function close(): Promise<void> {
    const closing = open;
    open = null;
    await closing?.handle.close();
  }

  return {
    async append(lines) {
      const { handle, size } = await current();
      if (size + lines.length > mostBytes) throw new ToldError(words.logFull(file, mostBytes));
      const { bavail, bsize } = await fs.statfs(dirname(file));
      if (bavail * bsize < FREE_BYTES) throw new ToldError(words.diskFull(FREE_BYTES));
      const bytes = Buffer.from(isWhole ? lines : `\n${lines}`);
      isWhole = false;
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw new ToldError(words.writtenInPart);
      isWhole = true;
    },
    close,
  };
}
