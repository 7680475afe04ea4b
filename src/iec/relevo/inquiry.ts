import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainView } from '../record/chain-view.ts';
import type { Difusor } from '../setup/config.ts';
import { type AskOptions, askAll } from './ask-all.ts';
import { aheadOf, SIGN_MS } from './clock.ts';
import { type Answer, type Demand, judge, remembering, type Verdict } from './judge.ts';

export interface InquiryOptions extends AskOptions {
  /** how many are configured, of whom those asked may be a few */
  readonly difusores: number;
  readonly demand: Demand;
  /** what was heard before; nothing, if absent */
  readonly before?: readonly Answer[] | undefined;
  /** ms since the epoch */
  readonly now: () => number;
  /** for how long a node's status is looked at before it counts as nobody's, ms; {@link SIGN_MS}, if absent */
  readonly signMs?: number | undefined;
}

/** What all inquiries of one process have in common. */
export type Asking = Pick<InquiryOptions, 'identity' | 'now' | 'signMs' | 'totalMs' | 'proxyFor'>;

export interface Inquiry {
  readonly answers: readonly Answer[];
  readonly verdict: Verdict;
  /** the Difusores by whose clocks ours is ahead, where they are enough to heed and nothing else speaks against signing */
  readonly ahead: readonly string[];
}

const NOBODY: ReadonlySet<string> = new Set();

/** Asks the nodes of these Difusores, within a total, and judges by their answers whether a machine may sign. */
export async function inquire(
  asked: readonly Difusor[],
  view: ChainView,
  { difusores, demand, before = [], now, signMs = SIGN_MS, ...options }: InquiryOptions,
): Promise<Inquiry> {
  const ask = () => askAll(asked, view, options);
  const answers = remembering(await ask(), before);
  const verdict = judge(answers, difusores, demand);
  if (verdict.kind !== 'free') return { answers, verdict, ahead: [] };
  const overruled = demand.kind === 'own' ? demand.overruled : NOBODY;
  const again = () => sleep(signMs).then(ask);
  return { answers, verdict, ahead: await aheadOf(answers, { difusores, overruled, now, again }) };
}
