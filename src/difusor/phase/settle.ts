import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { Padron } from '../../format/padron.ts';
import { saidBy } from '../../format/thrown.ts';
import { Interrupted } from '../../service/steps.ts';
import type { Shown } from '../../verdict/publication.ts';
import { words } from '../words.ts';
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
  const padron = await padronNow(phase);
  const target = shows === 'corte' ? { corte: number } : { page: await pages.make(shows, head?.statement ?? null, padron) };
  const notice = pages.noticeOf(head?.statement ?? null, padron);
  await layPointers(phase, target, notice);
  const isSettled = link.leadsTo(target);
  if (!isSettled || !(await isNoticeReady(phase, shows, notice))) await layReady(phase);
  if (isSettled) return false;
  setting.step('before A14');
  const standing = link.standing();
  // We never leave a link that leads anywhere else.
  const isTampered = standing !== 'nothing' && link.shown() === null;
  // We never make a folder in the link's place, and a rename can't replace one.
  if (standing === 'no-link') await fs.rename(link.path, join(phase.evidence, `public-${name}-${process.hrtime.bigint()}`));
  await link.point(target);
  setting.step('after A14');
  if (isTampered) setting.tell({ event: 'altered', phase: name, number, path: '.', restored: true });
  setting.tell({ event: 'published', phase: name, public: shows, number: shows === 'corte' ? number : null });
  return true;
}

/**
 * Shows the prepared notice if it is due, by what is in memory: it needs no lock, no descriptor, no space on the disk
 * and no look at the chain. It still works when everything else fails. In doubt it shows the notice: where another
 * process has just admitted a corte, the next turn shows that corte again.
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

/** Where the notice of the newest corte leads. */
async function padronNow({ head }: OpenPhase): Promise<Padron | null> {
  return (await head?.padron()) ?? null;
}

/** Whether what lies ready is the notice of the newest corte: an older one would tell an older hour. */
async function isNoticeReady({ link, pages, policy }: OpenPhase, shows: Shown, notice: string): Promise<boolean> {
  if (policy.whenStale !== 'aviso') return true;
  return shows === 'corte' ? link.hasReady(notice) : pages.hasReady(notice);
}

/**
 * What the pointer will say once the link leads there, and what it says of the notice that lies ready, which others may
 * show without us. It is a hint: without it the corte is shown all the same.
 */
async function layPointers(
  { name, head, pointers, told, setting }: OpenPhase,
  target: { corte: number } | { page: string },
  notice: string,
): Promise<void> {
  const what = words.pointer(name);
  try {
    if ('page' in target) await pointers.ofPage(target.page, head);
    else if (head) await pointers.ofCorte(head);
    await pointers.ofPage(notice, head);
    await pointers.ofReady(head);
    told.delete(what.en);
  } catch (error) {
    if (!told.has(what.en)) setting.tell({ event: 'error', what, detail: saidBy(error) });
    told.add(what.en);
  }
}

/** Prepares the notice, whatever is shown now. A failure here is only reported: it must not stop anything else. */
async function layReady(phase: OpenPhase): Promise<void> {
  const { name, head, link, pages, policy, told, setting } = phase;
  if (policy.whenStale !== 'aviso') return;
  const what = words.noticeReady(name);
  try {
    const page = await pages.make('aviso', head?.statement ?? null, await padronNow(phase));
    await pages.markReady(page);
    await link.makeReady(page);
    told.delete(what.en);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    if (!told.has(what.en)) setting.tell({ event: 'error', what, detail: saidBy(error) });
    told.add(what.en);
  }
}

/**
 * What to show: the rule of the missed periods is applied where the policy says so; otherwise a notice that is shown
 * already stays.
 */
function toShow(phase: OpenPhase, admitted: boolean): Shown {
  const { head, link, policy } = phase;
  const asked = askedNow(phase);
  if (asked !== 'aviso') return asked;
  const staysUp = policy.whenStale === 'leave' && !admitted && link.shown()?.public === 'aviso';
  if (policy.whenStale === 'aviso' || staysUp) return asked;
  return head ? 'corte' : 'espera';
}
