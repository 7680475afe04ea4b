import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ThrowsExpectation } from 'ava';
import { proxiesOf } from '../../../src/audit/source/proxies.ts';
import { LIMITS } from '../../../src/format/limits.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { ToldError } from '../../../src/format/said.ts';
import { readSellar } from '../../../src/iec/sellar/estado.ts';
import { type Answers, type Authority, honest, makeAuthority } from '../../kit/authority.ts';
import { makeChain, writeInChain } from '../../kit/cortes.ts';
import { FAKETIME } from '../../kit/faketime.ts';
import { serveProxy } from '../../kit/proxy.ts';
import { requires } from '../../kit/requires.ts';
import { makeStage, opened, trust } from './stage.ts';

type Stage = Awaited<ReturnType<typeof makeStage>>;

/** Tokens are asked for, checked and kept, whatever an authority answers; the night never waits for it. */

/** One at a time: each starts many programs, and all at once they would outlast each other's totals on a busy machine. */
const withOpenssl = requires('openssl and libfaketime', ['openssl', FAKETIME]).serial;
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

withOpenssl('after the configured phase the cortes of every other one get their tokens, within the same pace', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  for (const corte of makeChain(2, { trust, phase: 'simulacro-1' })) await writeInChain(iec.chain, corte);
  iec.behaviour.uno.now = (response) => void response.writeHead(503).end();
  const { phase, autoridades } = await iec.pass();
  t.is(phase, 'jornada');
  t.like(autoridades[0], { name: 'uno', pending: 1, pending_other_phases: 2, failures: 1 });
  t.like(autoridades[1], { name: 'dos', newest: 1, pending: 0, pending_other_phases: 0 });
  t.is(iec.served.uno.queries.length, 1, 'who fails is asked for nothing of another phase either');
  iec.behaviour.uno.now = honest;
  iec.clock.now += 60_000;
  t.like((await iec.pass()).autoridades[0], { newest: 1, pending: 0, pending_other_phases: 0, failures: 0 });
  const sealed = iec.events.flatMap((one) =>
    one.event === 'sealed' && one.autoridad === 'uno' ? [`${one.phase} ${one.number}`] : [],
  );
  t.deepEqual(sealed, ['jornada 1', 'simulacro-1 2', 'simulacro-1 1']);
  t.deepEqual(await iec.files('simulacro-1'), ALL);
  await iec.pass();
  t.is(iec.served.dos.queries.length, 3);
});

/** What may be wrong with a drill that has two cortes, and what is thrown after the pass. */
const ELSEWHERE: Readonly<Record<string, readonly [harm: (iec: Stage) => Promise<unknown>, expected: ThrowsExpectation<Error>]>> = {
  'its newest corte is damaged': [
    (iec) => writeFile(join(iec.chain, 'simulacro-1/000002/corte.json'), '{}'),
    { instanceOf: Refusal },
  ],
  'an earlier corte is damaged': [
    (iec) => writeFile(join(iec.chain, 'simulacro-1/000001/corte.json'), '{}'),
    { instanceOf: Refusal },
  ],
  'it is a file': [
    async (iec) => {
      await rm(join(iec.chain, 'simulacro-1'), { recursive: true });
      await writeFile(join(iec.chain, 'simulacro-1'), '');
    },
    { code: 'ENOTDIR' },
  ],
  'the folder of its tokens is a file': [(iec) => writeFile(join(iec.sellos, '../simulacro-1'), ''), { instanceOf: ToldError }],
  'the folder of what was checked of it is a file': [
    (iec) => makeFile(join(iec.folder, 'sellar/cotejados/simulacro-1')),
    { code: 'ENOTDIR' },
  ],
};

async function makeFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
}

for (const [what, [harm, expected]] of Object.entries(ELSEWHERE)) {
  withOpenssl(`${what}: another phase’s trouble is told, and the configured one is sealed and noted all the same`, async (t) => {
    const iec = await makeStage(t, authorities, 1);
    for (const corte of makeChain(2, { trust, phase: 'simulacro-1' })) await writeInChain(iec.chain, corte);
    await mkdir(iec.sellos, { recursive: true });
    await harm(iec);
    for (let i = 0; i < 2; i++) {
      await t.throwsAsync(iec.pass(), expected);
      t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr']);
      t.is(Date.parse((await readSellar(join(iec.folder, 'sellar')))!.at), iec.clock.now, 'when the last pass was made');
      iec.clock.now += 11 * 60_000;
    }
  });
}

/** What keeps one authority's certificates from being read, or published. */
const UNCERTIFIED: Readonly<Record<string, (iec: Stage) => Promise<unknown>>> = {
  'can not be read': async ({ autoridades }) => {
    await rm(join(autoridades, 'uno.pem'));
    await mkdir(join(autoridades, 'uno.pem'));
  },
  'are too large': ({ autoridades }) => writeFile(join(autoridades, 'uno.pem'), Buffer.alloc(LIMITS.autoridadBytes + 1)),
  'can not be published': ({ folder }) => mkdir(join(folder, 'sellar/autoridades/uno.pem'), { recursive: true }),
};

for (const [what, harm] of Object.entries(UNCERTIFIED)) {
  withOpenssl(`one authority’s certificates ${what}: that is told, and the others’ tokens do not wait for it`, async (t) => {
    const iec = await makeStage(t, authorities);
    await harm(iec);
    await t.throwsAsync(iec.pass(), { instanceOf: ToldError });
    t.deepEqual(await iec.files(), ['000001.dos.tsr', '000002.dos.tsr']);
    const [uno, dos] = (await readSellar(join(iec.folder, 'sellar')))!.autoridades;
    t.is(uno?.trouble?.code, 'no-certificates');
    t.like(dos, { newest: 2, pending: 0, trouble: null });
  });
}

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
