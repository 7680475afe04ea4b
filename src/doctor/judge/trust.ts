import { instantOf } from '../../format/time.ts';
import type { Trust } from '../../format/trust.ts';
import { type Found, fails, meets } from '../check.ts';
import { momentIn } from './moment.ts';
import { words } from './words.ts';

/** The newest document held; or the code by which it is no document to go by. */
export type TrustFact = { readonly document: Trust } | { readonly refused: string };

/**
 * Whether the newest trust document holds for as long as it is needed: until each phase that has not closed has closed.
 * @param now ms since the epoch
 */
export function judgeTrust(fact: TrustFact, now: number): Found {
  if ('refused' in fact) return fails(words.notAuthentic(fact.refused));
  const { version, expires_at, phases } = fact.document;
  const end = instantOf(expires_at);
  if (end <= now) return fails(words.trustExpired(version, momentIn(expires_at)));
  const late = phases.filter(({ closes_at }) => instantOf(closes_at) > now).find(({ closes_at }) => end < instantOf(closes_at));
  if (late) return fails(words.trustEnds(version, late.name, momentIn(expires_at)));
  return meets(words.trustUntil(version, momentIn(expires_at)));
}
