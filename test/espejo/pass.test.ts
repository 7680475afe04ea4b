import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { addressIn } from '../../src/audit/check/live-check.ts';
import { auditLive } from '../../src/audit/live.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { httpClient } from '../../src/audit/source/http-get.ts';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import { newPasses } from '../../src/espejo/pass.ts';
import { Trouble, type TroubleCode } from '../../src/espejo/trouble.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { type Corte, makeChain, makeCorte, publicationOf, writeDelivery, writeTrustDelivery } from '../kit/cortes.ts';
import { at, makeSigner, makeTrust, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeNode } from '../kit/node.ts';
import { espejoConfig, KEYS, type S3 } from '../kit/s3.ts';

/** `cotejo espejo` from a node on the disk to a real S3 server, and what readers have of the bucket. */

const trust = signTrust(makeTrust());
const chain = makeChain(10, { trust });
/** of each espejo here */
const CONNECTIONS = 8;

async function pointerAt(s3: S3): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL('cotejo/ultimo.json', s3.site));
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : { status: answer.status };
}

/** What `audit chain` and `audit live` say of the bucket. */
async function audited(s3: S3): Promise<{ number: number; files: number; same: number; cortes: number }> {
  const source = httpSource(new URL('cotejo/chain/', s3.site));
  const client = httpClient(8);
  try {
    const { phases, refused } = await auditChain(source, trust, { phase: 'jornada' });
    if (refused) throw new Error(refused.code);
    const [phase] = phases;
    const { base } = (await pointerAt(s3)) as { base: string };
    const live = await auditLive(client, new URL(base, s3.site), phase?.cortes ?? [], source, { rate: 100_000, connections: 8 });
    return { number: live.number, files: live.files, same: live.same, cortes: phase?.cortes.length ?? 0 };
  } finally {
    source.close();
    client.close();
  }
}

/** The code of the trouble that the work ends with. */
async function troubleOf(t: ExecutionContext, work: Promise<unknown>): Promise<TroubleCode | undefined> {
  const error = await t.throwsAsync(work, { instanceOf: Trouble });
  return error?.code;
}

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
  const ended = signTrust(
    nextTrust(trust, {
      signers: [makeSigner('ensayo-1', 'simulacro-1'), makeSigner('firma-1', 'jornada', 1, 8), makeSigner('relevo-1', 'jornada')],
    }),
  );
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

test('by content: a revocation takes the addresses of what is disowned, and the number is another’s then', async (t) => {
  const { node, s3, passes } = await copying(t, trust, { layout: 'contenido' });
  const sums = async (number: number) => (await fetch(new URL(`cotejo/chain/jornada/00000${number}/SHA256SUMS`, s3.site))).status;
  for (const corte of chain.slice(0, 3)) {
    await admit(t, node, corte);
    t.is((await passes.pass()).outcome, 'published');
  }
  const signers = [
    makeSigner('ensayo-1', 'simulacro-1'),
    makeSigner('firma-1', 'jornada', 1, 1),
    makeSigner('relevo-1', 'jornada'),
  ];
  const ended = signTrust(nextTrust(trust, { signers }));
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

test('a store that is busy, or breaks connections, is asked again', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  const asked = new Map<string, number>();
  s3.fault = ({ method, key }) => {
    const times = (asked.get(`${method} ${key}`) ?? 0) + 1;
    asked.set(`${method} ${key}`, times);
    if (times === 1) return { status: 503, code: 'SlowDown' };
    return times === 2 ? 'drop' : null;
  };
  t.is((await passes.pass()).outcome, 'published');
  s3.fault = () => null;
  t.is((await audited(s3)).number, 1);
});

test('a store that stays busy is left in peace, and told as that; afterwards it goes on', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  for (const corte of chain.slice(0, 2)) {
    await admit(t, node, corte);
    if (corte === chain[0]) await passes.pass();
  }
  let left = 10;
  s3.seen.length = 0;
  s3.fault = () => (left-- > 0 ? null : { status: 503, code: 'SlowDown' });
  t.is(await troubleOf(t, passes.pass()), 'busy');
  const most = 10 + CONNECTIONS * PATIENCE.tries;
  t.true(s3.seen.length <= most, `${s3.seen.length} requests of ${most}`);
  s3.fault = () => null;
  t.is((await pointerAt(s3))['number'], 1);
  t.is((await passes.pass()).outcome, 'published');
  t.is((await audited(s3)).number, 2);
});

test('what the store forbids, or finds wrong with our clock, is told as that, and the pointer stays', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  await admit(t, node, chain[1] as Corte);
  for (const [code, told] of [
    ['AccessDenied', 'denied'],
    ['RequestTimeTooSkewed', 'clock'],
    ['InvalidAccessKeyId', 'credentials'],
  ] as const) {
    // As with keys that may read and not write.
    s3.fault = ({ method }) => (method === 'PUT' || method === 'COPY' ? { status: 403, code } : null);
    t.is(await troubleOf(t, another().pass()), told);
  }
  s3.fault = () => null;
  t.like(await audited(s3), { number: 1, cortes: 1 });
});

test('a store that loses what it says it has written is found out before anybody is led there', async (t) => {
  const { node, s3, passes } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  let lost = 0;
  s3.fault = ({ method, key }) => (method === 'PUT' && key === 'cotejo/c/1/index.html' && lost++ === 0 ? 'lose' : null);
  const result = await passes.pass();
  t.is(result.outcome, 'published');
  t.is(result.repaired, 1);
  t.like(await audited(s3), { number: 1, files: 7, same: 7 });
  await admit(t, node, chain[1] as Corte);
  s3.fault = ({ method, key }) => (method !== 'GET' && key === 'cotejo/c/2/index.html' ? 'lose' : null);
  t.is(await troubleOf(t, passes.pass()), 'not-repaired');
  t.is((await pointerAt(s3))['number'], 1);
});

test('cut off at any request, a bucket shows one corte, whole, and the next process ends what was begun', async (t) => {
  const { node, s3, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await another().pass();
  const shown: unknown[] = [];
  for (const [i, corte] of chain.slice(1).entries()) {
    const { number } = corte.statement;
    await admit(t, node, corte);
    // Nothing comes through any more, as of a process that is killed: some of what was on its way has arrived.
    let left = 4 + 5 * i;
    s3.fault = () => (left-- > 0 ? null : 'drop');
    await t.throwsAsync(another().pass(), { instanceOf: Trouble });
    s3.fault = () => null;
    const { number: seen, files, same } = await audited(s3);
    t.true(seen === number - 1 || seen === number, `${seen} of ${number}`);
    t.is(same, files);
    shown.push(seen === number ? 'new' : 'old');
    t.is((await another().pass()).number, number);
    t.like(await audited(s3), { number, files: Object.keys(corte.content).length, same: Object.keys(corte.content).length });
  }
  t.true(shown.includes('old'), shown.join(' '));
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

test('credentials that end in the middle: nothing is half published, and new ones go on', async (t) => {
  const { node, s3, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  await another().pass();
  await admit(t, node, chain[1] as Corte);
  let left = 12;
  s3.fault = () => (left-- > 0 ? null : { status: 403, code: 'ExpiredToken' });
  const passes = another();
  t.is(await troubleOf(t, passes.pass()), 'credentials');
  s3.fault = () => null;
  t.is((await pointerAt(s3))['number'], 1);
  t.is((await passes.pass()).outcome, 'published');
  t.is((await audited(s3)).number, 2);
});

test('wrong credentials, and a bucket that is not there, are told as that', async (t) => {
  const { node, another } = await copying(t, trust);
  await admit(t, node, chain[0] as Corte);
  t.is(await troubleOf(t, another({}, {}, () => Promise.resolve({ ...KEYS, secretAccessKey: 'other' })).pass()), 'credentials');
  t.is(await troubleOf(t, another({}, { bucket: 'otro' }).pass()), 'no-bucket');
});

test('an object that the store lost, or altered, is written again', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust, { sample: 100 });
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  await aside.remove('cotejo/c/1/index.html');
  await aside.put(
    'cotejo/c/1/css/estilo.css',
    { 'content-type': 'text/css', 'cache-control': '' },
    { bytes: Buffer.from('body { margin: 1 }\n') },
  );
  node.clock.now += 11 * 60_000; // what is at rest is looked at every ten minutes
  const result = await passes.pass();
  t.is(result.outcome, 'same');
  t.deepEqual(await audited(s3), { number: 1, files: 7, same: 7, cortes: 1 });
  // One that lists what it does not give: the sample finds it, and gives up where it can't be repaired.
  s3.fault = ({ method, key }) => (method === 'GET' && key === 'cotejo/c/1/index.html' ? { status: 404, code: 'NoSuchKey' } : null);
  t.is(await troubleOf(t, another().pass()), 'not-repaired');
});

test('what was altered is not copied on as right', async (t) => {
  const { node, s3, passes } = await copying(t, trust, { sample: 1 });
  await admit(t, node, chain[0] as Corte);
  await passes.pass();
  const style = await fetch(new URL('cotejo/c/1/css/estilo.css', s3.site));
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  await aside.put(
    'cotejo/c/1/css/estilo.css',
    { 'content-type': 'text/css', 'cache-control': '' },
    { bytes: Buffer.from('body { margin: 1 }\n') },
  );
  const asked: (string | undefined)[] = [];
  s3.fault = ({ method, key, headers }) => {
    if (method === 'COPY' && key === 'cotejo/c/2/css/estilo.css') asked.push(String(headers['x-amz-copy-source-if-match']));
    return null;
  };
  await admit(t, node, chain[1] as Corte);
  t.is((await passes.pass()).outcome, 'published');
  t.deepEqual(asked, [style.headers.get('etag')], 'only the content that is known is to be copied');
  const files = Object.keys((chain[1] as Corte).content).length;
  t.deepEqual(await audited(s3), { number: 2, files, same: files, cortes: 2 });
  // A store that looks at that condition refuses it: then the content goes over our link.
  s3.fault = ({ method, key }) =>
    method === 'COPY' && key.endsWith('estilo.css') ? { status: 412, code: 'PreconditionFailed' } : null;
  s3.seen.length = 0;
  await admit(t, node, chain[2] as Corte);
  t.is((await passes.pass()).repaired, 0);
  t.true(s3.seen.includes('PUT cotejo/c/3/css/estilo.css'));
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

test('a corte that is disowned while it is copied is never pointed to', async (t) => {
  const { node, s3, passes, another } = await copying(t, trust);
  for (const corte of chain.slice(0, 2)) await admit(t, node, corte);
  await passes.pass();
  await admit(t, node, chain[2] as Corte);
  const ended = signTrust(
    nextTrust(trust, {
      signers: [makeSigner('ensayo-1', 'simulacro-1'), makeSigner('firma-1', 'jornada', 1, 1), makeSigner('relevo-1', 'jornada')],
    }),
  );
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
  const ended = signTrust(
    nextTrust(trust, {
      signers: [makeSigner('ensayo-1', 'simulacro-1'), makeSigner('firma-1', 'jornada', 1, 1), makeSigner('relevo-1', 'jornada')],
    }),
  );
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
  const signers = [
    makeSigner('ensayo-1', 'simulacro-1'),
    makeSigner('firma-1', 'jornada', 1, 1),
    makeSigner('relevo-1', 'jornada'),
  ];
  const ended = signTrust(nextTrust(trust, { signers }));
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
  const signers = [
    makeSigner('ensayo-1', 'simulacro-1'),
    makeSigner('firma-1', 'jornada', 1, 1),
    makeSigner('relevo-1', 'jornada'),
  ];
  const ended = signTrust(nextTrust(trust, { signers }));
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
