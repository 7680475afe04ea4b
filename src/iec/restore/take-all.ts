import type { ChainSource } from '../../audit/source/chain-source.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import type { Corte } from '../../verdict/history.ts';
import { inLanes } from './places.ts';
import { type CorteInPlace, isOurs, takeCorte } from './take-corte.ts';
import { words } from './words.ts';

/**
 * Takes many cortes from many places. The newest comes first: as long as one before it is missing the chain has a gap,
 * after which nobody packs, so that a process that is killed leaves nothing that could be taken for a whole chain.
 */

/** A corte with what of it is missing. */
export interface Wanted extends CorteInPlace {
  readonly missing: Parameters<typeof takeCorte>[1];
}

/** A place from which packages are taken. */
export interface Giver {
  readonly source: ChainSource;
  has(corte: Corte): boolean;
}

const AT_ONCE = 4;
/** A place that failed so often in a row is asked last. */
const MOST_FAILURES = 2;

interface Standing {
  underWay: number;
  failures: number;
  /** how long it took for a byte the last time, ms; 0 before the first: everybody is tried */
  cost: number;
}

/**
 * @param givers the quick before the patient: whoever stands later is asked where those before it failed
 * @param taken called after each corte
 * @throws Error where a corte can be had from no place, or something can't be written
 */
export async function takeAll(
  wanted: readonly Wanted[],
  givers: readonly (readonly Giver[])[],
  taken: (order: Wanted) => void,
): Promise<void> {
  const standings = new Map<Giver, Standing>();
  const standingOf = (giver: Giver) => {
    const standing = standings.get(giver) ?? { underWay: 0, failures: 0, cost: 0 };
    standings.set(giver, standing);
    return standing;
  };

  /** Those that have failed come last, then those that are busy, then the slow. */
  function best(tier: readonly Giver[], tried: ReadonlySet<Giver>, corte: Corte): Giver | undefined {
    const rank = (giver: Giver) => {
      const { underWay, failures, cost } = standingOf(giver);
      return [failures >= MOST_FAILURES ? 1 : 0, underWay, cost];
    };
    return tier.filter((giver) => !tried.has(giver) && giver.has(corte)).sort((a, b) => compareRanks(rank(a), rank(b)))[0];
  }

  async function take(order: Wanted): Promise<void> {
    const { corte } = order;
    const tried = new Set<Giver>();
    let last: unknown = null;
    for (const tier of givers) {
      for (let giver = best(tier, tried, corte); giver; giver = best(tier, tried, corte)) {
        tried.add(giver);
        const standing = standingOf(giver);
        standing.underWay += 1;
        const began = performance.now();
        try {
          await takeCorte(order, order.missing, giver.source);
          standing.failures = 0;
          standing.cost = (performance.now() - began) / corte.statement.package.bytes;
          taken(order);
          return;
        } catch (error) {
          const own = isOurs(error);
          if (own !== null) throw own;
          standing.failures += 1;
          last = saidBy(error).map((text) => `${giver.source.name}: ${text}`);
        } finally {
          standing.underWay -= 1;
        }
      }
    }
    const { phase, number } = corte.statement;
    throw new ToldError(words.fromNone(number, phase, last === null ? '-' : saidBy(last)));
  }

  const phases = [...new Set(wanted.map(({ corte }) => corte.statement.phase))];
  for (const phase of phases) {
    const own = wanted.filter(({ corte }) => corte.statement.phase === phase);
    const [newest, ...others] = own.sort((a, b) => b.corte.statement.number - a.corte.statement.number);
    if (newest) await take(newest);
    let hasFailed = false;
    await inLanes(others, AT_ONCE, async (order) => {
      if (hasFailed) return; // the others end what they are at
      await take(order).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    });
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
