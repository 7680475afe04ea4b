import type { Step } from '../../service/steps.ts';
import type { Tell } from './events.ts';

/** What all work of a node is given: the clocks, who is told of events, and where it may be stopped. Tests give their own. */
export interface Setting {
  /** the clock, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms since some moment: it does not follow when somebody sets the hour */
  readonly elapsed: () => number;
  readonly tell: Tell;
  readonly step: Step;
}
