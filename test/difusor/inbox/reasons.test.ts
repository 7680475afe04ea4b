import { mkdir, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { type KitNode, makeNode, reasonsIn } from '../../kit/node.ts';

async function shownBy(kit: KitNode) {
  const lines = (await readFile(join(kit.config.outbox, 'refused.jsonl'), 'utf8')).split('\n');
  return lines.flatMap((line) => (line ? [JSON.parse(line) as { at: string; delivery: string; code: string }] : []));
}

test('a refusal whose reason a power cut took is still told to the IEC, by the name of its folder', async (t) => {
  const kit = await makeNode(t);
  const corte = makeCorte({ trust: kit.trust, files: publicationOf(1) });
  const refuse = async () => {
    await writeDelivery(kit.config.inbox, corte, { files: { 'corte.json.sig': 'x' } });
    await kit.outcomes();
  };
  await refuse();
  const [whole] = await shownBy(kit);
  const [first] = await reasonsIn(kit, 'refused');
  await truncate(join(first!.folder, 'reason.json'));
  kit.clock.now += 1000;
  await refuse();
  t.like(await shownBy(kit), [
    { at: whole?.at, delivery: corte.delivery, code: 'signature-malformed' },
    { delivery: corte.delivery },
  ]);
  await rm(join(first!.folder, 'reason.json'));
  await refuse();
  t.is((await shownBy(kit)).length, 3);
  t.is((await readdir(kit.path('state/refused'))).length, 3);
});

/** Their names have the time since the machine's start. @param uptime of the first, ns */
async function leftByAnEarlierVersion(kit: KitNode, what: string, many: number, uptime: number, day = '2018-07-01'): Promise<void> {
  for (let i = 0; i < many; i++) {
    const second = String(i).padStart(3, '0');
    const ran = String(uptime + i).padStart(18, '0');
    await mkdir(kit.path('state/refused', `${day}T060000${second}Z-${ran}-delivery-malformed-${what}-${i}`));
  }
}

test('what an earlier version refused before the machine was started anew comes before what it refused since', async (t) => {
  const kit = await makeNode(t);
  await leftByAnEarlierVersion(kit, 'drill', 200, 2_592_000_000_000_000, '2018-06-20');
  await leftByAnEarlierVersion(kit, 'tonight', 12, 90_000_000_000);
  t.is((await statusOf(kit.node)).last_refused?.delivery, 'tonight-11');
  await mkdir(join(kit.config.inbox, 'now'));
  await kit.pass();
  const shown = (await shownBy(kit)).map(({ delivery }) => delivery);
  t.deepEqual(shown.slice(-3), ['tonight-10', 'tonight-11', 'now']);
  t.is(shown.filter((delivery) => delivery.startsWith('tonight')).length, 12);
  const names = await readdir(kit.path('state/refused'));
  t.is(names.filter((name) => name.includes('-tonight-')).length, 12);
  t.is(names.length, 200);
});

test('what was refused last is told last, kept, and shown to the IEC, whatever the clock said meanwhile', async (t) => {
  const kit = await makeNode(t);
  const { inbox } = kit.config;
  const corte = makeCorte({ trust: kit.trust, files: publicationOf(1) });
  await leftByAnEarlierVersion(kit, 'junk', 220, 5_000_000_000_000);
  const DAY = 86_400_000;
  kit.clock.now -= DAY;
  await writeDelivery(inbox, corte);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'time-future' });
  t.is((await shownBy(kit)).at(-1)?.code, 'time-future');
  t.is((await statusOf(kit.node)).last_refused?.code, 'time-future');
  t.is((await readdir(kit.path('state/refused'))).length, 200);
  for (const days of [400, -399]) {
    kit.clock.now += days * DAY;
    await mkdir(join(inbox, `junk-${days}`));
    await kit.pass();
    t.is((await shownBy(kit)).at(-1)?.delivery, `junk-${days}`);
    t.is((await statusOf(kit.node)).last_refused?.delivery, `junk-${days}`);
  }
  t.deepEqual(
    (await shownBy(kit)).slice(-4).map(({ delivery }) => delivery),
    ['junk-219', corte.delivery, 'junk-400', 'junk--399'],
  );
});
