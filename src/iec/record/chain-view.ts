import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, lastNumber, readStatement } from '../../chain/chain-folder.ts';
import { firstDisowned } from '../../chain/disowned.ts';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../config/usage-error.ts';
import { syncFolder } from '../../disk/durable.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import { walkOwnTrust } from '../pack/footing.ts';
import { words } from './words.ts';

/** The IEC's chain as a pass sees it: which cortes and trust documents there are to send. */
export interface ChainView {
  readonly chain: string;
  readonly election: string;
  readonly title: string;
  readonly phase: Phase;
  /** the number of the newest corte that the trust documents do not disown, 0 before the first */
  readonly head: number;
  /** the hash of the newest corte, null before the first */
  readonly headCorte: Hash | null;
  readonly isFinal: boolean;
  /** `taken_at` of the newest corte, ms; null before the first */
  readonly headTakenAt: number | null;
  /** versions of the trust documents, ascending */
  readonly trust: readonly number[];
}

/**
 * Looks at the chain on the disk. What is seen is made durable before it is returned. A corte that `iec pack` has just
 * renamed into place, perhaps before it was killed, may not survive a power cut yet. If it were sent and then lost, its
 * number would be signed again for another corte: the Institute itself would make a fork.
 * @throws Refusal where the chain's own trust documents can't be accepted, or a signature file is none; UsageError for
 *   a phase that they don't have; Error where something can't be read
 */
export async function viewChain(chain: string, phase: string): Promise<ChainView> {
  const trust = await walkOwnTrust(chain);
  const { election, title } = trust.newest.document;
  const rules = phaseOf(trust, phase);
  if (!rules) {
    const names = trust.newest.document.phases.map(({ name }) => name);
    const hint = didYouMean(phase, names) ?? (names.length === 0 ? words.hasNone : words.has(names.join(', ')));
    throw new UsageError(words.noPhase(chain, phase), hint);
  }
  const last = await lastNumber(chain, phase);
  if (last > 0) await syncFolder(join(chain, phase));
  // Cortes that the custodians disowned lie here until `iec heal`; they are no longer sent to anyone.
  const disowned = await firstDisowned(chain, phase, last, trust);
  const head = disowned === null ? last : disowned - 1;
  const corte = head === 0 ? null : await readStatement(chain, phase, head);
  const newest = corte && corte.statement;
  return {
    chain,
    election,
    title,
    phase: rules,
    head,
    headCorte: corte && corte.sha256,
    isFinal: newest?.final ?? false,
    headTakenAt: newest && instantOf(newest.taken_at),
    trust: [...trust.held.keys()].sort((a, b) => a - b),
  };
}

/**
 * Whether the hour of our newest corte (ms) is so far ahead that a node would refuse it: then it was signed by a clock that was
 * ahead, or the clock is behind now, and nothing can follow it before its hour.
 * @param now ms since the epoch
 */
export function isOfFuture(takenAt: number, now: number): boolean {
  return takenAt > now + LIMITS.clockSkewSeconds * 1000;
}

/**
 * Since when a node that has acknowledged the cortes up to a number lacks the next one: its `taken_at`, ms.
 * @returns null where it lacks none
 * @throws Refusal, Error where that corte can't be read
 */
export async function lacksSince({ chain, phase, head }: ChainView, number: number): Promise<number | null> {
  if (number >= head) return null;
  return instantOf((await readStatement(chain, phase.name, number + 1)).statement.taken_at);
}

/**
 * When a corte of this chain was written, ms, by the clock of its file system: its signature is the last of its files,
 * and after it comes the rename that makes it a corte.
 * @throws Error where it can't be read
 */
export async function writtenAt({ chain, phase }: ChainView, number: number): Promise<number> {
  return (await fs.stat(join(corteFolder(chain, phase.name, number), 'corte.json.sig'))).mtimeMs;
}
