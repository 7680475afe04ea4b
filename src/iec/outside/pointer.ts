import * as v from 'valibot';
import { isHash } from '../../format/hash.ts';
import type { Pointer } from '../../format/pointer.ts';
import { parseTime } from '../../format/time.ts';

/** What a site says that it shows: a stranger's word, believed for nothing. */

const schema = v.object({
  phase: v.pipe(v.string(), v.maxLength(64)),
  number: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999))),
  corte: v.nullable(v.pipe(v.string(), v.check(isHash))),
  taken_at: v.nullable(
    v.pipe(
      v.string(),
      v.check((text) => parseTime(text) !== null),
    ),
  ),
  shows: v.picklist(['corte', 'aviso', 'espera']),
});

/** `base` is left out: the IEC looks where readers look. */
export type Told = Omit<Pointer, 'base'>;

/** Bytes. What is larger is no pointer. */
export const POINTER_BYTES = 16 * 1024;

/** @returns null for what is no pointer; members that are not known are passed over */
export function parsePointer(bytes: Uint8Array): Told | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
}
