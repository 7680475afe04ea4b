import type { Pointer } from '../format/pointer.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import type { Bucket } from './bucket/bucket.ts';
import type { TimedPointer } from './local.ts';
import { type Names, POINTER_HEADERS } from './objects.ts';
import { type Decision, decide, parsePointer } from './pointer.ts';
import { bounded, standingOf } from './standing.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** The pointer as an object of the bucket, which others may write too: it is read before it is written. */
export interface PointerObject {
  /** @returns null where there is none, or what is none */
  read(): Promise<ReturnType<typeof parsePointer>>;
  /** Whether ours is to be written, as the bucket is now. @throws Trouble `other-phase`, `fork`, or what the store answers */
  decideNow(ours: TimedPointer, trust: TrustChain): Promise<Decided>;
  write(pointer: TimedPointer): Promise<void>;
}

interface Decided {
  readonly decision: Decision;
  /** whether the bucket's pointer names a corte that is nobody's any more, or none at all */
  readonly isDisowned: boolean;
  /** the bucket's pointer, where it names another corte than ours, good or disowned, that its chain has */
  readonly proved: Pointer | null;
}

/** Bytes of a pointer. */
const POINTER_BYTES = 16 * 1024;

export function pointerIn(bucket: Pick<Bucket, 'get' | 'put'>, names: Names): PointerObject {
  const read = async () => {
    const bytes = await bounded(bucket, names.pointer, POINTER_BYTES);
    return bytes && parsePointer(bytes);
  };
  return {
    read,
    async decideNow(ours, trust) {
      const there = await read();
      const easy = decide(ours, there, 'good');
      if (easy === 'other-phase') throw new Trouble('other-phase', words.otherPhase(there?.phase ?? '', ours.phase));
      if (there === null || easy === 'same' || easy === 'write') {
        return { decision: easy, isDisowned: false, proved: null };
      }
      const standing = await standingOf(bucket, names, there, trust);
      const decision = decide(ours, there, standing);
      if (decision === 'fork') throw new Trouble('fork', words.fork(there.number ?? 0));
      return { decision, isDisowned: decision === 'write', proved: standing === 'unproved' ? null : there };
    },
    async write(pointer) {
      await bucket.put(names.pointer, POINTER_HEADERS, { bytes: Buffer.from(`${JSON.stringify(pointer)}\n`) });
    },
  };
}
