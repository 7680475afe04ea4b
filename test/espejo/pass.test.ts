import test from 'ava';
import { addressIn } from '../../src/audit/check/live-check.ts';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import { newPasses } from '../../src/espejo/pass.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery, writeTrustDelivery } from '../kit/cortes.ts';
import { at, NOW } from '../kit/election.ts';
import { makeNode } from '../kit/node.ts';
import { espejoConfig, KEYS } from '../kit/s3.ts';
import { audited, chain, endedAfter, pointerAt, troubleOf, trust } from './stage.ts';

/** `cotejo espejo` from a node on the disk to a real S3 server, and what readers have of the bucket. */

test('ten cortes and a revocation: an audit finds every file the same, each time', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  for (const corte of chain) {
    await admit(t, node, corte);
    const result = await passes.pass();
    t.is(result.outcome, 'published');
    const files = Object.keys(corte.content).length;
    t.deepEqual(await audited(s3), { number: corte.statement.number, files, same: files, cortes: corte.statement.number });
  }
  t.is((await pointerAt(s3))['number'], 10);
  // The signer of the last two is ended after corte 8, and another one signs a new corte 9.
  const ended = endedAfter(8);
  await writeTrustDelivery(node.config.inbox, ended);
  await node.outcomes();
  t.is((await passes.pass()).outcome, 'published');
  t.is((await pointerAt(s3))['number'], 8);
  t.is((await audited(s3)).number, 8);
  for (const gone of ['c/9/index.html', 'c/10/index.html', 'chain/jornada/000010/corte.json']) {
    t.is((await fetch(new URL(`cotejo/${gone}`, s3.site))).status, 404, gone);
  }
  const anew = makeCorte({
    trust: ended,
    previous: chain[7] as Corte,
    signer: 'relevo-1',
    files: { ...publicationOf(9), 'otro.txt': 'otro' },
    takenAt: at(node.clock.now - 1000),
  });
  await admit(t, node, anew);
  t.is((await passes.pass()).outcome, 'published');
  const files = Object.keys(anew.content).length;
  t.deepEqual(await audited(s3), { number: 9, files, same: files, cortes: 9 });
});

test('only what changed goes over the link, and at rest one object is asked for', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  await admit(t, node, chain[1] as Corte);
  s3.seen.length = 0;
  const result = await passes.pass();
  const below = (method: string) => s3.seen.filter((line) => line.startsWith(`${method} cotejo/c/2/`));
  const [first, second] = [chain[0] as Corte, chain[1] as Corte];
  const old = new Set(first.manifest.map(({ sha256 }) => sha256));
  const fresh = new Set(second.manifest.filter(({ sha256 }) => !old.has(sha256)).map(({ sha256 }) => sha256));
  t.is(below('PUT').length, fresh.size);
  t.is(below('COPY').length, second.manifest.length - fresh.size);
  t.is(s3.seen.filter((line) => line.includes('prefix=cotejo%2Fc%2F2%2F')).length, 2 + 1, 'two lists, and one for its hour');
  t.is(s3.seen.filter((line) => line.startsWith('PUT') || line.startsWith('COPY')).at(-1), 'PUT cotejo/ultimo.json');
  t.is(result.repaired, 0);
  s3.seen.length = 0;
  t.is((await passes.pass()).outcome, 'same');
  t.deepEqual(s3.seen, ['GET cotejo/ultimo.json']);
});

test('a new process goes on where another was interrupted, and copies from the corte before', async (t) => {
  const { node, s3, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await another().pass();
  await admit(t, node, chain[1] as Corte);
  let puts = 0;
  s3.fault = ({ method, key }) =>
    method !== 'GET' && key.startsWith('cotejo/c/2/') && ++puts > 4 ? { status: 400, code: 'Ended' } : null;
  t.is(await troubleOf(t, another().pass()), 'store-failed');
  t.is((await pointerAt(s3))['number'], 1);
  s3.fault = () => null;
  s3.seen.length = 0;
  t.is((await another().pass()).outcome, 'published');
  const written = s3.seen.filter((line) => /^(PUT|COPY) cotejo\/c\/2\//.test(line));
  t.true(written.length <= (chain[1] as Corte).manifest.length - 4, String(written.length));
  t.true(written.some((line) => line.startsWith('COPY')));
  t.is((await audited(s3)).number, 2);
});

test('a pointer that somebody put back is put right, though it names a good corte', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const old = await pointerAt(s3);
  await admit(t, node, chain[1] as Corte);
  await passes.pass();
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  const headers = { 'content-type': 'application/json', 'cache-control': '' };
  await aside.put('cotejo/ultimo.json', headers, { bytes: Buffer.from(JSON.stringify(old)) });
  t.is((await pointerAt(s3))['number'], 1);
  t.is((await passes.pass()).outcome, 'published');
  t.is((await pointerAt(s3))['number'], 2);
});

test('two at once harm each other in nothing', async (t) => {
  const { node, s3, another } = await copying(t, trust);
  const [one, other] = [another(), another()];
  for (const corte of chain.slice(0, 3)) {
    await admit(t, node, corte);
    const results = await Promise.all([one.pass(), other.pass()]);
    t.true(results.some(({ outcome }) => outcome === 'published'));
    t.is((await audited(s3)).number, corte.statement.number);
  }
});

test('a node that is behind leaves the pointer where it is', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  const late = await makeNode(t, { trust, keepsTheRule: true });
  for (const corte of chain.slice(0, 2)) await admit(t, node, corte);
  await passes.pass();
  await admit(t, late, chain[0] as Corte);
  const config = espejoConfig(s3, late.config);
  const bucket = openBucket(config, () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => bucket.close());
  const behind = newPasses({ config, bucket, now: () => late.clock.now, elapsed: () => 0, random: Math.random });
  t.is((await behind.pass()).outcome, 'behind');
  t.is((await pointerAt(s3))['number'], 2);
  // What the store does not tell now is not the same as nothing: the pointer does not go back for it.
  s3.fault = ({ method, key }) => (method === 'GET' && key.endsWith('000002/corte.json') ? { status: 400, code: 'Strange' } : null);
  t.is(await troubleOf(t, behind.pass()), 'store-failed');
  t.is((await pointerAt(s3))['number'], 2);
  s3.fault = () => null;
  // A pointer that nothing in the bucket proves is nobody's.
  await bucket.put(
    'cotejo/ultimo.json',
    { 'content-type': '', 'cache-control': '' },
    { bytes: Buffer.from(JSON.stringify({ ...(await pointerAt(s3)), number: 77 })) },
  );
  t.is((await behind.pass()).outcome, 'published');
  t.is((await pointerAt(s3))['number'], 1);
  // Nor is one that is too long.
  await bucket.put('cotejo/ultimo.json', { 'content-type': '', 'cache-control': '' }, { bytes: Buffer.alloc(100_000, 'x') });
  late.clock.now += 11 * 60_000;
  t.is((await behind.pass()).outcome, 'published');
  t.is((await pointerAt(s3))['number'], 1);
});

test('what was lost of the older chain, and of the notice, is back within the night', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  for (const corte of chain.slice(0, 2)) {
    await admit(t, node, corte);
    await passes.pass();
  }
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  const lost = ['chain/jornada/000001/corte.tar.gz', 'aviso/index.html'];
  for (const path of lost) await aside.remove(`cotejo/${path}`);
  await admit(t, node, chain[2] as Corte);
  t.is((await passes.pass()).number, 3);
  node.clock.now += 15_000;
  await passes.pass();
  for (const path of lost) t.is((await fetch(new URL(`cotejo/${path}`, s3.site))).status, 200, path);
});

test('the notice: by the hour of the corte, even if the node is dead', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const before = await pointerAt(s3);
  t.is(before['shows'], 'corte');
  t.is(Date.parse(String(before['until'])) - Date.parse(String(before['taken_at'])), 32 * 60_000);
  node.clock.now += 40 * 60_000;
  t.is((await passes.pass()).outcome, 'published');
  t.like(await pointerAt(s3), { shows: 'aviso', number: 1, base: null });
  const notice = await fetch(new URL('cotejo/aviso/index.html', s3.site));
  t.is(notice.headers.get('content-type'), 'text/html');
  t.regex(await notice.text(), /resultados/i);
  await admit(t, node, makeCorte({ trust, previous: chain[0] as Corte, files: publicationOf(2), takenAt: at(node.clock.now) }));
  await passes.pass();
  t.like(await pointerAt(s3), { shows: 'corte', number: 2 });
});

test('a drill and the election never share a place, nor two elections', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const drill = makeCorte({ trust, phase: 'simulacro-1', files: publicationOf(1), takenAt: at(NOW) });
  node.clock.now = NOW;
  await writeDelivery(node.config.inbox, drill);
  await node.outcomes();
  s3.seen.length = 0;
  t.is(await troubleOf(t, another({}, { phase: 'simulacro-1' }).pass()), 'other-phase');
  t.false(s3.seen.some((line) => line.startsWith('PUT')));
  // In a place of its own it has its own chain alone.
  t.is((await another({}, { phase: 'simulacro-1', prefix: 'simulacro/' }).pass()).outcome, 'published');
  t.is((await fetch(new URL('simulacro/cotejo/chain/simulacro-1/000001/corte.json', s3.site))).status, 200);
  t.is((await fetch(new URL('simulacro/cotejo/chain/jornada/000001/corte.json', s3.site))).status, 404);
});

test('what readers are sent with each object', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const heads = async (path: string) => {
    const { headers } = await fetch(new URL(`cotejo/${path}`, s3.site));
    return [headers.get('content-type'), headers.get('cache-control')];
  };
  t.deepEqual(await heads('c/1/index.html'), ['text/html', 'public, max-age=15, must-revalidate']);
  t.deepEqual(await heads('c/1/actas/0000%20b%C3%A1sica.jpg'), ['image/jpeg', 'public, max-age=15, must-revalidate']);
  t.deepEqual(await heads('ultimo.json'), ['application/json', 'public, max-age=5']);
  t.deepEqual(await heads('chain/jornada/000001/SHA256SUMS'), ['text/plain; charset=utf-8', 'no-cache']);
  t.deepEqual(await heads('aviso/index.html'), ['text/html', 'no-cache']);
});

test('what no site shows is not in the bucket either, and names of all kinds are', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  const odd = ['a+b (1)!.csv', "d'100%? #1 ñ.json", '404.html'];
  const hidden = ['.secreto', '.well-known/acme-challenge/x', 'cotejo.html'];
  const files = Object.fromEntries([...odd, ...hidden, 'index.html'].map((name) => [name, `${name}\n`]));
  await admit(t, node, makeCorte({ trust, files }));
  await passes.pass();
  const status = async (name: string) => {
    const answer = await fetch(addressIn(new URL('cotejo/c/1/', s3.site), name));
    return [answer.status, answer.ok ? await answer.text() : null];
  };
  for (const name of odd) t.deepEqual(await status(name), [200, `${name}\n`], name);
  for (const name of hidden) t.deepEqual(await status(name), [404, null], name);
  t.like(await audited(s3), { number: 1, files: 4, same: 4 });
});
