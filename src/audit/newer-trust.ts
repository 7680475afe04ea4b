import { HintedError } from '../config/hinted-error.ts';
import { Refusal } from '../format/refusal.ts';
import { parseStatement, type Statement } from '../format/statement.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import { words } from './words.ts';

/** What a trust document that is not at hand may say of a corte kept apart from its chain. */

/**
 * @param refused why a corte was refused
 * @param trust by which it was
 * @returns HintedError where the corte names a newer document, which alone could tell its key; else what was given
 */
export function orNewerTrust(refused: unknown, corteJson: Uint8Array, trust: TrustChain): unknown {
  if (!(refused instanceof Refusal) || !['signer-unknown', 'trust-missing'].includes(refused.code)) return refused;
  const [named, newest] = [statementIn(corteJson)?.trust.version ?? 0, trust.newest.document.version];
  return named > newest ? new HintedError(words.trustAhead(named, newest), words.trustBeside, refused) : refused;
}

/** @returns null where it is none, which the check of the statement refuses, after its signature */
export function statementIn(corteJson: Uint8Array): Statement | null {
  try {
    return parseStatement(corteJson);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
