import { instantOf } from '../../format/time.ts';
import { until } from '../look/clock.ts';
import { headOf, readerSees, type Stage } from './stage.ts';

/** How much later than the next corte was due a fault is still begun, beside one period, s. */
const BEYOND = 120;

/**
 * Waits until readers see a corte after which the next one is not due yet. A fault that ends in the notice, or that must not,
 * begins here: of a corte that was late before, nobody could say whether its notice came of the fault.
 * @throws Error, in Spanish, where that does not come about within a period and two minutes
 */
export async function untilOnTime(stage: Stage): Promise<void> {
  const { rules, clock } = stage;
  const found = await until(clock, clock.elapsed(), rules.period_seconds + BEYOND, async () => {
    const { number } = await readerSees(stage);
    const { statement } = await headOf(stage);
    const from = Math.max(instantOf(statement.taken_at), instantOf(rules.opens_at));
    return number === statement.number && clock.now() <= from + rules.period_seconds * 1000 ? true : null;
  });
  if (found === null) throw new Error('los cortes ya venían atrasados: no se sabría de qué es el aviso');
}
