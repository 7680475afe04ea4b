import type { Readable } from 'node:stream';
import type { Event } from '../../difusor/state/events.ts';
import { Said, said } from '../../format/said.ts';
import { words } from '../words.ts';

/**
 * What a port's process may tell the daemon: one JSON object a line, on its standard output. That process talks to
 * strangers who may control it by now, so nothing that it writes is trusted: a line has a maximum length, its values
 * have fixed types, and its text is cut and has no control characters. (Node's own channel between processes has no
 * such bound.)
 */
export type Word =
  /** it is running; a process that says nothing for long hangs */
  | { readonly word: 'alive' }
  /** it could not start, and ends */
  | { readonly word: 'failed'; readonly detail: Said }
  | PortEvent;

/** The events of which a port's process can be the source. */
export type PortEvent = Extract<Event, { event: 'listening' | 'login-refused' | 'error' }>;

/** Bytes of a line. Ours are shorter. */
const LINE = 2048;
/** Characters of a text in it. */
const TEXT = 200;

export function wordLine(word: Word): string {
  if (!('detail' in word)) return `${JSON.stringify(word)}\n`;
  const { en, es } = word.detail.map(bounded);
  return `${JSON.stringify({ ...word, detail: en, ...(es !== en && { es }) })}\n`;
}

/** @returns null for a line that no port's process of ours would write */
export function parseWord(line: string): Word | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { word, event, what, address, detail: english, es, attempts }: Readonly<Record<string, unknown>> = { ...value };
  const detail = typeof english === 'string' ? toldIn(english, es) : null;
  if (word === 'alive') return { word };
  if (word === 'failed' && detail !== null) return { word, detail };
  if (event === 'listening' && (what === 'sftp' || what === 'http') && typeof address === 'string') {
    return { event, what, address: bounded(address) };
  }
  if (event === 'login-refused' && typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts > 0) {
    return { event, attempts };
  }
  if (event === 'error' && typeof what === 'string' && detail !== null) {
    return { event, what: OURS.find(({ en }) => en === what) ?? said(bounded(what)), detail };
  }
  return null;
}

/** What a port's process tells of, as it is called in both languages. */
const OURS: readonly Said[] = [words.webServer, words.accessLog];

/** A detail, and the same in Spanish where it came with that. */
function toldIn(english: string, spanish: unknown): Said {
  const en = bounded(english);
  return new Said(en, typeof spanish === 'string' ? bounded(spanish) : en);
}

/** Text that a stranger chose, made safe for a log: without control characters, and cut to a length. */
export function bounded(text: string): string {
  return text.slice(0, TEXT).replace(/\p{C}/gu, '?');
}

/**
 * Calls `hear` for each line of a stream.
 * @param nonsense called once if a line is longer than any of ours; no line is passed on after it
 */
export function onLines(stream: Readable, hear: (line: string) => void, nonsense: () => void): void {
  let rest = '';
  let isOver = false;
  stream.setEncoding('latin1'); // one character a byte, so that the bound is one of bytes
  stream.on('data', (part: string) => {
    if (isOver) return;
    const lines = (rest + part).split('\n');
    rest = lines.pop()!;
    if (rest.length > LINE || lines.some((line) => line.length > LINE)) {
      isOver = true;
      nonsense();
      return;
    }
    for (const line of lines) hear(Buffer.from(line, 'latin1').toString());
  });
  stream.on('error', () => {}); // the end of the process is reported elsewhere
}

/** Passes on at most so many events in a minute. */
export function upTo(most: number, tell: (event: Event) => void): (event: Event) => void {
  let since = -Infinity;
  let count = 0;
  return (event) => {
    const now = performance.now();
    if (now - since > 60_000) {
      since = now;
      count = 0;
    }
    count += 1;
    if (count <= most) tell(event);
  };
}
