import test from 'ava';
import { olderShown } from '../../src/audit/behind.ts';
import type { ChainAudit } from '../../src/audit/chain.ts';
import type { LiveAudit } from '../../src/audit/check/live-check.ts';
import { mayBeNewer, mayBeUnread } from '../../src/audit/check/unread.ts';
import { lookInPasses } from '../../src/audit/passes.ts';
import { hashOf } from '../../src/format/hash.ts';
import { said } from '../../src/format/said.ts';
import type { Corte } from '../../src/verdict/history.ts';
import { at, makeTrust, NOW } from '../kit/election.ts';

/** What is found of a site is not lost with what can't be had after it, and nothing is looked at for ever. */

const LIVE: LiveAudit = {
  phase: 'jornada',
  number: 4,
  shows: 'corte',
  files: 3,
  same: 2,
  altered: [],
  missing: [],
  stale: [],
  redirected: [],
  blocked: [],
  failed: [],
  unserved: [],
};
const ALTERED: LiveAudit = { ...LIVE, altered: ['index.html'] };
const HASH = hashOf(Buffer.from('corte'));

/** A chain with so many cortes, as far as a pass looks at it. */
function chainOf(number: number, refused: object | null = null): ChainAudit {
  const cortes = Array.from({ length: number }, () => ({}));
  return {
    refused,
    phases: [{ summary: { phase: 'jornada', kind: 'oficial', last_taken_at: at(NOW) }, cortes }],
  } as unknown as ChainAudit;
}

/** Looks at a site that differs, with a chain that is as these say each time that it is read again. */
async function passes(first: number, ...later: readonly (ChainAudit | Error)[]) {
  const looked: number[] = [];
  const look = (shown: { readonly cortes: readonly unknown[] } | undefined) => {
    const number = shown?.cortes.length ?? 0;
    looked.push(number);
    return Promise.resolve({ ...ALTERED, number });
  };
  const next = [...later];
  const anew = () => {
    const chain = next.shift() ?? chainOf(99);
    return chain instanceof Error ? Promise.reject(chain) : Promise.resolve(chain);
  };
  return { ...(await lookInPasses(chainOf(first), look, anew)), looked };
}

test('a site is looked at again only while the chain goes on, and three times at most', async (t) => {
  t.deepEqual((await passes(4, chainOf(4))).looked, [4]);
  t.deepEqual((await passes(4, chainOf(3), chainOf(4), chainOf(3))).looked, [4], 'a chain that alternates');
  t.deepEqual((await passes(3, chainOf(4), chainOf(3), chainOf(4))).looked, [3, 4]);
  t.like(await passes(1, chainOf(2), chainOf(3), chainOf(3)), { looked: [1, 2, 3], wentOn: false });
});

test('a chain that has gone on after the last look is told, as one that can not be read then', async (t) => {
  t.like(await passes(1, chainOf(2), chainOf(3), chainOf(4)), { looked: [1, 2, 3], live: { number: 3 }, wentOn: true });
  const lost = await passes(1, chainOf(2), chainOf(3), new Error('503'));
  t.like(lost, { looked: [1, 2, 3], wentOn: false });
  t.is(lost.chainLost?.in('en'), '503');
});

test('a chain that can not be read again, or is broken then, takes back nothing of what was found', async (t) => {
  const lost = await passes(4, new Error('503'));
  t.like(lost, { live: { number: 4, altered: ['index.html'] }, broken: null });
  t.is(lost.chainLost?.in('en'), '503');
  const wrong = { phase: 'jornada', number: 5, code: 'signature-invalid' };
  t.like(await passes(4, chainOf(5, wrong)), { live: { altered: ['index.html'] }, broken: { refused: wrong } });
});

test('a site that is gone when the chain has gone on keeps what was found of it before', async (t) => {
  let looks = 0;
  const look = () => (++looks === 1 ? Promise.resolve(ALTERED) : Promise.reject(new Error('gone')));
  const seen = await lookInPasses(chainOf(4), look, () => Promise.resolve(chainOf(5)));
  t.like(seen, { live: ALTERED, chainLost: null });
  t.is(seen.lookLost?.message, 'gone');
});

const [phase] = makeTrust().phases.filter(({ name }) => name === 'jornada');
const MINUTE = 60_000;
/** Cortes of every ten minutes, the last one now. */
const cortes = [3, 2, 1, 0].map((ago, i) => ({ statement: { number: i + 1, taken_at: at(NOW - ago * 10 * MINUTE) } }) as Corte);
const allowed = (phase!.missed_limit * phase!.period_seconds + phase!.grace_seconds) * 1000;
const never = () => Promise.reject(new Error('not asked'));

test('a list that could not be had excuses who may still show its corte, and nobody else', async (t) => {
  const unread = { ...ALTERED, unread: [3, 2] };
  t.is(mayBeUnread(unread, phase!, cortes, NOW), 3);
  t.deepEqual(await olderShown(unread, phase!, cortes, NOW, never), { number: 3, isWhole: false });
  const stale = NOW - 10 * MINUTE + allowed + 1;
  t.is(mayBeUnread(unread, phase!, cortes, stale), null);
  t.is(await olderShown(unread, phase!, cortes, stale, never), null);
  t.is(mayBeUnread(ALTERED, phase!, cortes, NOW), null);
  t.is(mayBeUnread({ ...unread, redirected: [{ path: '/', location: 'x' }] }, phase!, cortes, NOW), null);
});

test('a newer corte that could not be compared excuses what a corte can explain, from when one is due to the end of the phase', (t) => {
  const newest = { taken_at: at(NOW), final: false };
  const end = Date.parse(phase!.closes_at) + allowed;
  const newer = (changes: Partial<LiveAudit>, now = NOW + 5 * MINUTE, final = false) =>
    mayBeNewer({ ...ALTERED, ...changes }, phase!, { ...newest, final }, now);
  t.true(newer({}));
  t.false(newer({}, NOW + 5 * MINUTE - 1));
  t.true(newer({}, end));
  t.false(newer({}, end + 1));
  t.false(newer({}, end, true), 'nothing follows a final corte');
  t.true(mayBeNewer(ALTERED, phase!, null, Date.parse(phase!.opens_at)));
  t.false(newer({ redirected: [{ path: '/', location: 'x' }] }));
  t.false(newer({ blocked: [{ path: 'a.css', why: said('403') }] }));
  const stale = (standing: 'newer' | 'disowned') => [{ path: 'a.css', number: 5, off_chain: { corte: HASH, standing } }];
  t.true(newer({ stale: stale('newer') }));
  t.false(newer({ stale: stale('disowned') }));
});

const BEHIND: LiveAudit = { ...LIVE, stale: [{ path: 'index.html', number: 3 }] };
const [failed] = [[{ path: 'a.css', why: said('busy') }]];

test('a file that could not be had, or a second look, makes an older corte unsure and nobody guilty', async (t) => {
  const shows = (live: Partial<LiveAudit>) => () => Promise.resolve({ ...LIVE, number: 3, ...live });
  const older = (live: LiveAudit, again: () => Promise<LiveAudit>) => olderShown(live, phase!, cortes, NOW, again);
  t.deepEqual(await older(BEHIND, shows({ same: 3 })), { number: 3, isWhole: true });
  t.deepEqual(await older({ ...BEHIND, same: 1, failed }, shows({ same: 2, failed })), { number: 3, isWhole: false });
  t.deepEqual(await older(BEHIND, never), { number: 3, isWhole: false });
  t.is(await older(BEHIND, shows({ altered: ['a.css'] })), null);
  t.is(await older(BEHIND, shows({ missing: ['a.css'], failed })), null);
});
