import test from 'ava';
import type { Recibo } from '../../../src/format/recibos.ts';
import type { CorteAsked } from '../../../src/page/lector/messages.ts';
import type { RecibosAnswer } from '../../../src/page/lector/recibos/messages.ts';
import { contraryOf, newRounds } from '../../../src/page/lector/recibos/rounds.ts';
import type { ToldCount, ToldReceipt, ToldRecibos } from '../../../src/page/recibos/told.ts';
import { toldCount } from './told-count.ts';

/** When the bar asks for receipts: after what is seen, a few times, and then no more. */

const corte = (number: number): CorteAsked => ({ phase: 'jornada', number, sha256: String(number % 10).repeat(64) });
const none = { kind: 'none', at: 'https://iec.example/recibos/' } as const;

function open(answer: () => RecibosAnswer | null | Promise<RecibosAnswer | null>) {
  const here = { now: 0, isQuiet: true, told: 0, asked: [] as number[], former: [] as ReadonlyArray<readonly Recibo[]> };
  const rounds = newRounds({
    ask: async ({ number }, former) => {
      here.asked.push(number);
      here.former = [...here.former, former];
      return answer();
    },
    isQuiet: () => here.isQuiet,
    onTold: () => void (here.told += 1),
    now: () => here.now,
    random: () => 0.5,
  });
  /** As the bar does, every two seconds. */
  const run = async (seconds: number, number = 37, isWanted = false) => {
    for (let i = 0; i < seconds / 2; i++) {
      rounds.turn(corte(number), isWanted);
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      here.now += 2000;
    }
    return here.asked.length;
  };
  return { here, rounds, run };
}

const answers = (mayGrow: boolean) => (): RecibosAnswer => ({ type: 'cotejo/recibos', told: none, mayGrow });

test('it is asked after what is seen, again a few times while something may be missing, and then no more', async (t) => {
  const { here, rounds, run } = open(answers(true));
  here.isQuiet = false;
  t.is(await run(600), 0, 'what is seen has not come, or nobody looks');
  here.isQuiet = true;
  t.is(await run(8), 1);
  t.is(await run(3600), 4);
  t.is(await run(36_000), 4, 'it has an end');
  rounds.again();
  t.is(await run(3600), 5, 'the reader wanted it');
  t.is(await run(3600, 38), 9, 'another corte begins anew');
  t.deepEqual(new Set(here.asked.slice(5)), new Set([38]));
  t.is(here.told, 9);
});

test('not at once, where nobody has the details before him; at once where he has', async (t) => {
  const { here, run } = open(answers(false));
  t.is(await run(8), 0);
  here.isQuiet = false;
  t.is(await run(2, 37, true), 1);
  here.isQuiet = true;
  t.is(await run(36_000, 37, true), 1, 'there is no more to come');
});

test('what is told is of the corte that is seen alone, and what was told once stays while a question is not answered', async (t) => {
  let answer: () => RecibosAnswer | null | Promise<RecibosAnswer | null> = () => Promise.reject(new Error('late'));
  const { here, rounds, run } = open(() => answer());
  t.is(rounds.turn(null, true), null);
  await run(20);
  t.is(rounds.turn(corte(37), false), 'unanswered');
  answer = answers(true);
  await run(70);
  t.deepEqual(rounds.turn(corte(37), false), none);
  answer = () => Promise.reject(new Error('late'));
  await run(130);
  t.is(here.asked.length, 3);
  t.deepEqual(rounds.turn(corte(37), false), none);
  t.is(rounds.turn(corte(38), false), null);
  answer = () => null;
  await run(20, 38);
  t.deepEqual(rounds.turn(corte(38), false), { kind: 'unread-padron' });
});

test('an answer that comes after the reader went on to another corte is not told of that', async (t) => {
  let give: (answer: RecibosAnswer) => void = () => {};
  const { here, rounds, run } = open(() => new Promise<RecibosAnswer>((resolve) => void (give = resolve)));
  await run(20);
  rounds.turn(corte(38), false);
  give(answers(true)());
  await Promise.resolve();
  t.is(rounds.turn(corte(38), false), null);
  t.deepEqual([here.asked, here.told], [[37], 0]);
});

const COUNT = toldCount(none.at);
const receiptOf = (name: string): ToldReceipt => ({
  name,
  print: 'SHA256:x',
  corte: 'ef'.repeat(32),
  publishedAt: null,
  recibo: [name, 'firma'],
});
const CONTRARY: ToldCount = {
  ...COUNT,
  contrary: 2,
  missing: 7,
  contradictions: 2,
  shown: [
    { other: receiptOf('otro'), own: receiptOf('mismo') },
    { other: receiptOf('ajeno'), own: null },
  ],
};

test('a worker that began anew, of a place that hides it by then, does not take the proof away: it is asked with the proof', async (t) => {
  const proof = [
    ['otro', 'firma'],
    ['mismo', 'firma'],
    ['ajeno', 'firma'],
  ];
  const more: ToldCount = { ...CONTRARY, contrary: 3, signed: 12, missing: 35 };
  for (const [name, answer, isTaken] of [
    ['none of it', COUNT, false],
    ['not all of it', { ...CONTRARY, contrary: 1, signed: 49, missing: 0 }, false],
    ['not all who signed', { ...CONTRARY, signed: 12, missing: 36 }, false],
    ['no receipts', none, false],
    ['unread', { kind: 'unread', at: none.at }, false],
    ['no padrón', { kind: 'no-padron' }, false],
    ['no padrón just now', { kind: 'unread-padron' }, false],
    ['no such corte', null, false],
    ['as much, and another one', { ...CONTRARY, signed: 42, missing: 6 }, true],
    ['more nodes that signed for another corte', more, true],
  ] as ReadonlyArray<[string, ToldRecibos | null, boolean]>) {
    let told: ToldRecibos | null = CONTRARY;
    const { here, rounds, run } = open(() => told && { type: 'cotejo/recibos', told, mayGrow: true });
    await run(20);
    t.is(rounds.turn(corte(37), false), CONTRARY);
    told = answer;
    await run(70);
    t.deepEqual(here.former, [[], proof], name);
    t.is(rounds.turn(corte(37), false), isTaken ? told : CONTRARY, name);
  }
});

test('whoever goes on to other cortes and comes back is told what he was told, for so many cortes', async (t) => {
  const { here, rounds, run } = open(() => ({ type: 'cotejo/recibos', told: CONTRARY, mayGrow: false }));
  await run(20);
  await run(20, 38);
  t.is(contraryOf(rounds.turn(corte(37), false)), 2);
  t.deepEqual(here.asked, [37, 38], 'it is not asked again');
  for (const number of [39, 40, 41, 42]) rounds.turn(corte(number), false);
  t.is(rounds.turn(corte(38), false), null, 'nobody keeps a whole night');
});

test('what the reader wants forgotten is told no more, nor the worker taught it again', async (t) => {
  let told: ToldRecibos = CONTRARY;
  const { here, rounds, run } = open(() => ({ type: 'cotejo/recibos', told, mayGrow: true }));
  await run(20);
  t.is(contraryOf(rounds.turn(corte(37), false)), 2);
  told = COUNT;
  rounds.turn(corte(38), false);
  rounds.forget();
  t.is(rounds.turn(corte(37), false), null);
  await run(20);
  t.is(contraryOf(rounds.turn(corte(37), false)), 0);
  t.deepEqual(here.former, [[], []]);
});
