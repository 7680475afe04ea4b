import type { TraerRooms } from '../difusor/setup/config.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { TraerEvent } from './events.ts';
import type { Fleet } from './fleet.ts';
import { type TraerStatus, tellStatus } from './telling.ts';

/** What is brought, what was, and what is wrong: kept here, and told in the journal and in the status file. */
export interface Standing {
  /** A delivery of so many bytes begins to be fetched, came in part, and is fetched no more. */
  begins(delivery: string, of: number): void;
  came(bytes: number): void;
  ended(): void;
  broughtTrust(versions: number): void;
  /** @param ms that it took */
  broughtCorte(delivery: string, what: { readonly bytes: number; readonly mirrors: readonly string[] }, ms: number): void;
  /** What went wrong here and not at a mirror is told once while it lasts. @param delivery null where it is about none */
  failed(what: Said, error: unknown, delivery?: string | null): void;
  /** A mirror is at fault, which is told of it: it is the trouble that the status names. */
  troubled(error: unknown, delivery: string): void;
  /** Forgets the trouble where it is over. @param isOver given the delivery that it was about; null for none */
  forget(isOver: (delivery: string | null) => boolean): void;
  /** Writes the status where it changed, and otherwise often enough to show that somebody is at work. */
  write(): Promise<void>;
}

export interface StandingParts {
  readonly fleet: Pick<Fleet, 'status' | 'faults'>;
  readonly rooms: TraerRooms;
  /** the hour, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms */
  readonly elapsed: () => number;
  readonly tell: (event: TraerEvent) => void;
}

const STATUS_MS = 15_000;

export function newStanding({ fleet, rooms, now, elapsed, tell }: StandingParts): Standing {
  const brought: { cortes: number; trust: number; bytes: number; last: TraerStatus['brought']['last'] } = {
    cortes: 0,
    trust: 0,
    bytes: 0,
    last: null,
  };
  let fetching: { delivery: string; bytes: number; of: number } | null = null;
  let trouble: { readonly said: Said; readonly code: Code | null; readonly delivery: string | null } | null = null;
  let toldAt = -Infinity;
  let told = '';
  let writing: Promise<void> = Promise.resolve();

  async function writeNow(): Promise<void> {
    const mirrors = fleet.status();
    const whole = { mirrors, fetching, brought, trouble: trouble?.said.en ?? null, trouble_code: trouble?.code ?? null };
    const text = JSON.stringify([mirrors, brought.last, trouble?.said.en, fetching?.delivery]);
    if (text === told && elapsed() - toldAt < STATUS_MS) return;
    await tellStatus(rooms, { at: new Date(now()).toISOString(), ...whole }, fleet.faults());
    [told, toldAt] = [text, elapsed()];
  }

  return {
    begins: (delivery, of) => void (fetching = { delivery, bytes: 0, of }),
    came(bytes) {
      brought.bytes += bytes;
      if (fetching) fetching.bytes += bytes;
    },
    ended: () => void (fetching = null),
    broughtTrust: (versions) => void (brought.trust += versions),
    broughtCorte(delivery, { bytes, mirrors }, ms) {
      brought.cortes += 1;
      brought.last = { delivery, at: new Date(now()).toISOString(), mirrors };
      tell({ event: 'brought', delivery, bytes, seconds: Math.round(ms) / 1000, mirrors: mirrors.join(' ') });
      trouble = null;
    },
    failed(what, error, delivery = null) {
      const detail = saidBy(error);
      if (trouble?.said.en !== detail.en) tell({ event: 'error', what, detail });
      trouble = { said: detail, code: error instanceof Refusal ? error.code : null, delivery };
    },
    troubled: (error, delivery) => void (trouble = { said: saidBy(error), code: null, delivery }),
    forget(isOver) {
      if (trouble && isOver(trouble.delivery)) trouble = null;
    },
    /** One at a time: two would write the same file beside it. */
    write() {
      writing = writing.catch(() => {}).then(writeNow);
      return writing;
    },
  };
}
