import test from 'ava';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import { Trouble } from '../../src/espejo/trouble.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { type Corte } from '../kit/cortes.ts';
import { espejoConfig, KEYS } from '../kit/s3.ts';
import { audited, chain, pointerAt, troubleOf, trust } from './stage.ts';

/** What a store may do to whoever copies to it, and that readers have no half of anything for it. */

/** of each espejo here */
const CONNECTIONS = 8;

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
