import { type Mirror, type MirrorState, MOST } from './messages.ts';

/** The mirrors that are known, what each did when it was asked, and in which order they are asked next. */

/** Where a publication is shown, by its site's folder. */
export interface MirrorAt {
  readonly name: string;
  /** ends with `/` */
  readonly url: string;
}

export interface Mirrors {
  /**
   * Those to be asked for a file, the most promising first: few, since a reader waits. Who gave something else than was
   * signed comes last; of those who did not answer, some only where there is no other.
   */
  toAsk(now: number): readonly MirrorAt[];
  /**
   * Those that one look asks: the most promising, always some that the lector was built with, so that a padrón can't keep a
   * reader from them, and others by lot, so that nobody is asked by every reader.
   */
  toLookAt(now: number): readonly MirrorAt[];
  /**
   * @param claims the number of the newest corte that it says it has, by phase
   * @param ms that its answer took. @param now ms since the epoch
   */
  answered(mirror: MirrorAt, claims: ReadonlyMap<string, number>, ms: number, now: number): void;
  /** It has no whole corte of what it claims of this phase, or not yet: nothing that it gave is wrong. */
  lacks(mirror: MirrorAt, phase: string): void;
  silent(mirror: MirrorAt): void;
  /** Another one had to be asked for a file as well: for a while it comes after those that are faster, however it answers a look. */
  slow(mirror: MirrorAt, now: number): void;
  /** @param still whether it shows the newest corte as one that is not stale; null where it does not say */
  showed(mirror: MirrorAt, still: boolean | null): void;
  /** What those that answer said of that. */
  showing(): ReadonlyArray<boolean | null>;
  /** Its bytes were not those that were signed: for a while it is asked last. */
  gaveOther(mirror: MirrorAt, now: number): void;
  /** Those of the signed padrón, in the place of the ones of a former padrón. */
  setListed(listed: readonly MirrorAt[]): void;
  /**
   * @param phase that is shown; null before any is
   * @param number of its newest corte that was verified: who has an older one, or none, is behind
   */
  setNewest(phase: string | null, number: number): void;
  told(now: number): Mirror[];
  /** Whether any answered when it was last asked; null before all were asked. */
  isAnyAnswering(): boolean | null;
}

interface Record {
  name: string;
  readonly url: string;
  readonly isFirst: boolean;
  /** spreads readers over mirrors that are as good as each other */
  readonly lot: number;
  claims: ReadonlyMap<string, number>;
  /** phases of which it did not have what it claims */
  lacking: ReadonlySet<string>;
  ms: number;
  slowAt: number | null;
  last: number | null;
  isSilent: boolean;
  still: boolean | null;
  otherAt: number | null;
}

/** ms: after this long a mirror that gave something else is taken for any other again. */
const REMEMBERED = 15 * 60_000;
/** ms: mirrors whose answers differ by less are equally fast. */
const FAST = 200;
/** ms that are taken for the answer of one whose files were slow, and for how many ms. */
const SLOW = 5000;
const SLOW_FOR = 5 * 60_000;
/** How many are asked for one file, one after the other. */
const ASK = Object.freeze({ answering: 8, silent: 3 });
/** How many one look asks. */
const LOOK = Object.freeze({ first: 3, promising: 2, drawn: 1 });

/**
 * @param first those that the lector was built with: they stay whatever a padrón says
 * @param random gives numbers from 0 to 1
 */
export function newMirrors(first: readonly MirrorAt[], random: () => number): Mirrors {
  const records = new Map<string, Record>();
  const add = ({ name, url }: MirrorAt, isFirst: boolean) => {
    const known = records.get(url);
    if (known) known.name = name;
    else if (records.size < MOST.mirrors) {
      const untried = {
        claims: new Map<string, number>(),
        lacking: new Set<string>(),
        ms: 0,
        slowAt: null,
        last: null,
        isSilent: false,
        still: null,
        otherAt: null,
      };
      records.set(url, { name, url, isFirst, lot: random(), ...untried });
    }
  };
  for (const mirror of first) add(mirror, true);
  let shown: string | null = null;
  let newest = 0;

  /** Of the phase that is shown. As long as none was verified, what is claimed says that there is something to come. */
  function numberOf({ claims, lacking }: Record): number | null {
    if (newest > 0 && shown !== null && lacking.has(shown)) return null;
    const [first] = claims.values();
    return (shown === null ? first : claims.get(shown)) ?? null;
  }

  function stateOf(record: Record, now: number): MirrorState {
    if (isRecent(record.otherAt, now, REMEMBERED)) return 'entrego-otra-cosa';
    if (record.isSilent) return 'calla';
    if (record.last === null) return 'por-preguntar';
    return (numberOf(record) ?? 0) < newest ? 'atrasado' : 'responde';
  }

  function sorted(now: number): readonly Record[] {
    const placed = [...records.values()].map((record) => ({ record, rank: RANKS[stateOf(record, now)] }));
    const pace = ({ ms, slowAt }: Record) => Math.floor((isRecent(slowAt, now, SLOW_FOR) ? Math.max(ms, SLOW) : ms) / FAST);
    placed.sort((a, b) => a.rank - b.rank || pace(a.record) - pace(b.record) || a.record.lot - b.record.lot);
    return placed.map(({ record }) => record);
  }

  return {
    toAsk(now) {
      const all = sorted(now);
      const answering = all.filter(({ isSilent }) => !isSilent);
      return (answering.length > 0 ? answering.slice(0, ASK.answering) : all.slice(0, ASK.silent)).map(addressOf);
    },
    toLookAt(now) {
      const all = sorted(now);
      const first = all.filter(({ isFirst }) => isFirst).slice(0, LOOK.first);
      const promising = all.filter((record) => !first.includes(record)).slice(0, LOOK.promising);
      const rest = all.filter((record) => !first.includes(record) && !promising.includes(record));
      const drawn = rest
        .map((record) => ({ record, lot: random() }))
        .sort((one, other) => one.lot - other.lot)
        .slice(0, LOOK.drawn);
      return [...first, ...promising, ...drawn.map(({ record }) => record)].map(addressOf);
    },
    answered({ url }, claims, ms, now) {
      const record = records.get(url);
      if (record) Object.assign(record, { claims, lacking: new Set(), ms, last: now, isSilent: false });
    },
    lacks({ url }, phase) {
      const record = records.get(url);
      if (record) record.lacking = new Set([...record.lacking, phase]);
    },
    silent({ url }) {
      const record = records.get(url);
      if (record) record.isSilent = true;
    },
    slow({ url }, now) {
      const record = records.get(url);
      if (record) record.slowAt = now;
    },
    showed({ url }, still) {
      const record = records.get(url);
      if (record) record.still = still;
    },
    showing: () => [...records.values()].flatMap(({ isSilent, still }) => (isSilent ? [] : [still])),
    gaveOther({ url }, now) {
      const record = records.get(url);
      if (record) record.otherAt = now;
    },
    setListed(listed) {
      const urls = new Set(listed.map(({ url }) => url));
      for (const { url, isFirst } of records.values()) if (!isFirst && !urls.has(url)) records.delete(url);
      for (const mirror of listed) add(mirror, false);
    },
    setNewest(phase, number) {
      shown = phase;
      newest = number;
    },
    told: (now) =>
      [...records.values()].map((record) => {
        const { name, url, last } = record;
        return { name, url, state: stateOf(record, now), number: numberOf(record), last };
      }),
    isAnyAnswering() {
      const all = [...records.values()];
      if (all.some(({ isSilent, last }) => !isSilent && last !== null)) return true;
      return all.every(({ isSilent }) => isSilent) ? false : null;
    },
  };
}

/** A clock that was set back since does not make it last longer. */
function isRecent(at: number | null, now: number, ms: number): boolean {
  return at !== null && now >= at && now - at < ms;
}

function addressOf({ name, url }: Record): MirrorAt {
  return { name, url };
}

const RANKS: Readonly<globalThis.Record<MirrorState, number>> = {
  responde: 0,
  'por-preguntar': 1,
  atrasado: 2,
  calla: 3,
  'entrego-otra-cosa': 4,
};
