import { promises as fs } from 'node:fs';
import type { Hash } from '../../format/hash.ts';
import type { Statement } from '../../format/statement.ts';
import { instantOf } from '../../format/time.ts';
import { Trouble, toldOf } from '../link/trouble.ts';
import type { Tell } from '../record/bitacora.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Report } from '../record/report.ts';
import { type ChainEnd, isSameEnd, openMark, type SignedMark } from '../record/signed-mark.ts';
import type { IecConfig } from '../setup/config.ts';
import { TOTAL_MS } from './ask-all.ts';
import { clockTrouble, newClockWatch } from './clock.ts';
import { type Asking, inquire } from './inquiry.ts';
import { type Answer, type Demand, judge } from './judge.ts';
import { newOpening } from './opening.ts';
import { endOf, lostHere, tooEarly, troubleOf } from './stop.ts';
import { words } from './words.ts';

/**
 * That no second corte of a number is signed, when the Institute has two machines: one that was lost and one that took
 * over, or one that comes back. A machine that signed the end of its chain itself goes on; it only looks at the nodes
 * when it begins, before corte 1, after a pause, and when something was seen at a node that is not its own. Any other machine asks all
 * nodes first.
 */
export interface Guard {
  /**
   * To be called before a corte is packed.
   * @throws Trouble `corte-lost` where somebody has a corte that this chain has not, `fork` where it is another of one
   *   that it has, `not-asked` where it can't be known yet, `iec-clock` where most Difusores' clocks are behind ours
   */
  require(view: ChainView): Promise<void>;
  /**
   * To be called when a corte is signed and not yet in the chain. A mark that can't be written is told, and no more.
   * @throws Trouble `not-asked` where it follows another end than the one that `require` let go on: the chain has changed
   *   meanwhile
   */
  signing(statement: Statement, corte: Hash): Promise<void>;
  /** To be called when it is in the chain, before anybody is brought it. */
  packed(statement: Statement, corte: Hash): Promise<void>;
  /** A courier's report: what is not ours at a node is looked at before the next corte. */
  heard(report: Report): void;
  /** To be called when a night begins, before anybody is brought anything: before its phase opens nobody can have signed. */
  begin(view: ChainView): Promise<void>;
}

export interface GuardOptions extends Asking {
  /** as it is configured now */
  readonly config: () => Pick<IecConfig, 'difusor' | 'panel' | 'chain' | 'relevo_unasked'>;
  readonly tell: Tell;
  /** ms by a clock that nobody sets; `performance.now()`, if absent */
  readonly elapsed?: (() => number) | undefined;
}

/** What speaks against signing on an end of the chain, as it was last heard. */
interface Held {
  readonly at: ChainEnd;
  readonly trouble: Trouble;
  readonly answers: readonly Answer[];
  /** whether the IEC's own key signed it: that is not asked again while nothing changes by which it could count no more */
  readonly isSigned: boolean;
  /** by which trust documents, and at which Difusores */
  readonly by: string;
}

/** What a node tells where another machine signs. */
const SUSPECT: ReadonlySet<string> = new Set(['acuse-future', 'acuse-other-corte', 'fork']);

export function newGuard({ config, tell, elapsed = () => performance.now(), ...asking }: GuardOptions): Guard {
  const { now } = asking;
  /** the Difusores at which something was seen, not yet looked at */
  const doubted = new Set<string>();
  const opening = newOpening(now, elapsed);
  const clock = newClockWatch(elapsed);
  /** whether the nodes' clocks spoke against ours when they were last asked */
  let isAhead = false;
  /** the end of the chain as this process made it */
  let mine: ChainEnd | null = null;
  /** when nodes were last asked, ms */
  let askedAt = Number.NEGATIVE_INFINITY;
  /** what was heard that this chain has not: while it stands nothing is signed on that end */
  let held: Held | null = null;

  async function mark(): Promise<SignedMark> {
    return openMark(config().panel, await fs.realpath(config().chain));
  }

  /** A mark that can't be written keeps nobody from going on: the next process asks once more. */
  async function noted(write: (own: SignedMark) => Promise<void>): Promise<void> {
    try {
      await write(await mark());
    } catch (error) {
      tell({ event: 'mark-trouble', detail: toldOf(error).detail });
    }
  }

  async function isOwn(view: ChainView, head: ChainEnd): Promise<boolean> {
    if (mine && isSameEnd(mine, head)) return true;
    return (await mark()).holds(view.phase.name, head, now());
  }

  const asksWhom = (view: ChainView) => JSON.stringify([view.trust, config().difusor.map(({ name }) => name)]);
  /** @param isBack whether another machine may have taken over meanwhile */
  async function ownDemand(view: ChainView, head: ChainEnd, isBack: boolean): Promise<Demand> {
    const own = await mark();
    const overruled = await own.overruled(view.phase.name);
    const mayBeAlone = !isBack || (await own.mayBeAlone(view.phase.name, head));
    return { kind: 'own', overruled, unasked: mayBeAlone ? Number.POSITIVE_INFINITY : config().relevo_unasked };
  }

  /**
   * A machine that signs on waits for who is silent for no more than a quarter of a period. Only where most clocks speak
   * against its own it asks once more, 16 s later, for as long again at most.
   */
  function totalFor({ kind }: Demand, { phase }: ChainView): number {
    const { totalMs: most = TOTAL_MS } = asking;
    return kind === 'own' ? Math.min(most, phase.period_seconds * 250) : most;
  }

  /** @param only the Difusores that are asked; all, where it is null */
  async function ask(view: ChainView, demand: Demand, only: ReadonlySet<string> | null): Promise<void> {
    const { difusor } = config();
    const asked = difusor.filter(({ name }) => only === null || only.has(name));
    const by = asksWhom(view);
    const options = { ...asking, totalMs: totalFor(demand, view), before: held?.answers };
    const { answers, verdict, ahead } = await inquire(asked, view, { ...options, difusores: difusor.length, demand });
    askedAt = now();
    for (const name of only ?? difusor.map((one) => one.name)) doubted.delete(name);
    held = null;
    isAhead = ahead.length > 0;
    if (isAhead) throw clockTrouble(ahead);
    if (verdict.kind === 'free') return;
    if (verdict.kind === 'alone') askedAt = Number.NEGATIVE_INFINITY; // the next try asks again
    const trouble = troubleOf(verdict, view);
    if (verdict.kind === 'held') held = { at: await endOf(view), trouble, answers, isSigned: verdict.sight.isSigned, by };
    throw trouble;
  }

  return {
    async require(view) {
      const lost = await lostHere(config().panel, view);
      if (lost) throw lost;
      const head = await endOf(view);
      const before = held;
      if (head.number === 0 && opening.isRefuted(instantOf(view.phase.opens_at))) {
        opening.forget();
        mine = null;
        await noted((own) => own.take(view.phase.name, head, { until: 0 })); // what it noted then holds no more
      }
      if (held && !isSameEnd(held.at, head)) held = null;
      if (held?.isSigned && held.by === asksWhom(view)) throw held.trouble;
      clock.requireTaken(view, config().difusor, await (await mark()).overruled(view.phase.name));
      if (!(await isOwn(view, head))) {
        const early = tooEarly(view, now());
        if (early) throw early;
        await ask(view, { kind: 'taken', unasked: config().relevo_unasked }, null);
        mine = head;
        await noted((own) => own.take(view.phase.name, head));
        return;
      }
      const period = view.phase.period_seconds * 1000;
      const isPaused = now() - (view.headTakenAt ?? instantOf(view.phase.opens_at)) > 1.5 * period;
      const isBack = mine === null || isPaused || isAhead;
      const demand = await ownDemand(view, head, isBack);
      // Whoever began before the opening began by a clock that the nodes may contradict; who is silent holds it up no more.
      const isFirst = head.number === 0 && askedAt === Number.NEGATIVE_INFINITY;
      const since = now() - askedAt; // negative where the clock was put back
      const isRecent = since >= 0 && since < period / 2 && !isAhead;
      if (isRecent && (before === null || (held && !held.isSigned))) {
        // A pack that is tried again and again: nobody is asked, but what was heard stands, unless a person decided meanwhile.
        if (held && judge(held.answers, config().difusor.length, demand).kind !== 'free') throw held.trouble;
        held = null;
      } else if (isBack || before || isFirst) await ask(view, demand, null);
      else if (doubted.size > 0) await ask(view, demand, new Set(doubted));
      mine = head;
    },

    async signing({ phase, number, previous }, corte) {
      const end = { number: number - 1, corte: previous };
      if (mine === null || !isSameEnd(mine, end)) throw new Trouble('not-asked', words.changed(number - 1));
      const next = { number, corte };
      mine = next;
      opening.forget();
      await noted((own) => own.signing(phase, end, next));
    },

    async packed({ phase, number }, corte) {
      await noted((own) => own.signed(phase, { number, corte }));
    },

    heard(report) {
      const { target, trouble } = report;
      clock.heard(report);
      if (trouble && SUSPECT.has(trouble.code)) doubted.add(target.difusor);
    },

    async begin(view) {
      const { name, opens_at, period_seconds, missed_limit } = view.phase;
      if (view.head > 0) {
        const head = await endOf(view);
        await noted((own) => own.settle(name, head));
        return;
      }
      if (!opening.begins(instantOf(opens_at))) return;
      mine = { number: 0, corte: null };
      // For the next process it is no sign for long: by then another machine would have begun.
      const until = instantOf(opens_at) + missed_limit * period_seconds * 1000;
      await noted((own) => own.take(name, { number: 0, corte: null }, { until }));
    },
  };
}
