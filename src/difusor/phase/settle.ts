import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { type Shown, whatToShow } from '../../verdict/publication.ts';
import type { OpenPhase } from './phase.ts';

export interface Occasion {
  /** a corte was admitted just now */
  readonly admitted?: boolean;
}

/**
 * A14: makes the link show, durably, what the clock and the newest corte ask for, if it does not already.
 * @returns whether it was switched
 * @throws Error where a page can't be made or the link can't be switched
 */
export async function settlePublic(phase: OpenPhase, { admitted = false }: Occasion = {}): Promise<boolean> {
  const { name, link, pages, head, setting } = phase;
  const number = head?.statement.number ?? 0;
  const shows = toShow(phase, admitted);
  const target = shows === 'corte' ? { corte: number } : { page: await pages.make(shows, head?.statement ?? null) };
  if (link.leadsTo(target)) return false;
  setting.step('before A14');
  const standing = link.standing();
  // A link that leads anywhere else was not left by us, at no moment.
  const isTampered = standing !== 'nothing' && link.shown() === null;
  // A folder in the link's place is none of ours, and a rename can't replace it.
  if (standing === 'no-link') await fs.rename(link.path, join(phase.evidence, `public-${name}-${process.hrtime.bigint()}`));
  await link.point(target);
  setting.step('after A14');
  if (isTampered) setting.tell({ event: 'altered', phase: name, number, path: '.', restored: true });
  setting.tell({ event: 'published', phase: name, public: shows, number: shows === 'corte' ? number : null });
  return true;
}

/** The rule of the missed periods is kept where the policy says so; a notice that is up already is left up otherwise. */
function toShow({ rules, head, link, policy, setting }: OpenPhase, admitted: boolean): Shown {
  const asked = whatToShow(rules, head?.statement ?? null, setting.now());
  if (asked !== 'aviso') return asked;
  const staysUp = policy.whenStale === 'leave' && !admitted && link.shown()?.public === 'aviso';
  if (policy.whenStale === 'aviso' || staysUp) return asked;
  return head ? 'corte' : 'espera';
}
