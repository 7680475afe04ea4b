import type { Equation } from '../format/ed25519.ts';
import { trustFile } from '../format/naming.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { sameBytes } from '../format/wire.ts';
import { type SignedTrust, succeed, type TrustChain } from './trust-chain.ts';
import { words } from './words.ts';

/** Walking from a pinned document over those that follow and precede it, wherever they are kept. */

/** What a walk found. `chain` is what was accepted; `refused`, the first document that could not be. */
export interface TrustWalk {
  readonly chain: TrustChain;
  readonly refused: { readonly version: number; readonly code: Code; readonly detail: Said } | null;
}

/**
 * Reads version N with its signatures, unchecked; null where there is none.
 * @param chain the documents held so far: where files can't be listed, signatures are found by the custodians' names
 */
export type ReadTrust = (version: number, chain: TrustChain) => Promise<SignedTrust | null>;

/**
 * Walks to the newest document that can be accepted (T1–T7), and back to the oldest that is there: old cortes name old
 * documents. A document that can't be accepted ends the walk (T6); the caller decides what that means.
 * @throws any error of `read` that is not a Refusal
 */
export async function walkTrust(start: TrustChain, read: ReadTrust, equation?: Equation): Promise<TrustWalk> {
  const anchored = start.anchor.document.version;
  // The place's own copy of the anchor is read first: if another document has that version, this is another chain.
  const upward = await walk(start, read, anchored, 1, equation);
  if (anchored === 1 || upward.refused?.version === anchored) return upward;
  const downward = await walk(upward.chain, read, anchored - 1, -1, equation);
  return { chain: downward.chain, refused: upward.refused ?? downward.refused };
}

async function walk(start: TrustChain, read: ReadTrust, first: number, step: 1 | -1, equation?: Equation): Promise<TrustWalk> {
  let chain = start;
  for (let version = first; version > 0; version += step) {
    try {
      const next = await read(version, chain);
      if (next) chain = succeedAs(chain, next, version, equation);
      // The anchor need not be there again; any other gap is the end.
      else if (version !== start.anchor.document.version) break;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { chain, refused: { version, code: error.code, detail: error.said } };
    }
  }
  return { chain, refused: null };
}

/**
 * Refuses a document whose version is not that of its file name: it would leave its own place empty and be accepted, or
 * ignored, out of turn.
 */
function succeedAs(chain: TrustChain, next: SignedTrust, version: number, equation?: Equation): TrustChain {
  const longer = succeed(chain, next, equation);
  const held = longer.held.get(version);
  if (held && sameBytes(held.bytes, next.bytes)) return longer;
  throw new Refusal('trust-version', words.otherVersion(trustFile(version)));
}
