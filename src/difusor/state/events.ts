import { type LineLog, openLineLog } from '../../disk/line-log.ts';
import type { Code } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';

/**
 * What happens at a node, one JSON object a line, in English: for the sysadmin, the auditor and the memoria. The journal
 * has the sentences in the reader's language.
 */
export type Event =
  | { readonly event: 'started'; readonly trust: number }
  | { readonly event: 'stopped' }
  | {
      readonly event: 'admitted';
      readonly phase: string;
      readonly number: number;
      readonly corte: string;
      readonly seconds: number;
    }
  | { readonly event: 'trust'; readonly version: number }
  | { readonly event: 'refused'; readonly delivery: string; readonly code: Code; readonly detail: Said }
  | { readonly event: 'deferred'; readonly delivery: string; readonly code: Code; readonly detail: Said }
  | { readonly event: 'published'; readonly phase: string; readonly public: string; readonly number: number | null }
  /** the phase has closed, and the corte with this number, its last, is not a final one */
  | { readonly event: 'closed-without-final'; readonly phase: string; readonly number: number }
  | { readonly event: 'revoked'; readonly phase: string; readonly from: number; readonly to: number }
  | {
      readonly event: 'altered';
      readonly phase: string;
      readonly number: number;
      readonly path: string;
      /** of a compressed copy: whether it was taken away, so that the file itself is served */
      readonly restored: boolean;
      /** of a compressed copy of the file at this path */
      readonly form?: 'gzip';
    }
  /** a presentation that is shown, or is not shown any more, with this corte */
  | {
      readonly event: 'presentation';
      readonly phase: string;
      readonly number: number;
      readonly name: string;
      readonly public: boolean;
    }
  | { readonly event: 'listening'; readonly what: 'sftp' | 'http'; readonly address: string }
  /** the process behind one of our ports ended, and is started again after so many seconds */
  | {
      readonly event: 'port-ended';
      readonly what: 'sftp' | 'http';
      readonly status: string;
      readonly detail: Said;
      readonly again_in: number;
    }
  /** failed logins since the last event of this kind */
  | { readonly event: 'login-refused'; readonly attempts: number }
  /** whether the web server records requests from now on; it does not while the space that is left is the cortes' */
  | { readonly event: 'access-log'; readonly recorded: boolean; readonly detail: Said }
  | { readonly event: 'healed'; readonly what: Said }
  | { readonly event: 'error'; readonly what: Said; readonly detail: Said };

export type Tell = (event: Event) => void;

/** Past this size the record is renamed to `events.jsonl.1`: a night makes well under a megabyte. */
const RECORD_BYTES = 16 * 1024 * 1024;
/** Events that outsiders can cause have files of their own, so that they can't push anything out of the record. */
const OTHERS_BYTES = 4 * 1024 * 1024;

/** Characters that are kept of a text that outsiders chose, or that quotes them. */
const MOST_TEXT = 300;

/** This many events of one kind and code are recorded one by one in an hour; of the rest only their number. */
const RECORDED_AN_HOUR = 50;
const HOUR_MS = 3_600_000;

/**
 * Refusals that only say that junk lay in the inbox, or that something came too early: anyone with the IEC's SFTP
 * account can cause any number of them.
 */
const JUNK: ReadonlySet<Code> = new Set(['delivery-malformed', 'delivery-incomplete', 'too-large', 'gap', 'trust-missing']);

/** A line, but for its hour: no event has a member of that name, or it would stand in the hour's place. */
interface Recorded {
  readonly event: string;
  readonly at?: never;
  readonly [member: string]: unknown;
}

function isCausedByOthers(event: Event): boolean {
  if (event.event === 'deferred' || event.event === 'login-refused') return true;
  return event.event === 'refused' && JUNK.has(event.code);
}

/**
 * Two logs: the record (`events.jsonl`: what was admitted, refused by its signature, altered, published, trusted) and
 * what outsiders cause (`others.jsonl`). A log never throws: the work must go on even where it can't be recorded, such
 * as on a full disk.
 * @param now the clock, ms
 * @param unwritten is told why an event could not be written
 */
export function eventLog(
  files: { readonly events: string; readonly others: string },
  now: () => number,
  unwritten: (error: unknown) => void,
): Tell {
  const record = openLineLog(files.events, RECORD_BYTES);
  const others = openLineLog(files.others, OTHERS_BYTES);
  const counts = newHourlyCounts();

  function write(log: LineLog, event: Recorded): void {
    log.append(JSON.stringify({ at: new Date(now()).toISOString(), ...event }, (_, value) => bounded(value)));
  }

  return (event) => {
    try {
      if (isCausedByOthers(event)) return write(others, event);
      const { isOneOfMany, ended } = counts.take(keyOf(event), now());
      for (const { key, count } of ended) write(record, { event: 'more', of: key, count });
      if (isOneOfMany) write(others, event);
      else write(record, event);
    } catch (error) {
      unwritten(error);
    }
  };
}

/** The kind under which an event is counted; null for events that no outsider can cause. */
function keyOf(event: Event): string | null {
  if (event.event === 'refused') return `refused ${event.code}`;
  return event.event === 'error' ? 'error' : null;
}

function bounded(value: unknown): unknown {
  return typeof value === 'string' && value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value;
}

interface HourlyCounts {
  /** @returns whether this hour has had enough of this kind, and the kinds of an ended hour of which not all were recorded */
  take(key: string | null, now: number): { isOneOfMany: boolean; ended: { key: string; count: number }[] };
}

function newHourlyCounts(): HourlyCounts {
  let hour = Number.NaN;
  const counts = new Map<string, number>();
  return {
    take(key, now) {
      const ended: { key: string; count: number }[] = [];
      const current = Math.floor(now / HOUR_MS);
      if (current !== hour) {
        for (const [of, count] of counts) if (count > RECORDED_AN_HOUR) ended.push({ key: of, count: count - RECORDED_AN_HOUR });
        counts.clear();
        hour = current;
      }
      if (key === null) return { isOneOfMany: false, ended };
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { isOneOfMany: count > RECORDED_AN_HOUR, ended };
    },
  };
}
