/** That a night which began before its phase opens needs nobody's leave for corte 1: by then nobody can have signed it. */
export interface Opening {
  /** To be called when a night begins that has no corte. @returns whether that is before the phase opens (ms) */
  begins(opensAt: number): boolean;
  /**
   * Whether it began before only by a clock that was behind: by the clock as it goes now, less the time since then, it
   * was later. So it seems also where the machine slept meanwhile, and others may have begun.
   */
  isRefuted(opensAt: number): boolean;
  /** The beginning says nothing any more. */
  forget(): void;
}

/**
 * @param now ms since the epoch
 * @param elapsed ms by a clock that nobody sets, and that stands while the machine sleeps
 */
export function newOpening(now: () => number, elapsed: () => number): Opening {
  /** when it began, by the second clock; null where it was not before the opening */
  let began: number | null = null;
  return {
    begins(opensAt) {
      began = now() < opensAt ? elapsed() : null;
      return began !== null;
    },
    isRefuted: (opensAt) => began !== null && now() - (elapsed() - began) >= opensAt,
    forget: () => void (began = null),
  };
}
