import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { countVisits } from '../../../src/memoria/count/estimate.ts';
import { type Visits, visits } from '../../../src/memoria/count/visits.ts';

/** What the definition says, with all hits sorted: the beginnings of each address's visits with a page. */
function byDefinition(hits: readonly Hit[]): number[][] {
  const byAddress = new Map<string, Hit[]>();
  for (const hit of hits) byAddress.set(`${hit.high}/${hit.low}`, [...(byAddress.get(`${hit.high}/${hit.low}`) ?? []), hit]);
  return [...byAddress.values()].map((own) => {
    const visits: { begun: number; last: number; isPage: boolean }[] = [];
    for (const { second, isPage } of own.sort((one, other) => one.second - other.second)) {
      const last = visits.at(-1);
      if (last && second - last.last <= 3600) Object.assign(last, { last: second, isPage: last.isPage || isPage });
      else visits.push({ begun: second, last: second, isPage });
    }
    return visits.filter(({ isPage }) => isPage).map(({ begun }) => begun);
  });
}

interface Hit {
  readonly high: number;
  readonly low: number;
  readonly second: number;
  readonly isPage: boolean;
}

function found(of: Visits): number[][] {
  const all: number[][] = [];
  of.each((begun) => void all.push([...begun]));
  return all;
}

const sorted = (all: readonly number[][]) => all.map((one) => JSON.stringify(one)).sort();

const hit = fc.record({
  high: fc.constantFrom(0xffffffff, 0, 0x20010db8),
  low: fc.constantFrom(0, 1, 0xffffffff),
  // Often just at an hour's distance.
  second: fc.oneof(
    fc.nat(100_000),
    fc.nat(28).map((hour) => hour * 3600),
    fc.nat(28).map((hour) => hour * 3601),
  ),
  isPage: fc.boolean(),
});

testProp('in whatever order hits come, visits are those of the definition', [fc.array(hit, { maxLength: 200 })], (t, hits) => {
  const kept = visits(1_000_000);
  for (const { high, low, second, isPage } of hits) kept.add(high, low, second, isPage);
  t.is(kept.share, 1);
  t.deepEqual(sorted(found(kept)), sorted(byDefinition(hits)));
});

test('sixty minutes without a hit are a pause, and a page makes a visit', (t) => {
  const of = (...hits: readonly (readonly [number, boolean])[]) => {
    const kept = visits(1000);
    for (const [second, isPage] of hits) kept.add(1, 2, second, isPage);
    return found(kept);
  };
  t.deepEqual(of([0, true], [3600, true]), [[0]]);
  t.deepEqual(of([0, true], [3601, true]), [[0, 3601]]);
  t.deepEqual(of([0, true], [3601, false]), [[0]]);
  t.deepEqual(of([0, true], [7200, true], [3600, false]), [[0]]);
  t.deepEqual(of([0, false], [60, true]), [[0]]);
  t.deepEqual(of([0, false]), [[]]);
});

/** Addresses one after the other, as in one network: what is kept of them must not depend on that. */
function crowd(most: number, addresses: number): Visits {
  const kept = visits(most);
  for (let i = 0; i < addresses; i++) {
    for (let visit = 0; visit <= i % 3; visit++) kept.add(0xffffffff, 0x0a000000 + i, (i % 3600) + visit * 7200, true);
  }
  return kept;
}

test('as many as fit are counted one by one, and beyond it within the error that is told', (t) => {
  const whole = countVisits(crowd(300_000, 100_000), [[{ from: 0, to: 3600 }]]);
  t.deepEqual(whole.addresses, { value: 100_000, isExact: true, error: 0 });
  t.deepEqual(whole.visits, { value: 199_999, isExact: true, error: 0 });
  t.deepEqual(whole.begun, [[{ value: 100_000, isExact: true, error: 0 }]]);

  const ratios: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const kept = crowd(10_000, 100_000);
    t.true(kept.share >= 32);
    const { addresses, visitors, visits: all, begun } = countVisits(kept, [[{ from: 0, to: 3600 }]]);
    for (const [count, truth] of [
      [addresses, 100_000],
      [visitors, 100_000],
      [all, 199_999],
      [begun[0]![0]!, 100_000],
    ] as const) {
      t.false(count.isExact);
      // 2.5 times what holds in 19 of 20 cases: once in a million.
      t.true(Math.abs(count.value - truth) < 2.5 * count.error, `${count.value} ± ${count.error}`);
      t.true(count.error < truth / 20);
      ratios.push((count.value - truth) / count.error);
    }
  }
  t.true(ratios.filter((ratio) => Math.abs(ratio) <= 1).length > ratios.length / 2);
  t.true(ratios.some((ratio) => ratio > 0) && ratios.some((ratio) => ratio < 0));
});

test('an address that comes in every hour takes no room from the others without end', (t) => {
  const kept = visits(1000);
  for (let hour = 0; hour < 2000; hour++) kept.add(1, 2, hour * 7200, true);
  for (let i = 0; i < 100; i++) kept.add(0, i, 0, true);
  const { addresses } = countVisits(kept, []);
  t.true(addresses.value <= 2 * 101 + 3 * addresses.error);
});

test('the addresses of a /16 of IPv6 are bounded too', (t) => {
  const kept = visits(5000);
  for (let i = 0; i < 400_000; i++) kept.add(0x20010000 + (i >>> 12), (i << 20) >>> 0, 0, true);
  let size = 0;
  kept.each(() => size++);
  t.true(size <= 5000);
  const { visitors } = countVisits(kept, []);
  t.true(Math.abs(visitors.value - 400_000) < 3 * visitors.error);
});
