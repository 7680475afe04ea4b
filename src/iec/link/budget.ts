import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * What one visit may cost us, in time and in bytes that a node sends: a node may be slow, or hostile, and then it is left
 * and visited again. What it got by then is gone on with.
 */
export interface Bounds {
  /** ms that a visit may take in any case */
  readonly visit: number;
  /** bytes a second: each byte of ours that the node takes gives the visit as much time more */
  readonly slowest: number;
  /** bytes that the node may send us in any case, whatever they are */
  readonly answers: number;
  /** bytes a second that it may send besides */
  readonly answersPerSecond: number;
}

const MiB = 1024 * 1024;

/**
 * A link of 10 Mbit/s takes 1.2 MB/s; at a fortieth of that, 200 nodes share 52 Mbit/s of the IEC's. The listing of a
 * long phase's acuses has some hundred KB and is read every two seconds at most. @internal
 */
export const BOUNDS: Bounds = { visit: 120_000, slowest: 32 * 1024, answers: 64 * MiB, answersPerSecond: MiB };

/** How a visit stands towards its bounds. */
export interface Budget {
  /** The node has answered for so many bytes of ours. */
  took(bytes: number): void;
  /** The node has got on in another way: the visit may take so many ms more. */
  extend(ms: number): void;
  /** @returns null while the visit is within its bounds */
  exceeded(): Trouble | null;
}

/**
 * @param received bytes that came from the node so far: also those that nobody asked for, which ssh2 answers all the same
 * @param elapsed a clock that only runs forward, ms
 */
export function newBudget(
  host: string,
  received: () => number,
  bounds: Bounds = BOUNDS,
  elapsed: () => number = () => performance.now(),
): Budget {
  const began = elapsed();
  let allowed = bounds.visit;
  return {
    took(bytes) {
      allowed += (bytes / bounds.slowest) * 1000;
    },
    extend(ms) {
      allowed += ms;
    },
    exceeded() {
      const ms = elapsed() - began;
      if (ms > allowed) return new Trouble('stalled', words.tooSlow(host, Math.round(ms / 1000)));
      const heard = received();
      if (heard <= bounds.answers + (ms / 1000) * bounds.answersPerSecond) return null;
      return new Trouble('outbox-too-large', words.tooMuch(host, heard, Math.round(ms / 1000)));
    },
  };
}
