import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../format/thrown.ts';
import { Interrupted } from '../../service/steps.ts';
import type { Shown } from '../../verdict/publication.ts';
import { askedNow, type OpenPhase } from './phase.ts';

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
  const isSettled = link.leadsTo(target);
  const isReady = shows === 'corte' ? link.hasReady() : await pages.hasReady();
  if (!(isSettled && isReady)) await layReady(phase);
  if (isSettled) return false;
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

/**
 * Shows the notice that lies ready if it is due, by what is known already: without the lock, a descriptor, a byte on the
 * disk or a look at the chain. It is what still can be done when everything else fails, and it errs to the notice: where
 * another process has just admitted a corte, the next turn shows that corte again.
 * @returns whether it was switched
 * @throws Error where the link can't be replaced (a read-only disk)
 */
export function showNoticeIfDue(phase: OpenPhase): boolean {
  const { name, link, policy, setting } = phase;
  if (policy.whenStale !== 'aviso' || askedNow(phase) !== 'aviso') return false;
  const shown = link.shown();
  if (shown?.public === 'aviso') return false;
  if (shown?.number != null && shown.number > (phase.head?.statement.number ?? 0)) return false; // newer than we know
  if (!link.showReady()) return false;
  setting.tell({ event: 'published', phase: name, public: 'aviso', number: null });
  return true;
}

/** The notice lies ready whatever is shown. What keeps it from being made must not keep anything else away. */
async function layReady({ name, head, link, pages, policy, told, setting }: OpenPhase): Promise<void> {
  if (policy.whenStale !== 'aviso') return;
  const what = `the notice of ${name} that should lie ready`;
  try {
    const page = await pages.make('aviso', head?.statement ?? null);
    await pages.markReady(page);
    await link.makeReady(page);
    told.delete(what);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const detail = messageOf(error);
    if (!told.has(what)) setting.tell({ event: 'error', what, detail });
    told.add(what);
  }
}

/** The rule of the missed periods is kept where the policy says so; a notice that is up already is left up otherwise. */
function toShow(phase: OpenPhase, admitted: boolean): Shown {
  const { head, link, policy } = phase;
  const asked = askedNow(phase);
  if (asked !== 'aviso') return asked;
  const staysUp = policy.whenStale === 'leave' && !admitted && link.shown()?.public === 'aviso';
  if (policy.whenStale === 'aviso' || staysUp) return asked;
  return head ? 'corte' : 'espera';
}
