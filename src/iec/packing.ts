import { type Language, Said } from '../format/said.ts';
import { asOneLine } from '../format/text.ts';
import { saidBy } from '../format/thrown.ts';
import { formatTime, instantOf, offsetOf } from '../format/time.ts';
import { type Told, Trouble } from './link/trouble.ts';
import type { PackedCorte } from './pack/pack.ts';
import { packTroubleOf } from './pack/pack-trouble.ts';
import { words } from './pack/words.ts';
import type { Tell } from './record/bitacora.ts';
import { type ChainView, isOfFuture } from './record/chain-view.ts';
import { periodAt, startOfPeriod } from './record/standing.ts';

/** Makes one corte in every period, as early in it as possible. */
export interface Packing {
  /** why the period has no corte yet; null where it has one, needs none, or no try was made */
  readonly trouble: () => Told | null;
  /**
   * Makes the corte of the period of an instant (ms), if that is still to be made, and reports the result.
   * @param view the chain as it was last seen
   */
  packIfDue(view: ChainView, at: number): Promise<Packed>;
}

interface Packed {
  readonly isPacked: boolean;
  /** how long to wait before the next try, ms; null where the period needs none */
  readonly again: number | null;
}

/**
 * @param make makes the next corte; throws as `packCorte`
 * @param tell is told of every corte, and of every failure that differs from the one before it
 */
export function newPacking(make: () => Promise<PackedCorte>, tell: Tell): Packing {
  let trouble: Told | null = null;
  /** the files that not every site shows, as they were last told */
  let unserved = '';
  /** the references out of the publication, as they were last told: only what is new in a corte is looked at */
  let leaving = '';
  /** the logos that are in no corte, as they were last told */
  let logos = '';
  /** when our own last corte was taken, ms: it counts even where the chain can't be looked at just now */
  let packedAt = Number.NEGATIVE_INFINITY;
  const newestIn = ({ headTakenAt }: ChainView) => Math.max(headTakenAt ?? packedAt, packedAt);

  function isDue(view: ChainView, at: number): boolean {
    const { phase, isFinal } = view;
    const isOpen = instantOf(phase.opens_at) <= at && at <= instantOf(phase.closes_at);
    return isOpen && !isFinal && newestIn(view) < startOfPeriod(phase, periodAt(phase, at));
  }

  function fails(error: unknown): void {
    const before = trouble;
    trouble = packTroubleOf(error);
    if (before?.detail.en !== trouble.detail.en) tell({ event: 'pack-failed', error: trouble.code, detail: trouble.detail });
  }

  return {
    trouble: () => trouble,
    async packIfDue(view, at) {
      const { phase, isFinal } = view;
      const newest = newestIn(view);
      if (!isFinal && at <= instantOf(phase.closes_at) && isOfFuture(newest, at)) {
        const hour = formatTime(newest, offsetOf(phase.opens_at));
        fails(new Trouble('iec-clock', words.ofFuture(phase.name, hour)));
        return { isPacked: false, again: null };
      }
      if (!isDue(view, at)) {
        trouble = null; // another process packed this period's corte, or no corte is due any more
        return { isPacked: false, again: null };
      }
      try {
        const { statement, indexError, ...packed } = await make();
        const { number, taken_at, manifest, package: content } = statement;
        packedAt = instantOf(taken_at);
        trouble = null;
        const counts = { files: manifest.files, new_files: content.files, bytes: content.bytes };
        tell({ event: 'packed', period: periodAt(phase, at), number, ...counts });
        const shown = asOneLine(packed.unserved.slice(0, 20).join(' '));
        if (shown !== '' && shown !== unserved) tell({ event: 'not-served', files: packed.unserved.length, paths: shown });
        unserved = shown;
        const { count, references } = packed.leaving;
        const some = asOneLine(
          references
            .slice(0, 5)
            .map(({ path, to }) => `${path}: ${to}`)
            .join('; '),
        );
        if (some !== '' && some !== leaving) tell({ event: 'leaves-corte', references: count, first: some });
        leaving = some === '' ? leaving : some;
        const leftOut = leftOutIn(packed);
        if (leftOut.en !== '' && leftOut.en !== logos) tell({ event: 'logo-left-out', detail: leftOut });
        logos = leftOut.en;
        if (indexError) tell({ event: 'index-trouble', detail: saidBy(indexError) });
        return { isPacked: true, again: null };
      } catch (error) {
        fails(error);
        return { isPacked: false, again: Math.max(500, Math.min(15_000, phase.period_seconds * 50)) };
      }
    },
  };
}

function leftOutIn({ logosLeftOut }: Pick<PackedCorte, 'logosLeftOut'>): Said {
  const all = (language: Language) =>
    asOneLine(logosLeftOut.map(({ difusor, detail }) => `${difusor}: ${detail.in(language)}`).join('; '));
  return new Said(all('en'), all('es'));
}
