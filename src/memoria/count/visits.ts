import { randomBytes } from 'node:crypto';
import { VISIT_SECONDS } from '../figures.ts';

/**
 * Who came when: for each address its visits, in whatever order the hits come, so that logs of several nodes need no
 * sorting. A visit is kept by its first and its last second; one that a hit joins to another becomes one with it.
 *
 * Memory is bounded: when there are more visits than fit, the addresses are halved by a hash that nobody can foresee, and
 * those that stay are a sample of all (Gibbons and Tirthapura's distinct sampling). What is counted of a sample has a
 * known error.
 */
export interface Visits {
  /** @param second from the beginning of the period */
  add(high: number, low: number, second: number, isPage: boolean): void;
  /** Of so many addresses one is kept: 1 where all are. */
  readonly share: number;
  /**
   * Goes through the addresses that are kept.
   * @param visits their beginnings, in order, seconds; those with a page alone
   */
  each(use: (visits: readonly number[]) => void): void;
}

/** Bytes: 21 for each place of an address, of which half are free, and 13 for each further visit. */
export function visits(most: number): Visits {
  let table = addresses(1024);
  let more = furtherVisits(256);
  let level = 0;
  const seeds = [randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE()] as const;
  const sampled = (high: number, low: number) => (mix(low, high, seeds[1]) & ((1 << level) - 1)) === 0;

  const slotOf = (into: Addresses, high: number, low: number) => {
    const mask = into.states.length - 1;
    let slot = mix(high, low, seeds[0]) & mask;
    while (into.states[slot] !== 0 && (into.lows[slot] !== low || into.highs[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  };
  /** Moves all that stay to a new place. */
  const move = (places: number) => {
    const [old, oldMore] = [table, more];
    table = addresses(places);
    more = furtherVisits(oldMore.first.length);
    for (let from = 0; from < old.states.length; from++) {
      if (old.states[from] === 0 || !sampled(old.highs[from]!, old.lows[from]!)) continue;
      const to = slotOf(table, old.highs[from]!, old.lows[from]!);
      for (const column of ['highs', 'lows', 'first', 'last', 'states'] as const) table[column][to] = old[column][from]!;
      table.used++;
      for (let at = old.next[from]!; at >= 0; at = oldMore.next[at]!) {
        keepFurther(to, oldMore.first[at]!, oldMore.last[at]!, oldMore.states[at]!);
      }
    }
  };
  const keepFurther = (slot: number, first: number, last: number, state: number) => {
    if (more.used === more.first.length && more.free < 0) more = grown(more);
    const at = more.free >= 0 ? more.free : more.used++;
    if (more.free >= 0) more.free = more.next[at]!;
    more.first[at] = first;
    more.last[at] = last;
    more.states[at] = state;
    more.next[at] = table.next[slot]!;
    table.next[slot] = at;
    more.count++;
  };
  const makeRoom = () => {
    while (table.used + more.count >= most) {
      level++;
      move(table.states.length);
    }
    if (table.used * 2 >= table.states.length) move(table.states.length * 2);
  };
  /** A visit grew: others of the same address that it now reaches are part of it. */
  const join = (slot: number) => {
    let before = -1;
    for (let at = table.next[slot]!; at >= 0; ) {
      const next = more.next[at]!;
      if (more.first[at]! <= table.last[slot]! + VISIT_SECONDS && more.last[at]! >= table.first[slot]! - VISIT_SECONDS) {
        table.first[slot] = Math.min(table.first[slot]!, more.first[at]!);
        table.last[slot] = Math.max(table.last[slot]!, more.last[at]!);
        table.states[slot]! |= more.states[at]!;
        if (before < 0) table.next[slot] = next;
        else more.next[before] = next;
        more.next[at] = more.free;
        more.free = at;
        more.count--;
      } else before = at;
      at = next;
    }
  };
  return {
    get share() {
      return 2 ** level;
    },
    add(high, low, second, isPage) {
      if (level > 0 && !sampled(high, low)) return;
      const state = isPage ? USED | PAGE : USED;
      let slot = slotOf(table, high, low);
      if (table.states[slot] === 0) {
        table.highs[slot] = high;
        table.lows[slot] = low;
        table.first[slot] = table.last[slot] = second;
        table.states[slot] = state;
        table.next[slot] = -1;
        table.used++;
        if (table.used * 2 >= table.states.length || table.used + more.count >= most) makeRoom();
        return;
      }
      const [first, last] = [table.first[slot]!, table.last[slot]!];
      if (second >= first - VISIT_SECONDS && second <= last + VISIT_SECONDS) {
        table.states[slot]! |= state;
        if (second >= first && second <= last) return;
        if (second < first) table.first[slot] = second;
        else table.last[slot] = second;
        if (table.next[slot]! >= 0) join(slot);
        return;
      }
      if (table.used + more.count >= most) {
        makeRoom();
        if (!sampled(high, low)) return;
        slot = slotOf(table, high, low);
      }
      // The one that was read last comes first: the next hit is most often of it.
      keepFurther(slot, table.first[slot]!, table.last[slot]!, table.states[slot]!);
      table.first[slot] = table.last[slot] = second;
      table.states[slot] = state;
      join(slot);
    },
    each(use) {
      for (let slot = 0; slot < table.states.length; slot++) {
        if (table.states[slot] === 0) continue;
        const begun = table.states[slot]! & PAGE ? [table.first[slot]!] : [];
        for (let at = table.next[slot]!; at >= 0; at = more.next[at]!) if (more.states[at]! & PAGE) begun.push(more.first[at]!);
        use(begun.length > 1 ? begun.sort((one, other) => one - other) : begun);
      }
    },
  };
}

const [USED, PAGE] = [1, 2];

interface Addresses {
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  /** the visit that was last read of, seconds of the period */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  readonly states: Uint8Array;
  /** its other visits: where in the list the next one is, -1 at the end */
  readonly next: Int32Array;
  used: number;
}

function addresses(places: number): Addresses {
  const of = () => new Uint32Array(places);
  const next = new Int32Array(places).fill(-1);
  return { highs: of(), lows: of(), first: of(), last: of(), states: new Uint8Array(places), next, used: 0 };
}

interface FurtherVisits {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  readonly states: Uint8Array;
  readonly next: Int32Array;
  used: number;
  /** in use, of those that were used */
  count: number;
  /** the first one that is free again, -1 for none */
  free: number;
}

function furtherVisits(places: number): FurtherVisits {
  const of = () => new Uint32Array(places);
  return { first: of(), last: of(), states: new Uint8Array(places), next: new Int32Array(places), used: 0, count: 0, free: -1 };
}

function grown(from: FurtherVisits): FurtherVisits {
  const to = furtherVisits(from.first.length * 2);
  for (const column of ['first', 'last', 'states', 'next'] as const) to[column].set(from[column]);
  return Object.assign(to, { used: from.used, count: from.count, free: from.free });
}

function mix(one: number, other: number, seed: number): number {
  let hash = Math.imul(one ^ seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ other, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ seed, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}
