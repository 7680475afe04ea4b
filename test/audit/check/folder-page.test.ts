import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { addedBy, folderOf } from '../../../src/audit/check/folder-page.ts';
import type { LiveAudit } from '../../../src/audit/check/live-check.ts';
import { auditLive, type LiveOptions } from '../../../src/audit/live.ts';
import type { ChainSource } from '../../../src/audit/source/chain-source.ts';
import { httpClient } from '../../../src/audit/source/http-get.ts';
import { lookAtFront } from '../../../src/page/front-files.ts';
import { lookAtSite } from '../../../src/page/site-files.ts';
import { webClient } from '../../../src/page/web-get.ts';
import type { Corte as Checked } from '../../../src/verdict/history.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { type Answering, serve, files as serving } from '../../kit/web.ts';

/** A reader types no index.html: what a site shows at a folder's address is compared too, by the command and by the page. */

const trust = signTrust(makeTrust());
const publication = (n: number) => ({
  'acta/index.html': `<!doctype html>acta ${n}`,
  'datos.json': `{"corte":${n}}`,
  'index.html': `<!doctype html>corte ${n}`,
});
const one = makeCorte({ trust, files: publication(1) });
const two = makeCorte({ trust, files: publication(2), previous: one });
const PAGE = { 'content-type': 'text/html' };
const FORGED = '<!doctype html>otros resultados';

type Answers = Readonly<Record<string, readonly [status: number, headers: Record<string, string>, body: string]>>;

/** A site that shows the newest corte by the names of its files, and at these addresses something else. */
function showing(answers: Answers, shown: Readonly<Record<string, Buffer | string>> = two.content): Answering {
  const honest = serving(new Map(Object.entries(shown)));
  return (request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer) response.writeHead(answer[0], answer[1]).end(answer[2]);
    else honest(request, response);
  };
}

const read: ChainSource['read'] = (path) => {
  const [, number, file] = path.split('/') as [string, string, keyof Corte['files']];
  return Promise.resolve([one, two][Number(number) - 1]?.files[file] ?? null);
};
const none = () => Promise.resolve(null);

async function cortesOfChain(): Promise<readonly Checked[]> {
  const { phases } = await auditChain({ read, name: 'kit', readTrust: none, fetch: none, close: () => {} }, trust, {
    phase: 'jornada',
  });
  return phases[0]?.cortes ?? [];
}

async function byCommand(site: URL, changes: Partial<LiveOptions> = {}): Promise<LiveAudit> {
  const client = httpClient(8, { stall: 120_000, slowest: 1, tries: 1, pause: 1 });
  try {
    return await auditLive(client, site, await cortesOfChain(), { read }, { rate: 100_000, connections: 8, ...changes });
  } finally {
    client.close();
  }
}

async function byPage(site: URL): Promise<LiveAudit> {
  const client = webClient(new AbortController().signal, () => {});
  const plan = {
    site,
    manifest: two.manifest,
    sampling: 'all',
    expected: 'corte',
    older: () => Promise.resolve(one.manifest),
  } as const;
  const { live } = await lookAtSite(
    client,
    { ...plan, cortes: await cortesOfChain() },
    () => Promise.resolve(),
    () => {},
  );
  return live;
}

async function both(t: ExecutionContext, answer: Answering, expected: object): Promise<void> {
  const site = await serve(t, answer);
  t.like(await byCommand(site), expected, 'by the command');
  t.like(await byPage(site), expected, 'by the page');
}

const CLEAN = { altered: [], missing: [], stale: [], redirected: [], blocked: [], failed: [] };

test('the address of a file at which a reader meets it is its folder’s', (t) => {
  t.deepEqual(['index.html', 'a/b/index.html', 'a/xindex.html', 'a.html'].map(folderOf), ['/', 'a/b/', null, null]);
});

test('a page that only the site’s own address shows is found', async (t) => {
  await both(t, showing({ '/': [200, PAGE, FORGED] }), { ...CLEAN, shows: 'corte', files: 3, same: 2, altered: ['/'] });
  await both(t, showing({ '/acta/': [200, PAGE, FORGED] }), { ...CLEAN, files: 3, same: 2, altered: ['acta/'] });
});

test('an older page there is told as one, and one that is led elsewhere as that', async (t) => {
  const old = one.content['index.html']!.toString();
  await both(t, showing({ '/': [200, PAGE, old] }), { ...CLEAN, same: 2, stale: [{ path: '/', number: 1 }] });
  const site = await serve(t, showing({ '/': [302, { location: 'http://127.0.0.9/' }, ''] }));
  t.like(await byCommand(site), { ...CLEAN, same: 2, redirected: [{ path: '/', location: 'http://127.0.0.9/' }] });
});

test('a site that shows the corte there, leads to the file, or has nothing there is in order', async (t) => {
  const front = two.content['index.html']!.toString();
  const whole = { ...CLEAN, shows: 'corte', files: 3, same: 3 };
  await both(t, showing({ '/': [200, PAGE, front], '/acta/': [301, { location: '/acta/index.html' }, ''] }), whole);
  await both(t, showing({ '/': [403, {}, 'AccessDenied'], '/acta/': [405, {}, ''] }), whole);
  await both(t, showing({}), whole);
});

/** A site that shows this page wherever it has no file, as some hosts do, and has no answer of its own for a folder. */
function toAllNames(page: string, shown: Readonly<Record<string, Buffer | string>> = two.content): Answering {
  const honest = serving(new Map(Object.entries(shown)));
  return (request, response) => {
    if ((request.url ?? '').slice(1) in shown) honest(request, response);
    else response.writeHead(200, PAGE).end(page);
  };
}

test('the page for all unknown names is what readers see at the site’s own address, and says nothing at a folder’s', async (t) => {
  const site = await serve(t, toAllNames(FORGED));
  for (const live of [await byCommand(site), await byPage(site)]) {
    t.like(live, { ...CLEAN, shows: 'corte', files: 3, same: 1, altered: ['/'], failed: live.failed });
    t.deepEqual(
      live.failed.map(({ path }) => path),
      ['acta/'],
    );
  }
  await both(t, toAllNames(FORGED, {}), { ...CLEAN, shows: 'nada', same: 0 });
});

test('a host that shows the corte’s front for all unknown names is in order', async (t) => {
  await both(t, toAllNames(two.content['index.html']!.toString()), { ...CLEAN, shows: 'corte', files: 3, same: 3 });
});

test('the list of a store of objects is not taken for the page, nor for nothing', async (t) => {
  const site = await serve(t, showing({ '/': [200, { 'content-type': 'application/xml' }, '<ListBucketResult/>'] }));
  for (const live of [await byCommand(site), await byPage(site)]) {
    t.like(live, { ...CLEAN, failed: live.failed, same: 2 });
    t.deepEqual(
      live.failed.map(({ path }) => path),
      ['/'],
    );
  }
});

test('a status that neither shows the file nor says that nothing is there is not taken for nothing', async (t) => {
  const site = await serve(t, showing({ '/': [203, PAGE, FORGED], '/acta/': [300, PAGE, FORGED] }));
  for (const live of [await byCommand(site), await byPage(site)]) {
    t.like(live, { ...CLEAN, failed: live.failed, same: 1 });
    t.deepEqual(
      live.failed.map(({ path }) => path),
      ['acta/', '/'],
    );
  }
});

test('of a file and its folder the worse is told, once', async (t) => {
  const old = one.content['index.html']!.toString();
  await both(t, showing({ '/': [200, PAGE, FORGED], '/index.html': [200, PAGE, FORGED] }), {
    ...CLEAN,
    same: 2,
    altered: ['index.html'],
  });
  await both(t, showing({ '/': [200, PAGE, FORGED], '/index.html': [200, PAGE, old] }), { ...CLEAN, same: 2, altered: ['/'] });
  await both(t, showing({ '/': [200, PAGE, old], '/index.html': [200, PAGE, FORGED] }), {
    ...CLEAN,
    same: 2,
    altered: ['index.html'],
  });
  await both(t, showing({ '/': [200, PAGE, FORGED], '/index.html': [404, {}, ''] }), { ...CLEAN, same: 2, altered: ['/'] });
  t.is(addedBy({ kind: 'stand-in' }, { kind: 'stand-in' }), null);
});

const NOTICE = { ...PAGE, 'cache-control': 'no-store' };

test('a page of its own at the site’s address is covered by no notice', async (t) => {
  const notices = (answers: Answers): Answering => {
    const others = showing(answers, {});
    return (request, response) => {
      if (answers[request.url ?? '']) others(request, response);
      else response.writeHead(503, NOTICE).end('aviso');
    };
  };
  await both(t, notices({}), { ...CLEAN, shows: 'aviso' });
  await both(t, notices({ '/': [200, PAGE, FORGED] }), { shows: 'corte', altered: ['/'] });
  const led = await serve(t, notices({ '/': [302, { location: 'http://127.0.0.9/' }, ''] }));
  t.like(await byCommand(led), { shows: 'corte', altered: [], redirected: [{ path: '/', location: 'http://127.0.0.9/' }] });
});

test('the front is asked for itself where notices stand in for all that comes before it', async (t) => {
  const files: Record<string, string> = { ...publication(2) };
  for (let i = 0; i < 30; i++) files[`a/${i}.jpg`] = `${i}`;
  const corte = makeCorte({ trust, files });
  const cortes = [{ statement: corte.statement } as Checked];
  const source = { read: (path: string) => Promise.resolve(path.endsWith('SHA256SUMS') ? corte.files.SHA256SUMS : null) };
  const site = await serve(t, (request, response) =>
    request.url === '/index.html' ? response.writeHead(200, PAGE).end(FORGED) : response.writeHead(503, NOTICE).end('aviso'),
  );
  const client = httpClient(1, { stall: 120_000, slowest: 1, tries: 1, pause: 1 });
  t.teardown(() => client.close());
  t.like(await auditLive(client, site, cortes, source, { rate: 100_000, connections: 1 }), { altered: ['index.html'] });
  const plan = {
    site,
    manifest: corte.manifest,
    cortes,
    sampling: 'all',
    expected: 'corte',
    older: () => Promise.resolve([]),
  } as const;
  const look = lookAtSite(
    webClient(new AbortController().signal, () => {}),
    plan,
    () => Promise.resolve(),
    () => {},
  );
  t.like((await look).live, { altered: ['index.html'] });
});

test('another’s page at a mistyped address is nobody’s alteration', async (t) => {
  await both(t, showing({ '/': [200, PAGE, '<!doctype html>Portal'] }, {}), { ...CLEAN, shows: 'nada', same: 0 });
});

test('the page says of what is in front of a reader nothing while its own address shows another', async (t) => {
  const front = async (answers: Answers) => {
    const site = await serve(t, showing(answers));
    const what = { site, manifest: two.manifest, most: two.statement.manifest.content_bytes };
    return lookAtFront(
      webClient(new AbortController().signal, () => {}),
      what,
      () => Promise.resolve(),
    );
  };
  t.deepEqual(await front({}), { compared: 0, named: 0 });
  t.is(await front({ '/': [200, PAGE, FORGED] }), null);
});
