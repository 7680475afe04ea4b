import test from 'ava';
import { said } from '../../../src/format/said.ts';
import { type Answer, judge, type Sight } from '../../../src/iec/relevo/judge.ts';

/** Whether a machine may sign, by what it was told. */

const H = 'a'.repeat(64);
const LOST = { code: 'unreachable', detail: said('nobody there') } as const;

const has = (difusor: string, number: number, sight: Sight | null = null): Answer => ({
  difusor,
  node: 'web1',
  number,
  sight,
  isSiteHeard: false,
  statusAt: null,
  trouble: null,
});
const away = (difusor: string, node = 'web1'): Answer => ({
  difusor,
  node,
  number: null,
  sight: null,
  isSiteHeard: false,
  statusAt: null,
  trouble: LOST,
});
const says = (number: number): Sight => ({ number, corte: H, isSigned: false });
const shows = (number: number): Sight => ({ number, corte: H, isSigned: true });

const OWN = { kind: 'own', overruled: new Set<string>(), unasked: Number.POSITIVE_INFINITY } as const;
const TAKEN = { kind: 'taken', unasked: 0 } as const;

test('whoever signed the end of its chain goes on, whoever can not be asked', (t) => {
  t.is(judge([away('a'), away('b')], 2, OWN).kind, 'free');
  t.is(judge([], 0, OWN).kind, 'free');
});

test('whoever signed it and comes back must have heard one, whichever, unless all may be silent', (t) => {
  const back = { ...OWN, unasked: 0 };
  t.like(judge([away('a'), away('b')], 2, back), { kind: 'alone', missing: [{ difusor: 'a' }, { difusor: 'b' }] });
  t.is(judge([away('a'), has('b', 19)], 2, back).kind, 'free');
  t.is(judge([away('a'), { ...away('b'), sight: says(20) }], 2, back).kind, 'free', 'at its public address');
  t.is(judge([away('a'), { ...away('b'), isSiteHeard: true }], 2, back).kind, 'free', 'where it shows nothing more, too');
  t.is(judge([away('a'), { ...away('b'), isSiteHeard: true }], 2, TAKEN).kind, 'unasked', 'that is no word of each of its nodes');
  t.is(judge([], 0, back).kind, 'free');
  t.is(judge([away('a')], 1, { ...back, unasked: 1 }).kind, 'free');
});

test('whoever did not must have asked everybody but so many', (t) => {
  t.like(judge([has('a', 19), away('b')], 2, TAKEN), { kind: 'unasked', missing: [{ difusor: 'b' }] });
  t.is(judge([has('a', 19), has('b', 0)], 2, TAKEN).kind, 'free');
  t.like(judge([has('a', 19), away('b')], 2, { kind: 'taken', unasked: 1 }), { kind: 'free', unasked: [{ difusor: 'b' }] });
  t.is(judge([has('a', 19), away('b'), away('c')], 3, { kind: 'taken', unasked: 1 }).kind, 'unasked');
  t.is(judge([], 0, TAKEN).kind, 'free', 'without nodes there is nobody who could hold anything');
});

test("the IEC's signature stops both, at whomever it is seen", (t) => {
  const answers = [has('a', 19), has('b', 20, shows(20)), has('c', 19)];
  for (const demand of [OWN, TAKEN])
    t.like(judge(answers, 3, demand), { kind: 'held', by: { difusor: 'b' }, sight: { number: 20 } });
});

test('the word of one node stops only whoever takes over; that of most Difusores stops everybody', (t) => {
  const one = [has('a', 99, says(99)), has('b', 19), has('c', 19)];
  t.is(judge(one, 3, OWN).kind, 'free');
  t.like(judge(one, 3, TAKEN), { kind: 'held', sight: { number: 99 } });
  const most = [has('a', 21, says(21)), has('b', 20, says(20)), away('c')];
  t.like(judge(most, 3, OWN), { kind: 'held', sight: { number: 21 } });
  t.is(judge([has('a', 21, says(21)), has('b', 19)], 2, OWN).kind, 'free', 'half is not most');
  t.is(judge([has('a', 21, says(21))], 3, OWN).kind, 'free', 'those that were not asked count as well');
});

test('a Difusor has one voice, however many nodes it has, and a single one stops nobody at work', (t) => {
  const many = [1, 2, 3].map((i) => ({ ...has('a', 21, says(21)), node: `web${i}` }));
  t.is(judge([...many, has('b', 19)], 2, OWN).kind, 'free');
  t.is(judge(many, 1, OWN).kind, 'free', 'not even the only one there is');
  t.is(judge(many, 1, TAKEN).kind, 'held');
  t.is(judge([has('a', 20, shows(20))], 1, OWN).kind, 'held', 'but what it can show does');
});

test('who was overruled by a person is not heard, except where it can show it', (t) => {
  const most = [has('a', 21, says(21)), has('b', 20, says(20)), has('c', 19)];
  t.is(judge(most, 3, { ...OWN, overruled: new Set(['a']) }).kind, 'free');
  t.is(judge(most, 3, { ...OWN, overruled: new Set(['c']) }).kind, 'held');
  t.is(judge([has('a', 20, shows(20))], 3, { ...OWN, overruled: new Set(['a']) }).kind, 'held');
});

test('what is seen is told before who could not be asked, and what is signed before what is said', (t) => {
  t.is(judge([away('a'), has('b', 20, says(20))], 2, TAKEN).kind, 'held');
  t.like(judge([has('a', 99, says(99)), has('b', 20, shows(20))], 2, TAKEN), { by: { difusor: 'b' } });
});
