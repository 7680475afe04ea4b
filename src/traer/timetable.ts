/** Since when each delivery has been lacking, and until when what could not be brought is left alone. */
export interface Timetable {
  /** ms of the clock that only runs forward, as all hours here */
  readonly since: ReadonlyMap<string, number>;
  /** What cortes lack now: of others nothing is remembered. */
  lacks(deliveries: ReadonlySet<string>): void;
  /** Whether a trust document may be fetched: the IEC has had its time for it, and an earlier try is long enough ago. */
  isTimeFor(trust: string, waitMs: number): boolean;
  putOff(delivery: string, ms: number): void;
  /** It may be tried at once. */
  allow(delivery: string): void;
  /** -Infinity where it is not put off */
  heldUntil(delivery: string): number;
}

/** @param elapsed a clock that only runs forward, ms */
export function newTimetable(elapsed: () => number): Timetable {
  const since = new Map<string, number>();
  const held = new Map<string, number>();
  const heldUntil = (delivery: string) => held.get(delivery) ?? -Infinity;
  const note = (delivery: string) => {
    if (!since.has(delivery)) since.set(delivery, elapsed());
  };
  return {
    since,
    lacks(deliveries) {
      for (const delivery of since.keys()) if (!deliveries.has(delivery) && !delivery.startsWith('trust-')) since.delete(delivery);
      for (const delivery of deliveries) note(delivery);
    },
    isTimeFor(trust, waitMs) {
      note(trust);
      return Math.max((since.get(trust) ?? 0) + waitMs, heldUntil(trust)) <= elapsed();
    },
    putOff: (delivery, ms) => void held.set(delivery, elapsed() + ms),
    allow: (delivery) => void held.delete(delivery),
    heldUntil,
  };
}
