import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import { formatTime } from '../format/time.ts';
import { FAULTS, type FaultId } from './faults.ts';
import { type Sight, type Trial, type Undone, verdictOf } from './judge.ts';
import type { Clock } from './look/clock.ts';
import type { Ledger } from './undo/ledger.ts';
import { type Undoing, undoAll, WHY } from './undo/undo.ts';

/**
 * Runs a script: each fault is made, looked at, undone and looked at again, one after the other. What a fault leaves is
 * undone whatever happens to it; what can't be undone ends the drill.
 */

/** One fault, bound to what it works on. */
export interface Act {
  readonly id: FaultId;
  /** of a fleet's, the node; null at a node */
  readonly node: string | null;
  readonly within_seconds: number;
  /** @returns what is missing for it, null where nothing is */
  readonly lacks: () => Promise<string | null>;
  readonly act: () => Promise<Sight[]>;
  readonly after: (() => Promise<Sight[]>) | null;
}

export interface Script {
  readonly acts: readonly Act[];
  /** Waits until readers see a signed corte. @returns why that did not come about, null where it did */
  readonly ready: () => Promise<string | null>;
  /** Asked before each fault: whether a drill may still be under way. @returns why not */
  readonly barred: () => Promise<string | null>;
  readonly ledger: Ledger;
  readonly undoing: Undoing;
  readonly clock: Clock;
  /** minutes east of UTC in which hours are told */
  readonly offset: number;
  readonly isStopped: () => boolean;
  readonly begins: (act: Act) => void;
  readonly ended: (trial: Trial) => void;
}

export interface Drill {
  readonly trials: readonly Trial[];
  /** false where it was cut short: somebody ended it, or something could not be undone */
  readonly isWhole: boolean;
  /** what is still to be undone, one line each */
  readonly left: readonly Said[];
}

export async function runScript(script: Script): Promise<Drill> {
  const trials: Trial[] = [];
  for (const act of script.acts) {
    if (script.isStopped()) return { trials, isWhole: false, left: [] };
    const { trial, left } = await tryOne(script, act);
    trials.push(trial);
    script.ended(trial);
    if (left.length > 0) return { trials, isWhole: false, left };
  }
  return { trials, isWhole: !script.isStopped(), left: [] };
}

async function tryOne(script: Script, act: Act): Promise<{ readonly trial: Trial; readonly left: readonly Said[] }> {
  const { clock, ledger, undoing } = script;
  const { title, done, expected } = FAULTS[act.id];
  const begun = clock.elapsed();
  const made = (rest: Pick<Trial, 'sights' | 'undone' | 'verdict' | 'reason'>): Trial => ({
    id: act.id,
    node: act.node,
    title,
    done,
    expected,
    within_seconds: act.within_seconds,
    begun_at,
    seconds: tenths(clock.elapsed() - begun),
    ...rest,
    sights: rest.sights.map((sight) => ({ ...sight, after: sight.after === null ? null : tenths(sight.after) })),
  });
  const begun_at = formatTime(clock.now(), script.offset);
  const notMade = (reason: string, undone: Undone | null = null) => ({
    trial: made({ sights: [], undone, verdict: 'no-se-hizo', reason }),
    left: [],
  });

  script.begins(act);
  const lacking = await orWhy(async () => (await script.barred()) ?? (await act.lacks()) ?? (await script.ready()));
  if (script.isStopped()) return notMade(INTERRUPTED);
  if (lacking !== null) return notMade(lacking);

  const from = Math.max(0, ...ledger.entries.map(({ id }) => id)) + 1;
  let sights: Sight[] = [];
  let trouble: string | null = null;
  try {
    sights = await act.act();
  } catch (error) {
    trouble = script.isStopped() ? INTERRUPTED : whyOf(error);
  }
  const { undone, left } = await undoFrom(from);
  if (trouble !== null && (undone === null || script.isStopped())) return { ...notMade(trouble, undone), left };
  if (trouble !== null) sights = [{ what: `no se pudo terminar: ${trouble}`, met: false, after: null }];
  if (trouble === null && act.after !== null && left.length === 0) {
    try {
      const after = await act.after();
      sights = [...sights, ...after.map((sight) => ({ ...sight, what: `ya deshecho, ${sight.what}` }))];
    } catch (error) {
      const what = `no se pudo ver cómo quedó: ${script.isStopped() ? INTERRUPTED : whyOf(error)}`;
      sights = [...sights, { what, met: false, after: null }];
    }
  }
  return { trial: made({ sights, undone, verdict: verdictOf(sights, undone), reason: null }), left };

  async function undoFrom(id: number): Promise<{ readonly undone: Undone | null; readonly left: readonly Said[] }> {
    if (!ledger.entries.some((entry) => entry.id >= id)) return { undone: null, left: [] };
    const at = clock.elapsed();
    const failed = await undoAll(ledger, undoing, id);
    const detail =
      failed.length === 0
        ? null
        : failed
            .map(({ es }) => es)
            .join('; ')
            .slice(0, WHY);
    return { undone: { ok: failed.length === 0, seconds: tenths(clock.elapsed() - at), detail }, left: failed };
  }
}

/**
 * Looks at what came of a fault that is made and of which the list of what is to be undone says nothing. That the looking
 * fails, or that the drill is ended meanwhile, is a sight of its own: what was made is never told as if it had not been.
 * @param made what was done, in Spanish: the sight's beginning
 * @param stop given when somebody ends the drill
 */
export async function seenOf(made: string, stop: AbortSignal | undefined, look: () => Promise<Sight[]>): Promise<Sight[]> {
  try {
    return await look();
  } catch (error) {
    return [{ what: `${made}: ${stop?.aborted ? INTERRUPTED : whyOf(error)}`, met: false, after: null }];
  }
}

/** What was thrown, as it has room in a sentence of the report, which is in Spanish. */
export function whyOf(error: unknown): string {
  return saidBy(error).es.slice(0, WHY);
}

const INTERRUPTED = 'se interrumpió el simulacro';

async function orWhy(look: () => Promise<string | null>): Promise<string | null> {
  try {
    return await look();
  } catch (error) {
    return whyOf(error);
  }
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
