import test, { type ExecutionContext } from 'ava';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { type Corte, makeCorte, publicationOf, writeTrustDelivery } from '../kit/cortes.ts';
import { at } from '../kit/election.ts';
import { makeNode } from '../kit/node.ts';
import { espejoConfig, KEYS } from '../kit/s3.ts';
import { audited, chain, endedAfter, pointerAt, troubleOf, trust } from './stage.ts';

/** A corte that the custodians disown leaves the bucket, and its number is another's then. */

test('by content: a revocation takes the addresses of what is disowned, and the number is another’s then', async (t) => {
  const { node, s3, passes } = await copying(t, trust, { layout: 'contenido' });
  const sums = async (number: number) => (await fetch(new URL(`cotejo/chain/jornada/00000${number}/SHA256SUMS`, s3.site))).status;
  for (const corte of chain.slice(0, 3)) {
    await admit(t, node, corte);
    t.is((await passes.pass()).outcome, 'published');
  }
  const ended = endedAfter(1);
  await writeTrustDelivery(node.config.inbox, ended);
  await node.outcomes();
  t.deepEqual((await passes.pass()).removed, [2, 3]);
  t.deepEqual([await sums(1), await sums(2), await sums(3)], [200, 404, 404]);
  t.is((await pointerAt(s3))['number'], 1);
  const files = { ...publicationOf(2), 'otro.txt': 'otro' };
  const takenAt = at(node.clock.now - 1000);
  await admit(t, node, makeCorte({ trust: ended, previous: chain[0] as Corte, signer: 'relevo-1', files, takenAt }));
  t.is((await passes.pass()).number, 2);
  t.is(await sums(2), 200);
  // What the store lost of an old content is found out like anything else.
  const gone = chain[0]?.manifest.find(({ path }) => path === 'css/estilo.css')?.sha256;
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  await aside.remove(`cotejo/contenido/${gone}.css`);
  node.clock.now += 11 * 60_000;
  s3.seen.length = 0;
  await passes.pass();
  t.true(s3.seen.includes(`PUT cotejo/contenido/${gone}.css`));
});

test('a corte that is disowned while it is copied is never pointed to', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust);
  for (const corte of chain.slice(0, 2)) await admit(t, node, corte);
  await passes.pass();
  await admit(t, node, chain[2] as Corte);
  const ended = endedAfter(1);
  const disowning = another({
    async step(name) {
      if (name !== 'chain') return;
      await writeTrustDelivery(node.config.inbox, ended);
      await node.outcomes();
    },
  });
  t.is(await troubleOf(t, disowning.pass()), 'moved');
  t.is((await pointerAt(s3))['number'], 2);
  t.is((await another().pass()).outcome, 'published');
  t.is((await pointerAt(s3))['number'], 1);
  // Whoever has not heard of it yet does not bring it back.
  const deaf = await makeNode(t, { trust, keepsTheRule: true });
  for (const corte of chain.slice(0, 3)) await admit(t, deaf, corte);
  t.is(
    (await another({ now: () => deaf.clock.now }, { state: deaf.config.state, anchor: deaf.config.anchor }).pass()).outcome,
    'behind',
  );
  t.is((await pointerAt(s3))['number'], 1);
});

test('a disowned number that another one writes anew is left to it', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust);
  const other = await makeNode(t, { trust, keepsTheRule: true });
  for (const each of [node, other]) for (const corte of chain.slice(0, 2)) await admit(t, each, corte);
  await passes.pass();
  const ended = endedAfter(1);
  for (const each of [node, other]) {
    await writeTrustDelivery(each.config.inbox, ended);
    await each.outcomes();
  }
  const anew = makeCorte({
    trust: ended,
    previous: chain[0] as Corte,
    signer: 'relevo-1',
    files: { ...publicationOf(2), 'otro.txt': 'otro' },
    takenAt: at(other.clock.now - 1000),
  });
  await admit(t, other, anew);
  // The one that has not heard of the new corte 2 passes when its objects are there, but not yet what proves it.
  const removed: number[][] = [];
  const writing = another(
    {
      now: () => other.clock.now,
      step: async (name) => void (name === 'chain' && removed.push([...(await another().pass()).removed])),
    },
    { state: other.config.state, anchor: other.config.anchor },
  );
  t.is((await writing.pass()).outcome, 'published');
  t.deepEqual(removed, [[]]);
  const files = Object.keys(anew.content).length;
  t.deepEqual(await audited(s3), { number: 2, files, same: files, cortes: 2 });
});

/** Two mirrors of one bucket, both with corte 2 disowned; of the one the node has written another corte 2. */
async function disowning(t: ExecutionContext) {
  const made = await copying(t, trust);
  const other = await makeNode(t, { trust, keepsTheRule: true });
  for (const each of [made.node, other]) for (const corte of chain.slice(0, 2)) await admit(t, each, corte);
  await made.passes.pass();
  const ended = endedAfter(1);
  for (const each of [made.node, other]) {
    await writeTrustDelivery(each.config.inbox, ended);
    await each.outcomes();
  }
  const files = { ...publicationOf(2), 'otro.txt': 'otro' };
  const takenAt = at(other.clock.now - 1000);
  const anew = makeCorte({ trust: ended, previous: chain[0] as Corte, signer: 'relevo-1', files, takenAt });
  await admit(t, other, anew);
  const { state, anchor } = other.config;
  const clock = () => other.clock.now;
  const writer = made.another({ now: clock, elapsed: clock }, { state, anchor });
  const count = Object.keys(anew.content).length;
  return { ...made, other, writer, whole: { number: 2, files: count, same: count, cortes: 2 } };
}

test('what is removed of a disowned number was there a moment before: another one that begins to write is left alone', async (t) => {
  const { s3, passes, writer, whole } = await disowning(t);
  let writing: Promise<unknown> | undefined;
  s3.fault = async ({ method, key }) => {
    // The other one writes all of it while the first removal of the folder is on its way.
    if (method === 'DELETE' && key.startsWith('cotejo/c/2/')) await (writing ??= writer.pass());
    return null;
  };
  await passes.pass();
  s3.fault = () => null;
  t.truthy(writing, 'something was removed');
  await writer.pass();
  t.deepEqual(await audited(s3), whole);
});

test('a removal that comes late takes nothing for longer than a pass from a number that was written anew', async (t) => {
  const { s3, node, other, writer, whole } = await disowning(t);
  t.is((await writer.pass()).outcome, 'published');
  t.deepEqual(await audited(s3), whole);
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  for (const late of ['c/2/index.html', 'chain/jornada/000002/corte.json']) await aside.remove(`cotejo/${late}`);
  other.clock.now += 15_000;
  s3.seen.length = 0;
  const result = await writer.pass();
  t.is(result.outcome, 'same');
  t.deepEqual(await audited(s3), whole);
  // Nothing but what was lost is written; at last it is at rest like any other.
  t.deepEqual(
    s3.seen.filter((line) => /^(PUT|COPY)/.test(line)),
    ['PUT cotejo/c/2/index.html', 'PUT cotejo/chain/jornada/000002/corte.json'],
  );
  other.clock.now += 11 * 60_000;
  await writer.pass();
  s3.seen.length = 0;
  await writer.pass();
  t.deepEqual(s3.seen, ['GET cotejo/ultimo.json']);
});

test('after a revocation the numbers that were another’s are watched, and the later ones are at rest like any other', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  for (const corte of chain.slice(0, 3)) await admit(t, node, corte);
  await passes.pass();
  const ended = endedAfter(1);
  await writeTrustDelivery(node.config.inbox, ended);
  await node.outcomes();
  t.is((await passes.pass()).number, 1);
  let previous = chain[0] as Corte;
  for (const number of [2, 3, 4]) {
    const files = { ...publicationOf(number), 'otro.txt': 'otro' };
    const takenAt = at(Date.parse(previous.statement.taken_at) + 600_000);
    previous = makeCorte({ trust: ended, previous, signer: 'relevo-1', files, takenAt });
    await admit(t, node, previous);
    t.is((await passes.pass()).number, number);
    // The first pass after it may look at everything.
    for (let rest = 0; rest < 2; rest++) {
      node.clock.now += 15_000;
      s3.seen.length = 0;
      t.is((await passes.pass()).outcome, 'same');
    }
    t.is(s3.seen.length > 1, number < 4, String(number));
  }
});
