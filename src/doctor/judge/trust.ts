import { instantOf } from '../../format/time.ts';
import type { Trust } from '../../format/trust.ts';
import { momentOf } from '../../html/hour.ts';
import { type Found, fails, meets } from '../check.ts';

/** The newest document held; or the code by which it is no document to go by. */
export type TrustFact = { readonly document: Trust } | { readonly refused: string };

/**
 * Whether the newest trust document holds for as long as it is needed: until each phase that has not closed has closed.
 * @param now ms since the epoch
 */
export function judgeTrust(fact: TrustFact, now: number): Found {
  if ('refused' in fact) return fails(`no es auténtico: ${fact.refused}`);
  const { version, expires_at, phases } = fact.document;
  const end = instantOf(expires_at);
  if (end <= now) return fails(`el ${version} venció: ${momentOf(expires_at)}`);
  const late = phases.filter(({ closes_at }) => instantOf(closes_at) > now).find(({ closes_at }) => end < instantOf(closes_at));
  if (late) return fails(`el ${version} vence antes del cierre de ${late.name}: ${momentOf(expires_at)}`);
  return meets(`versión ${version}, hasta el ${momentOf(expires_at)}`);
}
