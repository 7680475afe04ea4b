/** How patient a pass is. */
export interface PassPace {
  /** for one question and its answer, ms */
  readonly answerMs: number;
  /** between two questions to one authority, ms */
  readonly restMs: number;
  /** for the whole pass: what is left is for the next one, ms */
  readonly passMs: number;
  /** before the next try after the first that failed, and what it is doubled up to, ms */
  readonly retryMs: readonly [first: number, longest: number];
}

/** That of a night. */
export const PACE: PassPace = { answerMs: 30_000, restMs: 1000, passMs: 240_000, retryMs: [30_000, 900_000] };

/** Whether an hour is still to come. A wait that is longer than any is of a clock that was put back. */
export function isAhead(ms: number, longest: number): boolean {
  return ms > 0 && ms <= longest * 2;
}
