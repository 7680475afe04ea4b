import * as v from 'valibot';
import type { Event } from '../../difusor/state/events.ts';
import { asOneLine } from '../../format/text.ts';

/**
 * A node's record of what happened, read back: `events.jsonl` and `others.jsonl`, with the older file of each. Written
 * by the daemon, but perhaps cut short by a power cut, or by another version of this program: what can't be read is
 * counted, and never stops a report.
 */

/** Characters that are kept of a text; the daemon keeps 300 of what outsiders chose. */
const MOST_TEXT = 320;

/** From 2000 to 2100: any other hour is a damage, and could not be written either. */
const at = v.pipe(
  v.string(),
  v.maxLength(40),
  v.transform((text) => Date.parse(text)),
  v.number(),
  v.minValue(Date.UTC(2000)),
  v.maxValue(Date.UTC(2100)),
);
const text = v.pipe(
  v.string(),
  v.transform((said) => asOneLine(said, MOST_TEXT)),
);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const which = v.picklist(['sftp', 'http']);

/** The events of which a report makes something, with the members that it uses. */
const entry = v.variant('event', [
  v.object({ at, event: v.literal('started'), trust: count }),
  v.object({ at, event: v.literal('stopped') }),
  v.object({ at, event: v.literal('admitted'), phase: text, number: count, seconds: v.number() }),
  v.object({ at, event: v.literal('trust'), version: count }),
  v.object({ at, event: v.literal('refused'), delivery: text, code: text, detail: text }),
  v.object({ at, event: v.literal('deferred'), delivery: text, code: text, detail: text }),
  v.object({
    at,
    event: v.literal('published'),
    phase: text,
    public: v.picklist(['corte', 'aviso', 'espera']),
    number: v.nullable(count),
  }),
  v.object({ at, event: v.literal('closed-without-final'), phase: text, number: count }),
  v.object({ at, event: v.literal('revoked'), phase: text, from: count, to: count }),
  v.object({ at, event: v.literal('altered'), phase: text, number: count, path: text, restored: v.boolean() }),
  v.object({ at, event: v.literal('port-ended'), what: which, status: text, detail: text, again_in: v.number() }),
  v.object({ at, event: v.literal('login-refused'), attempts: count }),
  v.object({ at, event: v.literal('access-log'), recorded: v.boolean() }),
  v.object({ at, event: v.literal('healed'), what: text }),
  v.object({ at, event: v.literal('error'), what: text, detail: text }),
  /** of one kind and code more happened in an hour than are recorded one by one */
  v.object({ at, event: v.literal('more'), of: text, count }),
]);

/** One event; `at` in ms since the epoch. Text is visible characters on one line. */
export type Entry = v.InferOutput<typeof entry>;

/**
 * What is in a record and of no interest here. Each event of the daemon is read above or stands here: one that does neither
 * does not compile, and would be told of as damage.
 */
const NOT_OF_INTEREST: Readonly<Record<Exclude<Event['event'], Entry['event']>, true>> = { listening: true, presentation: true };
const PASSED_OVER: ReadonlySet<unknown> = new Set(Object.keys(NOT_OF_INTEREST));

export interface Read {
  /** in the order in which they were written */
  readonly entries: readonly Entry[];
  /** lines that are no event of a kind that is known here */
  readonly unread: number;
}

/** @param files the text of the files, the oldest first: `events.jsonl.1`, `events.jsonl` */
export function readRecord(files: readonly string[]): Read {
  const entries: Entry[] = [];
  let unread = 0;
  for (const file of files) {
    for (const line of file.split('\n')) {
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (isPassedOver(value)) continue;
      const read = v.safeParse(entry, value);
      if (read.success) entries.push(read.output);
      else unread += 1;
    }
  }
  return { entries, unread };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // half a line, or zeros, as a power cut leaves them
  }
}

function isPassedOver(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'event' in value && PASSED_OVER.has(value.event);
}
