import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { addressIn, choose } from '../../src/audit/check/live-check.ts';
import { auditLive } from '../../src/audit/live.ts';
import type { ChainSource } from '../../src/audit/source/chain-source.ts';
import { httpClient } from '../../src/audit/source/http-get.ts';
import { Refusal } from '../../src/format/refusal.ts';
import type { Files } from '../kit/broken-chains.ts';
import { type Corte, makeCorte } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

const trust = signTrust(makeTrust());
const FAST = { rate: 100_000, connections: 8 };
const QUICK = { stall: 120_000, slowest: 1, tries: 2, pause: 1 };

function publication(n: number): Record<string, string> {
  const all: Record<string, string> = {
    'index.html': `<!doctype html>corte ${n}`,
    'datos/100%? #1 Acuña.json': `{"corte":${n}}`,
    'css/fijo.css': 'body {}',
  };
  for (let i = 0; i < 3300; i++) all[`actas/${String(i).padStart(5, '0')}.jpg`] = `acta ${i}, since ${i % n === 0 ? n : 1}`;
  return all;
}

const cortes: Corte[] = [];
for (const n of [1, 2, 3]) cortes.push(makeCorte({ trust, previous: cortes.at(-1) ?? null, files: publication(n) }));
const newest = cortes[2] as Corte;

const source: Pick<ChainSource, 'read'> = {
  read: (path) => {
    const [, number, file] = path.split('/') as [string, string, keyof Corte['files']];
    return Promise.resolve(cortes[Number(number) - 1]?.files[file] ?? null);
  },
};

const none = () => Promise.resolve(null);
const NOTHING_ELSE = { name: 'kit', readTrust: none, fetch: none, close: () => {} };

async function look(site: URL, sample?: { size: number; seed: string }) {
  const { phases } = await auditChain({ ...source, ...NOTHING_ELSE }, trust, { phase: 'jornada' });
  const client = httpClient(8, QUICK);
  try {
    return await auditLive(client, site, phases[0]?.cortes ?? [], source, { ...FAST, sample });
  } finally {
    client.close();
  }
}

function site(changes: Record<string, string | null> = {}): Files {
  const all: Files = new Map(Object.entries(newest.content));
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) all.delete(path);
    else all.set(path, Buffer.from(content));
  }
  return all;
}

test('a site that shows the newest corte to the byte', async (t) => {
  const live = await look(await serve(t, serving(site())));
  t.like(live, { phase: 'jornada', number: 3, files: 3303, same: 3303, altered: [], missing: [], stale: [], failed: [] });
});

test('one altered byte among 3,300 files is found, and so is what is missing, old, or of another kind', async (t) => {
  const acta = newest.content['actas/01234.jpg'] as Buffer;
  const changed = Buffer.from(acta);
  changed[3] = (changed[3] as number) ^ 1;
  const shown = site({
    'actas/01234.jpg': changed.toString('latin1'),
    'actas/00007.jpg': null,
    'index.html': '<!doctype html>corte 2',
    'datos/100%? #1 Acuña.json': '{"corte":1}',
  });
  const honest = serving(shown);
  const address = await serve(t, (request, response) => {
    if (request.url === '/actas/00010.jpg') response.writeHead(302, { location: 'http://127.0.0.9/ads' }).end();
    else if (request.url === '/actas/00011.jpg') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>captcha');
    else if (request.url === '/actas/00012.jpg') response.writeHead(403).end();
    else if (request.url === '/actas/00013.jpg') response.destroy();
    else honest(request, response);
  });
  const live = await look(address);
  t.deepEqual(JSON.parse(JSON.stringify(live)), {
    phase: 'jornada',
    number: 3,
    shows: 'corte',
    files: 3303,
    same: 3295,
    altered: ['actas/01234.jpg'],
    missing: ['actas/00007.jpg'],
    stale: [
      { path: 'datos/100%? #1 Acuña.json', number: 1 },
      { path: 'index.html', number: 2 },
    ],
    redirected: [{ path: 'actas/00010.jpg', location: 'http://127.0.0.9/ads' }],
    blocked: [
      { path: 'actas/00011.jpg', why: 'a web page in its place' },
      { path: 'actas/00012.jpg', why: 'the server answers 403' },
    ],
    failed: JSON.parse(JSON.stringify(live.failed)),
    compressed: { files: 0, wrong: [] },
    unserved: [],
  });
  t.deepEqual(
    live.failed.map(({ path }) => path),
    ['actas/00013.jpg'],
  );
});

test('an endless file counts as altered and is not downloaded', async (t) => {
  const honest = serving(site());
  const endless: Answering = (request, response) => {
    if (request.url !== '/css/fijo.css') return honest(request, response);
    const more = () => {
      while (response.write(Buffer.alloc(65_536)) && !response.destroyed);
      response.once('drain', more);
    };
    more();
  };
  t.deepEqual((await look(await serve(t, endless))).altered, ['css/fijo.css']);
});

test('a site that is down gets no verdict, and not every file is requested', async (t) => {
  let asked = 0;
  const address = await serve(t, (_, response) => {
    asked += 1;
    response.destroy();
  });
  const error = await t.throwsAsync(look(address));
  t.false(error instanceof Refusal);
  t.true(asked > 0 && asked < 200, `${asked}`);
});

test('whoever gave a site up asks it for no other file, closed or not', async (t) => {
  const address = await serve(t, (_, response) => response.writeHead(500).end());
  const client = httpClient(4, { ...QUICK, tries: 1 });
  t.teardown(() => client.close());
  let asked = 0;
  const counting: typeof client = {
    ...client,
    get(...request) {
      asked += 1;
      return client.get(...request);
    },
  };
  const { phases } = await auditChain({ ...source, ...NOTHING_ELSE }, trust, { phase: 'jornada' });
  await t.throwsAsync(auditLive(counting, address, phases[0]?.cortes ?? [], source, { rate: 200, connections: 4 }));
  const before = asked;
  await sleep(200); // who still waits for its time has it by then
  t.is(asked, before);
});

test('a sample is drawn by its seed alone', async (t) => {
  const live = await look(await serve(t, serving(site())), { size: 25, seed: 'a' });
  t.like(live, { files: 26, same: 26 }, 'the front beside them');
  const manifest = newest.manifest;
  t.deepEqual(choose(manifest, 25, 'a'), choose(manifest, 25, 'a'));
  t.notDeepEqual(choose(manifest, 25, 'a'), choose(manifest, 25, 'b'));
  t.is(choose(manifest, 5000, 'a').length, 3303);
});

test('every character of a path stays part of the path in an address', (t) => {
  const address = addressIn(new URL('https://prep.example/coahuila?x#y'), 'a b/100%/¿qué?#1/ñ;=&+.json');
  t.is(address.href, 'https://prep.example/coahuila/a%20b/100%25/%C2%BFqu%C3%A9%3F%231/%C3%B1%3B%3D%26%2B.json');
});
