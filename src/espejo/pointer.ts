import * as v from 'valibot';
import { isHash } from '../format/hash.ts';
import type { Pointer } from '../format/pointer.ts';

/** Which of two pointers goes before the other: the one that the bucket has, and the one that we would write. Pure. */

const NUMBER = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999));

const shape = v.object({
  phase: v.string(),
  number: v.nullable(NUMBER),
  corte: v.nullable(v.pipe(v.string(), v.check(isHash))),
  taken_at: v.nullable(v.string()),
  shows: v.picklist(['corte', 'aviso', 'espera']),
  base: v.nullable(v.string()),
  // A node's own pointer has none.
  until: v.optional(v.nullable(v.string())),
});

/** As a site's, and until when it may be shown if nobody writes another. */
type Timed = Pointer & { readonly until?: string | null | undefined };

/** @returns null for what is no pointer: it is written anew */
export function parsePointer(bytes: Uint8Array): Timed | null {
  try {
    const result = v.safeParse(shape, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/**
 * How the corte stands that the bucket's pointer names, by what the bucket has of it and by our trust document: `good`, one
 * who may sign it signed it; `disowned`, one who may not any more; `unproved`, nothing there shows that it is a corte at all.
 */
export type Standing = 'good' | 'disowned' | 'unproved';

export type Decision =
  /** ours is to be written */
  | 'write'
  /** the bucket has it already */
  | 'same'
  /** another one, who writes there too, is ahead of us: nothing is to be done */
  | 'behind'
  /** two cortes of one number, both with good signatures */
  | 'fork'
  | 'other-phase';

/** A pointer never goes back, but where the corte that it names is nobody's any more. */
export function decide(ours: Timed, theirs: Timed | null, standing: Standing): Decision {
  if (theirs === null) return 'write';
  if (theirs.phase !== ours.phase) return 'other-phase';
  const [mine, other] = [ours.number ?? 0, theirs.number ?? 0];
  if (mine === other && ours.corte === theirs.corte) {
    const isSame =
      ours.shows === theirs.shows &&
      ours.base === theirs.base &&
      ours.taken_at === theirs.taken_at &&
      (ours.until ?? null) === (theirs.until ?? null);
    return isSame ? 'same' : 'write';
  }
  if (other < mine || standing !== 'good') return 'write';
  return other > mine ? 'behind' : 'fork';
}
