import * as v from 'valibot';
import { type PublicKey, pointOf } from '../../format/key.ts';
import { parseTime } from '../../format/time.ts';
import { FLEET_FAULTS, NODE_FAULTS } from '../faults.ts';
import type { Trial } from '../judge.ts';

/** What a report states: who, where, when, and every fault. It is embedded in the page as JSON. */
export interface Statement {
  readonly type: 'cotejo/simulacro';
  readonly format: 1;
  /** the version of the program that made it */
  readonly cotejo: string;
  /** null in a report of the IEC */
  readonly difusor: string | null;
  readonly node: string | null;
  readonly election: string;
  readonly title: string;
  readonly phase: string;
  /** where readers were looked at; null in a report of the IEC, which looks at every Difusor's */
  readonly site: string | null;
  readonly period_seconds: number;
  readonly missed_limit: number;
  readonly grace_seconds: number;
  readonly begun_at: string;
  readonly ended_at: string;
  /** false where it was cut short */
  readonly whole: boolean;
  /** what is still to be undone */
  readonly left: readonly string[];
  /** by which it is signed */
  readonly key: PublicKey;
  readonly trials: readonly Trial[];
}

/** Faults of one report: those of a fleet of two hundred nodes. */
const MOST_TRIALS = 1000;
const MOST_SIGHTS = 500;

const text = v.pipe(v.string(), v.maxLength(1000));
const count = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));
const time = v.pipe(
  v.string(),
  v.check((value) => parseTime(value) !== null),
);
const trial = v.strictObject({
  id: v.picklist([...NODE_FAULTS, ...FLEET_FAULTS]),
  node: v.nullable(text),
  title: text,
  done: text,
  expected: text,
  within_seconds: count,
  begun_at: time,
  seconds: count,
  sights: v.pipe(
    v.array(
      v.strictObject({ what: text, met: v.boolean(), after: v.nullable(v.pipe(v.number(), v.maxValue(1e9), v.minValue(-1e9))) }),
    ),
    v.maxLength(MOST_SIGHTS),
  ),
  undone: v.nullable(v.strictObject({ ok: v.boolean(), seconds: count, detail: v.nullable(text) })),
  verdict: v.picklist(['como-se-esperaba', 'distinto', 'no-se-hizo']),
  reason: v.nullable(text),
});
const statement = v.strictObject({
  type: v.literal('cotejo/simulacro'),
  format: v.literal(1),
  cotejo: text,
  difusor: v.nullable(text),
  node: v.nullable(text),
  election: text,
  title: text,
  phase: text,
  site: v.nullable(text),
  period_seconds: count,
  missed_limit: count,
  grace_seconds: count,
  begun_at: time,
  ended_at: time,
  whole: v.boolean(),
  left: v.pipe(v.array(text), v.maxLength(MOST_SIGHTS)),
  key: v.pipe(
    v.string(),
    v.check((key) => pointOf(key) !== null),
  ),
  trials: v.pipe(v.array(trial), v.maxLength(MOST_TRIALS)),
});

/** @returns null for a text that is no statement of this form */
export function parseReport(json: string): Statement | null {
  try {
    const parsed = v.safeParse(statement, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch {
    return null; // not JSON
  }
}
