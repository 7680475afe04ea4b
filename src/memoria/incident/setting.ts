import type { Phase } from '../../format/trust.ts';
import type { Span } from './shown.ts';

/** Within what incidents are looked for, besides the record. */
export interface Setting {
  readonly phase: Phase;
  /** what readers saw, for {@link Span}s of the notice and the wait */
  readonly spans: readonly Span[];
  /** the hours of the cortes that the chain has, ms, by number from 1 */
  readonly hours: readonly number[];
  readonly final: boolean;
  readonly from: number;
  readonly to: number;
}
