import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { proxiesOf } from '../../../src/audit/source/proxies.ts';
import { formatTime, offsetOf } from '../../../src/format/time.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { readSellar } from '../../../src/iec/sellar/estado.ts';
import { type Answers, type Authority, honest, makeAuthority } from '../../kit/authority.ts';
import { makeCorte, writeInChain } from '../../kit/cortes.ts';
import { FAKETIME } from '../../kit/faketime.ts';
import { serveProxy } from '../../kit/proxy.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';
import { makeStage, opened, trust } from './stage.ts';

/** Tokens are asked for, checked and kept, whatever an authority answers; the night never waits for it. */

const withOpenssl = requires('openssl and libfaketime', ['openssl', FAKETIME]);
let authorities: Record<'uno' | 'dos', Authority>;
let ended: Authority;

test.before(async () => {
  authorities = { uno: await makeAuthority(), dos: await makeAuthority() };
  ended = await makeAuthority(['20200101000000Z', '20200102000000Z']);
});
test.after.always(async () => (await opened).close());

const ALL = ['000001.dos.tsr', '000001.uno.tsr', '000002.dos.tsr', '000002.uno.tsr'];

withOpenssl('every corte gets a token of each authority, the newest first, and a second pass asks for nothing', async (t) => {
  const iec = await makeStage(t, authorities);
  const { phase, head, autoridades } = await iec.pass();
  t.deepEqual([phase, head], ['jornada', 2]);
  for (const one of autoridades) t.like(one, { newest: 2, pending: 0, failures: 0, silent_since: null, trouble: null });
  t.deepEqual(await iec.files(), ALL);
  const sealed = iec.events.map((one) => one.event === 'sealed' && one.autoridad === 'uno' && one.number).filter(Boolean);
  t.deepEqual(sealed, [2, 1]);
  const { tokens } = { tokens: await opened };
  for (const number of [1, 2]) {
    const token = await iec.read(`00000${number}.dos.tsr`);
    await t.notThrowsAsync(tokens.check(token, iec.made[number - 1]!.sha256, join(iec.folder, 'sellar/autoridades/dos.pem')));
  }
  await iec.pass();
  t.is(iec.served.uno.queries.length, 2);
  t.is(iec.served.dos.queries.length, 2);
});

/** What an authority may answer in the place of a token, and how it is told. */
const WRONG: Readonly<Record<string, readonly [code: string, Answers]>> = {
  'an error': ['status', (response) => void response.writeHead(503).end('más tarde')],
  'a redirect': ['status', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  'a page': ['not-a-token', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html>')],
  nothing: ['not-a-token', (response) => void response.writeHead(200).end()],
  'a refusal': ['rejected', async (response) => void response.writeHead(200).end(await authorities.uno.answer(Buffer.from('?')))],
  'a token of another corte': [
    'other-hash',
    async (response) => void response.writeHead(200).end(await authorities.uno.stamp(Buffer.from('?'))),
  ],
  'a token with another nonce': [
    'other-nonce',
    async (response, _, query) => {
      // The imprint is in the query, whatever asked.
      const corte = [...query.toString('hex').matchAll(/0420([0-9a-f]{64})/g)][0]![1]!;
      const again = await (await opened).query(corte);
      response.writeHead(200).end(await authorities.uno.answer(again));
    },
  ],
  "another authority's token": [
    'certificate-unknown',
    async (response, _, query) => void response.writeHead(200).end(await authorities.dos.answer(query)),
  ],
  'an answer without an end': [
    'too-large',
    (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 48)));
        response.once('drain', more);
      };
      more();
    },
  ],
  'half of an answer': [
    'unreachable',
    async (response, good) => {
      const whole = await good();
      response.writeHead(200, { 'content-length': String(whole.length) }).write(whole.subarray(0, 100), () => response.destroy());
    },
  ],
};

for (const [what, [code, answer]] of Object.entries(WRONG)) {
  withOpenssl(`${what} is kept nowhere, told as ${code}, and keeps nobody else from sealing`, async (t) => {
    const iec = await makeStage(t, authorities, 1);
    iec.behaviour.uno.now = answer;
    const { autoridades } = await iec.pass();
    t.like(autoridades[0], { name: 'uno', newest: 0, pending: 1, failures: 1, trouble: { code } });
    t.like(autoridades[1], { name: 'dos', newest: 1, pending: 0, failures: 0 });
    t.deepEqual(await iec.files(), ['000001.dos.tsr']);
    t.is(iec.served.uno.queries.length, 1);
  });
}

withOpenssl('an authority whose certificate has ended gives no tokens that are kept', async (t) => {
  const iec = await makeStage(t, { ...authorities, uno: ended }, 1);
  const { autoridades } = await iec.pass();
  t.is(autoridades[0]?.trouble?.code, 'certificate-ended');
  t.deepEqual(await iec.files(), ['000001.dos.tsr']);
});

withOpenssl('an authority that says nothing, or drips, is left after its time, and one that is not there at once', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  for (const answer of [() => {}, (response) => void response.writeHead(200).write('0')] satisfies Answers[]) {
    iec.behaviour.uno.now = answer;
    iec.clock.now += 3_600_000;
    t.is((await iec.pass({ answerMs: 400 })).autoridades[0]?.trouble?.code, 'silent');
  }
  iec.behaviour.uno.now = (response) => void response.destroy();
  iec.clock.now += 3_600_000;
  t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'unreachable');
});

withOpenssl('who gave nothing is asked again after waits that grow, and all that is due is then caught up', async (t) => {
  const iec = await makeStage(t, authorities);
  iec.behaviour.uno.now = (response) => void response.writeHead(500).end();
  const waits: number[] = [];
  const began = iec.clock.now;
  for (let i = 0; i < 8; i++) {
    const { autoridades } = await iec.pass();
    const { next_try, silent_since } = autoridades[0]!;
    t.is(Date.parse(silent_since!), began);
    waits.push((Date.parse(next_try!) - iec.clock.now) / 1000);
    t.is((await iec.pass()).autoridades[0]?.failures, i + 1); // it is not asked before that
    iec.clock.now = Date.parse(next_try!);
  }
  t.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
  t.is(iec.served.uno.queries.length, 8);
  t.deepEqual(
    iec.events.filter(({ event }) => event === 'sellar-trouble').length,
    1, // told once
  );
  iec.behaviour.uno.now = honest;
  t.like((await iec.pass()).autoridades[0], { newest: 2, pending: 0, failures: 0, silent_since: null, next_try: null });
  t.is(iec.events.filter(({ event }) => event === 'sellar-well-again').length, 1);
  t.deepEqual(await iec.files(), ALL);
});

withOpenssl('a clock that was put back keeps nobody waiting for its old hour', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.behaviour.uno.now = (response) => void response.writeHead(500).end();
  await iec.pass();
  iec.clock.now -= 3 * 3_600_000;
  iec.behaviour.uno.now = honest;
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
});

withOpenssl(
  'without its certificates an authority is not asked; with them, those are published, and older ones stay',
  async (t) => {
    const iec = await makeStage(t, authorities, 1);
    await rm(join(iec.autoridades, 'uno.pem'));
    t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'no-certificates');
    t.is(iec.served.uno.queries.length, 0);
    const published = join(iec.folder, 'sellar/autoridades/dos.pem');
    await writeFile(join(iec.autoridades, 'dos.pem'), ended.pem);
    await iec.pass();
    const all = await readFile(published, 'utf8');
    t.true(all.includes(authorities.dos.pem.trim()) && all.includes(ended.pem.trim()));
    await iec.pass();
    t.is(await readFile(published, 'utf8'), all);
  },
);

withOpenssl('the revocation list is fetched once a day, checked and published, and what is on it seals no more', async (t) => {
  const own = await makeAuthority();
  const iec = await makeStage(t, { ...authorities, uno: own });
  let list: Uint8Array = Buffer.from('');
  let asked = 0;
  const crl = await serve(t, (_, response) => {
    asked += 1;
    response.end(list);
  });
  iec.autoridad[0] = { ...iec.autoridad[0]!, crl: crl.href };
  const published = () => readFile(join(iec.folder, 'sellar/autoridades/uno.pem'), 'utf8');
  const troubles = () => iec.events.filter(({ event }) => event === 'sellar-list-trouble').length;
  const day = async (hours: number, of: Uint8Array) => {
    iec.clock.now += hours * 3_600_000;
    list = of;
    await iec.pass(); // fetches it
    return iec.pass(); // publishes it
  };
  const der = (pem: string) => execFileSync('openssl', ['crl', '-outform', 'DER'], { input: pem });

  await day(0, Buffer.from('<!DOCTYPE html>'));
  await day(0.5, der(authorities.dos.revocations('nothing'))); // too early
  t.is(asked, 1);
  await day(1, der(authorities.dos.revocations('nothing'))); // another authority's
  t.deepEqual([asked, troubles()], [2, 2]);
  t.notRegex(await published(), /X509 CRL/);
  await day(1.1, der(own.revocations('nothing')));
  t.deepEqual([asked, troubles()], [3, 2]);
  t.is((await published()).match(/BEGIN X509 CRL/g)?.length, 1);
  const revoked = Buffer.from(own.revocations('itself'));
  await day(22, revoked);
  t.is(asked, 3);
  await day(3, revoked);
  t.is(asked, 4);
  t.is((await published()).match(/BEGIN X509 CRL/g)?.length, 1);
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[1]!, files: { 'index.html': 'otro' } }));
  t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'certificate-revoked');
});

withOpenssl(
  'a revocation that was published is not taken back: neither by an older list, nor by a later one without it',
  async (t) => {
    const own = await makeAuthority();
    const iec = await makeStage(t, { ...authorities, uno: own }, 1);
    let list = '';
    const crl = await serve(t, (_, response) => void response.end(list));
    iec.autoridad[0] = { ...iec.autoridad[0]!, crl: crl.href };
    const published = join(iec.folder, 'sellar/autoridades/uno.pem');
    const day = async (of: string) => {
      iec.clock.now += 25 * 3_600_000;
      list = of;
      await iec.pass(); // fetches it
      await iec.pass(); // publishes it
      return (await readFile(published, 'utf8')).match(/BEGIN X509 CRL/g)?.length;
    };
    const check = async () =>
      (await opened).check(await iec.read('000001.uno.tsr'), iec.made[0]!.sha256, published).then(
        () => 'good',
        ({ code }: { code: string }) => code,
      );
    const troubles = () => iec.events.filter(({ event }) => event === 'sellar-list-trouble').length;
    // An hour of a list is told in whole seconds.
    const second = () => new Promise((resolve) => setTimeout(resolve, 1100));

    const old = own.revocations('nothing');
    t.is(await day(old), 1);
    t.is(await check(), 'good');
    await second();
    const revoking = own.revocations('itself');
    t.is(await day(revoking), 1); // the empty one says nothing more
    t.is(await check(), 'certificate-revoked');
    t.is(troubles(), 0);
    t.is(await day(old), 1); // from a cache, or by somebody in between
    t.is(troubles(), 1);
    t.is(await check(), 'certificate-revoked');
    await second();
    // RFC 5280, 3.3: what has ended may be left out.
    const index = join(own.folder, 'index.txt');
    await writeFile(index, (await readFile(index, 'utf8')).replace(/^R\t(\S+)\t\S*/gm, 'V\t$1\t'));
    t.is(await day(own.revocations('nothing')), 2);
    t.is(troubles(), 1);
    t.is(await check(), 'certificate-revoked');
    await second();
    await day(own.revocations('nothing'));
    t.is(await day(own.revocations('nothing')), 2); // no more than say something
    t.is(await check(), 'certificate-revoked');
  },
);

withOpenssl('a list that can not be evaluated is published no longer than it is among the administrator’s', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const own = join(iec.autoridades, 'uno.pem');
  await writeFile(own, authorities.uno.pem + authorities.dos.revocations('nothing')); // in the same name
  t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'list-unusable');
  await writeFile(own, authorities.uno.pem);
  iec.clock.now += 3_600_000;
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
});

for (const [whose, seconds] of [
  ['ahead', 301],
  ['behind', -302],
] as const) {
  withOpenssl(`an authority whose clock is ${whose}: told as that, not counted, and asked again later`, async (t) => {
    const iec = await makeStage(t, authorities, 1);
    iec.off.uno = seconds * 1000;
    const { autoridades } = await iec.pass();
    t.like(autoridades[0], { newest: 0, pending: 1, failures: 1, trouble: { code: 'clocks' } });
    t.like(autoridades[1], { newest: 1, pending: 0 });
    t.deepEqual(await iec.files(), ['000001.dos.tsr']);
    const told = () =>
      iec.events.flatMap((one) => (one.event === 'sellar-clocks' ? [[one.autoridad, one.number, one.hour, one.ours]] : []));
    const hour = (ms: number) => formatTime(ms, offsetOf(trust.document.phases[1]!.opens_at));
    t.deepEqual(told(), [['uno', 1, hour(iec.clock.now + iec.off.uno), hour(iec.clock.now)]]);
    t.false(iec.events.some(({ event }) => event === 'sellar-trouble'));
    const first = await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000001.uno.tsr')); // of use if it was right
    iec.clock.now += 60_000;
    t.is((await iec.pass()).autoridades[0]?.failures, 2);
    t.is(told().length, 1);
    t.deepEqual(await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000001.uno.tsr')), first);
    iec.off.uno = 0;
    iec.clock.now += 3_600_000;
    t.like((await iec.pass()).autoridades[0], { newest: 1, pending: 0, trouble: null });
  });
}

withOpenssl('clocks may differ by as much as the format lets them', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.off.uno = 300_000;
  iec.off.dos = -298_000;
  for (const one of (await iec.pass()).autoridades) t.is(one.pending, 0);
});

withOpenssl('a corte that says a later hour than the authorities do is sealed by none until that hour', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const takenAt = Date.parse(iec.made[0]!.statement.taken_at) + 600_000;
  iec.clock.now = takenAt - 301_000; // since then the clock of the Institute was set right
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[0]!, files: { 'index.html': 'otro' } }));
  t.deepEqual(
    (await iec.pass()).autoridades.map(({ trouble }) => trouble?.code),
    ['clocks', 'clocks'],
  );
  // One that was kept all the same is not taken for a seal.
  await writeFile(
    join(iec.sellos, '000002.uno.tsr'),
    await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000002.uno.tsr')),
  );
  t.is((await iec.pass()).autoridades[0]?.newest, 0);
  iec.clock.now = takenAt - 200_000;
  t.deepEqual(
    (await iec.pass()).autoridades.map(({ pending }) => pending),
    [0, 0],
  );
});

withOpenssl('what a killed pass left is swept, and what it had not kept is asked for', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  await mkdir(iec.sellos, { recursive: true });
  await writeFile(join(iec.sellos, '000001.uno.tsr.4194300.new'), 'half');
  await writeFile(join(iec.sellos, '000001.dos.tsr'), ''); // whatever wrote that
  await writeFile(join(iec.folder, 'sellar/sellar.json'), '{"phase":');
  t.is((await iec.pass()).autoridades[1]?.pending, 0);
  t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr']);
  t.true((await iec.read('000001.dos.tsr')).length > 500);
});

withOpenssl('a token of a corte that was disowned is put aside, whatever hours the files have', async (t) => {
  const iec = await makeStage(t, authorities);
  await iec.pass();
  const [first, second] = [await iec.read('000001.uno.tsr'), await iec.read('000002.uno.tsr')];
  await rm(join(iec.chain, 'jornada/000002'), { recursive: true });
  t.is((await iec.pass()).head, 1); // nothing is moved as long as there is no other corte 2
  t.deepEqual(await iec.files(), ALL);
  t.is(iec.served.uno.queries.length, 2);
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[0]!, files: { 'index.html': 'otro' } }));
  const old = new Date('2018-07-02T00:00:00Z'); // by a clock that was behind, or from another machine
  await utimes(join(iec.chain, 'jornada/000002/corte.json.sig'), old, old);
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
  t.deepEqual(await iec.read('000001.uno.tsr'), first);
  t.notDeepEqual(await iec.read('000002.uno.tsr'), second);
  const aside = await readdir(join(iec.folder, 'sellar/otros/jornada'));
  t.is(aside.length, 2);
  const hash = createHash('sha256').update(second).digest('hex').slice(0, 16);
  t.deepEqual(await readFile(join(iec.folder, `sellar/otros/jornada/${hash}-000002.uno.tsr`)), second);
});

withOpenssl('what a token was checked against may be lost, and a token that was damaged since is asked for again', async (t) => {
  const iec = await makeStage(t, authorities);
  await iec.pass();
  const token = await iec.read('000001.uno.tsr');
  const checked = join(iec.folder, 'sellar/cotejados/jornada');
  t.deepEqual((await readdir(checked)).sort(), ALL);
  await rm(checked, { recursive: true });
  await iec.pass();
  t.deepEqual((await readdir(checked)).sort(), ALL);
  await writeFile(join(checked, '000001.uno.tsr'), 'half of i');
  await iec.pass();
  t.is(iec.served.uno.queries.length, 2);
  token[token.length - 1]! ^= 1;
  await writeFile(join(iec.sellos, '000001.uno.tsr'), token);
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
  t.is(iec.served.uno.queries.length, 3);
  t.notDeepEqual(await iec.read('000001.uno.tsr'), token);
});

withOpenssl('a pass ends at its time, and the next one goes on; a signal ends it at once', async (t) => {
  const iec = await makeStage(t, authorities, 3);
  await iec.pass({ passMs: 0 });
  t.deepEqual(await iec.files(), []);
  iec.behaviour.uno.now = () => {};
  iec.behaviour.dos.now = () => {};
  const stop = new AbortController();
  const ending = iec.pass({}, undefined, stop.signal);
  while (iec.served.uno.queries.length + iec.served.dos.queries.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  t.like((await ending).autoridades[0], { failures: 0, trouble: null });
});

withOpenssl('through a proxy, and what the proxy says itself is not the authority’s', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const proxy = await serveProxy(t, 407);
  const { autoridades } = await iec.pass({}, proxiesOf({ http_proxy: `http://nombre:secreto@127.0.0.1:${proxy.port}` }));
  t.is(autoridades[0]?.trouble?.code, 'unreachable');
  t.regex(autoridades[0]!.trouble!.detail.en, /proxy/);
  t.notRegex(JSON.stringify(autoridades), /secreto/);
  t.is(proxy.asked.length, 2);
  t.is(proxy.asked[0]?.method, 'POST');
});

withOpenssl('a folder that can not be written ends the pass, and is no authority’s doing', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.behaviour.uno.now = async (...asked) => {
    await rm(iec.sellos, { recursive: true });
    await writeFile(iec.sellos, '');
    await honest(...asked);
  };
  iec.behaviour.dos.now = (response) => void response.writeHead(500).end();
  await t.throwsAsync(iec.pass());
  const estado = await readSellar(join(iec.folder, 'sellar'));
  t.deepEqual(
    estado?.autoridades.map(({ trouble }) => trouble?.code ?? null),
    [null, 'status'],
  );
});

withOpenssl('what is known of the authorities is there for the panel, in both languages', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.behaviour.uno.now = (response) => void response.writeHead(500).end();
  await iec.pass();
  const estado = await readSellar(join(iec.folder, 'sellar'));
  t.like(estado, { phase: 'jornada', head: 1 });
  const [uno] = estado!.autoridades;
  t.is(uno?.trouble?.code, 'status');
  t.not(uno?.trouble?.detail.es, uno?.trouble?.detail.en);
  const view = await viewChain(iec.chain, 'jornada');
  t.is(view.head, 1);
});
