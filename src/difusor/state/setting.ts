import type { Step } from '../../service/steps.ts';
import type { Tell } from './events.ts';

/** What surrounds all work of a node: the clock, who hears of it, and where it may be stopped. Trials give their own. */
export interface Setting {
  /** the clock, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms since some moment: it does not follow when somebody sets the hour */
  readonly elapsed: () => number;
  readonly tell: Tell;
  readonly step: Step;
}
