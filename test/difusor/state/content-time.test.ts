import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { contentTimes } from '../../../src/difusor/state/content-time.ts';
import { LIMITS } from '../../../src/format/limits.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeNode } from '../../kit/node.ts';

const trust = signTrust(makeTrust());

test('no two contents of the same size have the same time, within a corte or between cortes, however close they follow', (t) => {
  const seen = new Set<number>();
  let asked = 0;
  let previous: { number: number; taken_at: string } | null = null;
  for (let number = 1; number <= 40; number++) {
    // Every five seconds, as in a drill; every tenth time ten minutes later.
    const since: number = previous === null ? NOW : Date.parse(previous.taken_at) + (number % 10 === 0 ? 600_000 : 5_000);
    const corte = { number, taken_at: at(since) };
    const timeOf = contentTimes(corte, previous);
    for (let i = 0; i < 700; i++) {
      const seconds = timeOf(17);
      t.true(Number.isInteger(seconds) && seconds > 0 && seconds <= since / 1000);
      seen.add(seconds);
      asked += 1;
    }
    previous = corte;
  }
  t.is(seen.size, asked);
});

test('the first content of each size has the corte’s hour', (t) => {
  const timeOf = contentTimes({ number: 2, taken_at: at(NOW) }, { taken_at: at(NOW - 600_000) });
  t.deepEqual(
    [timeOf(1), timeOf(2), timeOf(1), timeOf(1), timeOf(3)].map((time) => time - NOW / 1000),
    [0, 0, -1, -2, 0],
  );
});

test('contents that do not fit between two cortes get a time before any corte, up to the last file of the last corte', (t) => {
  const timeOf = contentTimes({ number: LIMITS.corteNumber, taken_at: at(NOW) }, { taken_at: at(NOW - 1000) });
  const times = Array.from({ length: LIMITS.files }, () => timeOf(0));
  t.is(new Set(times).size, LIMITS.files);
  t.true(times.slice(1).every((time) => time > 0 && time < Date.parse('2017-01-01T00:00:00Z') / 1000));
});

test('a restored content has the time that it had', async (t) => {
  const kit = await makeNode(t, { trust });
  const alike = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`${i}.txt`, `acta ${10 + i}`]));
  const one = makeCorte({ trust, files: alike(5) });
  const two = makeCorte({ trust, files: alike(9), previous: one });
  kit.clock.now = Date.parse(two.statement.taken_at) + 60_000;
  for (const corte of [one, two]) await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  const timesNow = () =>
    Promise.all(Object.keys(alike(9)).map(async (name) => (await stat(kit.path('state/public/jornada', name))).mtimeMs));
  const before = await timesNow();
  t.is(new Set(before).size, 9);
  await rm(kit.path('state/trees'), { recursive: true });
  await rm(join(kit.path('state/content/jornada'), two.manifest.find(({ path }) => path === '7.txt')?.sha256 ?? ''));
  await rm(join(kit.path('state/content/jornada'), one.manifest.find(({ path }) => path === '3.txt')?.sha256 ?? ''));
  await kit.reopen();
  t.deepEqual(await timesNow(), before);
});
