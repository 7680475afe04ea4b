import * as v from 'valibot';
import type { PublicKey } from '../../format/key.ts';
import { pointOf } from '../../format/key.ts';
import { parseTime } from '../../format/time.ts';
import type { SpanishCheck } from '../check.ts';

/** What a constancia states: who, when, by which key, and every check. It is embedded in the page as JSON. */
export interface Statement {
  readonly type: 'cotejo/constancia';
  readonly format: 1;
  /** the version of the program that made it */
  readonly cotejo: string;
  /** null in a constancia of the IEC */
  readonly difusor: string | null;
  readonly node: string | null;
  readonly made_at: string;
  /** by which it is signed */
  readonly key: PublicKey;
  readonly fit: boolean;
  readonly checks: readonly SpanishCheck[];
}

/** Checks of one constancia: those of two hundred nodes, and the IEC's own. */
const MOST_CHECKS = 1000;

const text = v.pipe(v.string(), v.maxLength(1000));
const check = v.strictObject({
  id: text,
  clause: v.nullable(text),
  title: text,
  measured: text,
  required: text,
  verdict: v.picklist(['cumple', 'no-cumple', 'no-se-sabe', 'declarado']),
  remedy: v.nullable(text),
});
const statement = v.strictObject({
  type: v.literal('cotejo/constancia'),
  format: v.literal(1),
  cotejo: text,
  difusor: v.nullable(text),
  node: v.nullable(text),
  made_at: v.pipe(
    v.string(),
    v.check((time) => parseTime(time) !== null),
  ),
  key: v.pipe(
    v.string(),
    v.check((key) => pointOf(key) !== null),
  ),
  fit: v.boolean(),
  checks: v.pipe(v.array(check), v.maxLength(MOST_CHECKS)),
});

/** @returns null for a text that is no statement of this form */
export function parseStatement(json: string): Statement | null {
  try {
    const parsed = v.safeParse(statement, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch {
    return null; // not JSON
  }
}
