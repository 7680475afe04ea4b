import test from 'ava';
import { newBodies } from '../../../src/page/lector/bodies.ts';

/** How much of large files is given at one time. */

const MEBIBYTE = 1024 * 1024;
const file = (mebibytes: number) => new Uint8Array(mebibytes * MEBIBYTE).fill(mebibytes);

/** A clock that goes on when a test says so, by a moment or a part of one. */
function moments() {
  let now = 0;
  let waiting: Array<readonly [number, () => void]> = [];
  return {
    pause: (ms: number) => new Promise<void>((resolve) => void waiting.push([now + ms, resolve])),
    pass: async (ms = 1000) => {
      now += ms;
      const over = waiting.filter(([due]) => due <= now);
      waiting = waiting.filter(([due]) => due > now);
      for (const [, resolve] of over) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** @returns what it came to, if it did by now */
async function soon(one: Promise<unknown>): Promise<unknown> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([one, Promise.resolve('pending')]);
}

async function isPending(one: Promise<unknown>): Promise<boolean> {
  return (await soon(one)) === 'pending';
}

async function taken(body: unknown): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body as ReadableStream).arrayBuffer());
}

test('a small one is given whole, a large one in pieces, to the byte', async (t) => {
  const bodies = newBodies(moments().pause);
  const small = new Uint8Array(1000);
  t.is(await bodies.of(small), small);
  const large = Uint8Array.from({ length: 700_001 }, (_, i) => i % 251);
  const body = await bodies.of(large);
  t.true(body instanceof ReadableStream);
  t.deepEqual(await taken(body), large);
  t.deepEqual(await taken(await bodies.of(large.subarray(5, 400_000))), large.subarray(5, 400_000));
});

test('no more than 64 MiB of files and 16 readers: the next one waits until one is done', async (t) => {
  const bodies = newBodies(moments().pause);
  const [one, two, three] = [await bodies.of(file(30)), await bodies.of(file(30)), bodies.of(file(30))];
  t.true(await isPending(three));
  t.true(await isPending(bodies.room(file(30))));
  t.is((await taken(one)).length, 30 * MEBIBYTE);
  const last = await three;
  for (const body of [two, last]) await taken(body);
  const same = file(30);
  const readers = await Promise.all(Array.from({ length: 16 }, () => bodies.of(same)));
  const next = bodies.of(same);
  t.true(await isPending(next), 'one file counts once, and who reads it each by himself');
  await (readers[0] as ReadableStream).cancel();
  t.truthy(await next);
});

test('who takes nothing while others wait is given no more, and nobody else', async (t) => {
  const { pause, pass } = moments();
  const bodies = newBodies(pause);
  const [stuck, alive] = [await bodies.of(file(30)), await bodies.of(file(30))];
  const reader = (alive as ReadableStream).getReader();
  const next = bodies.of(file(30));
  for (let i = 0; i < 12; i++) {
    await reader.read();
    await pass();
  }
  t.truthy(await next);
  await t.throwsAsync(taken(stuck), { message: /nobody takes it/ });
  t.false((await reader.read()).done);
});

test('who takes nothing is left ten whole moments, though a body and a fetched file both wait', async (t) => {
  const { pause, pass } = moments();
  const bodies = newBodies(pause);
  const stuck = (await bodies.of(file(60))) as ReadableStream;
  const [next, fetched] = [bodies.of(file(20)), bodies.room(file(20))];
  for (let i = 0; i < 10; i++) await pass();
  t.true(await isPending(next));
  t.true(await isPending(fetched));
  await pass();
  await fetched;
  t.truthy(await next);
  await t.throwsAsync(taken(stuck), { message: /nobody takes it/ });
});

test('who takes nothing is given no more, though others come and go within each moment', async (t) => {
  const { pause, pass } = moments();
  const bodies = newBodies(pause);
  const [stuck, small] = [await bodies.of(file(60)), file(1)];
  const readers = await Promise.all(Array.from({ length: 15 }, () => bodies.of(small)));
  const waiting = Array.from({ length: 30 }, () => bodies.of(small));
  for (const each of waiting.slice(0, 24)) {
    await taken(readers.shift());
    readers.push(await each);
    await pass(500);
  }
  await t.throwsAsync(async () => void (await taken(stuck)), { message: /nobody takes it/ });
});

test('a thousand may wait, and whoever comes after them is told', async (t) => {
  const bodies = newBodies(moments().pause);
  const held = [await bodies.of(file(60))];
  const five = file(5);
  const waiting = Array.from({ length: 1001 }, () => bodies.of(five));
  t.is(await bodies.of(five), null);
  t.true(await isPending(waiting[0] as Promise<unknown>));
  t.is(held.length, 1);
});

test('who wait and who read hold no more than 128 MiB: all that a browser keeps may be asked for at once, and more is told', async (t) => {
  const bodies = newBodies(moments().pause);
  const first = await bodies.of(file(60));
  const same = file(30);
  const waiting = [bodies.of(same), bodies.of(file(30)), bodies.of(same)];
  t.is(await soon(bodies.of(file(9))), null, 'it would be one MiB too many');
  const fits = bodies.of(file(8));
  t.true(await isPending(fits));
  t.is(await soon(bodies.of(file(1))), null);
  const again = bodies.of(same.subarray(5));
  t.true(await isPending(again), 'what is held already is no more');
  const small = new Uint8Array(1000);
  t.is(await bodies.of(small), small);
  for (const each of [first, ...waiting, fits, again]) t.truthy((await taken(await each)).length);
  t.truthy(await bodies.of(file(60)));
});
