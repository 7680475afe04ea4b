import { gzipSync } from 'node:zlib';
import test from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { NoChain } from '../../../src/audit/check/chain-check.ts';
import type { LocalFile } from '../../../src/audit/source/chain-source.ts';
import { httpSource } from '../../../src/audit/source/http.ts';
import { type Code, Refusal } from '../../../src/format/refusal.ts';
import { filesOf, goodChain } from '../../kit/broken-chains.ts';
import { type Answering, files, serve } from '../../kit/web.ts';

/** Gives up at the second broken connection, and never because the machine is busy. */
const QUICK = { stall: 120_000, slowest: 1, tries: 2, pause: 1 };
/** For servers that stall. */
const IMPATIENT = { stall: 1_500, slowest: 2048, tries: 1, pause: 1 };
const good = goodChain();
const chain = filesOf(good);

/** What an audit says of a server that serves the good chain except for one path. */
function hostile(title: string, path: string, answer: Answering, expected: { refused?: Code; error?: RegExp }, patience = QUICK) {
  // Tests that wait run one after the other, so that none waits because of this machine instead of its server.
  const trial = patience === QUICK ? test : test.serial;
  trial(title, async (t) => {
    const honest = files(chain);
    const address = await serve(t, (request, response) => (request.url === `/${path}` ? answer : honest)(request, response));
    const source = httpSource(address, patience);
    const audit = auditChain(source, good.trusts[0], { packages: true });
    if (expected.error) {
      const error = await t.throwsAsync(audit, { message: expected.error });
      t.false(error instanceof Refusal);
    } else {
      t.is((await audit).refused?.code, expected.refused);
    }
    source.close();
  });
}

const STATEMENT = 'jornada/000002/corte.json';
const PACKAGE = 'jornada/000002/corte.tar.gz';
const endless: Answering = (_, response) => {
  const more = () => {
    while (response.write(Buffer.alloc(65_536, ' ')) && !response.destroyed);
    response.once('drain', more);
  };
  more();
};

hostile('an endless statement is left at its limit', STATEMENT, endless, { refused: 'too-large' });
hostile('an endless package is left at its length', PACKAGE, endless, { refused: 'package-mismatch' });
hostile('an endless index is no index', 'index.json', endless, {});
hostile('a page in the place of a signature', `${STATEMENT}.sig`, (_, r) => r.end('<html>'), { refused: 'signature-malformed' });
hostile('a page in the place of a trust document', 'trust/2.json', (_, r) => r.end('<html>'), { refused: 'trust-malformed' });
hostile(
  'an announced length that is too large',
  STATEMENT,
  (_, r) => void r.writeHead(200, { 'content-length': 1e12 }).write('{'),
  { refused: 'too-large' },
);

hostile('a server that never answers', STATEMENT, () => {}, { error: /no answer in time/ }, IMPATIENT);
hostile('a body that stalls', STATEMENT, (_, r) => void r.write('{'), { error: /stalls/ }, IMPATIENT);
hostile('a package that stalls', PACKAGE, (_, r) => void r.write('x'), { error: /stalls/ }, IMPATIENT);
hostile(
  'a body that drips',
  STATEMENT,
  (_, r) => {
    const timer = setInterval(() => r.write(' '), 20);
    r.on('close', () => clearInterval(timer));
  },
  { error: /drips/ },
  IMPATIENT,
);
/** Slow on the whole, though no answer of its own drips. */
const IN_ALL = { ...QUICK, total: { visit: 300, answer: 0, slowest: 1e6 } };
hostile(
  'a server that is slow on the whole',
  STATEMENT,
  (_, r) => {
    r.writeHead(200, { 'content-length': 60 });
    let bytes = 0;
    const timer = setInterval(() => (++bytes < 60 ? r.write(' ') : r.end(' ')), 20);
    r.on('close', () => clearInterval(timer));
  },
  { error: /too slow/ },
  IN_ALL,
);
hostile(
  'a body that is shorter than announced',
  STATEMENT,
  (_, r) => {
    r.writeHead(200, { 'content-length': 500 }).write('{');
    setTimeout(() => r.destroy(), 20);
  },
  { error: /aborted|came/ },
);
hostile('a redirect to another site', STATEMENT, (_, r) => r.writeHead(302, { location: 'http://127.0.0.2/corte.json' }).end(), {
  error: /redirects to another site, http:\/\/127\.0\.0\.2\//,
});
hostile('a redirect to a file of this machine', STATEMENT, (_, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(), {
  error: /redirects to another site/,
});
hostile('redirects without end', STATEMENT, (_, r) => r.writeHead(302, { location: `/${STATEMENT}` }).end(), {
  error: /over 5 redirects/,
});
hostile(
  'a compressed bomb',
  STATEMENT,
  (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e6))),
  { error: /compresses/ },
);
hostile('a server that is down', STATEMENT, (_, r) => r.writeHead(503).end(), { error: /answers 503/ });
hostile('a server that wants a password', STATEMENT, (_, r) => r.writeHead(401).end(), { error: /answers 401/ });

hostile('a server that shuts out one file, and says 404 of others', STATEMENT, (_, r) => r.writeHead(403).end(), {
  error: /answers 403/,
});
hostile(
  'a package of which the host says that it is compressed',
  PACKAGE,
  (request, response) => {
    response.setHeader('content-encoding', 'gzip');
    files(chain)(request, response);
  },
  {},
);

/** Hosts by what they answer for a name that they do not have. */
const HOSTS: Readonly<Record<string, Answering>> = {
  'an object store, which says 403': (_, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  'a host that shows a page': (request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!DOCTYPE html>No hay ${request.url}`),
};
for (const [name, absent] of Object.entries(HOSTS)) {
  const host = (all: typeof chain): Answering => {
    const honest = files(all);
    return (request, response) => (all.has((request.url ?? '').slice(1)) ? honest : absent)(request, response);
  };
  test(`${name}, is an ordinary one`, async (t) => {
    const audited = async (all: typeof chain) => {
      const source = httpSource(await serve(t, host(all)), QUICK);
      const { refused, phases } = await auditChain(source, good.trusts[0], { packages: true });
      source.close();
      return { code: refused?.code ?? null, cortes: phases.map(({ cortes }) => cortes.length) };
    };
    t.deepEqual(await audited(chain), { code: null, cortes: [1, 5] });
    const noIndex = new Map([...chain].filter(([path]) => path !== 'index.json'));
    t.deepEqual(await audited(noIndex), { code: null, cortes: [1, 5] });
    // A corte that is being copied there: its corte.json goes last, and the index says nothing of it yet.
    const begun = new Map([...chain].filter(([path]) => path !== 'jornada/000005/corte.json'));
    const index = JSON.parse(String(chain.get('index.json')));
    index.phases.jornada = { number: 4, corte: index.phases.jornada.corte };
    begun.set('index.json', Buffer.from(JSON.stringify(index)));
    t.deepEqual(await audited(begun), { code: null, cortes: [1, 4] });
    begun.set('index.json', chain.get('index.json')!);
    t.deepEqual(await audited(begun), { code: 'delivery-incomplete', cortes: [1, 4] }, 'an index that claims it must have it');
    const noPackage = new Map([...chain].filter(([path]) => path !== PACKAGE));
    t.deepEqual(await audited(noPackage), { code: 'delivery-incomplete', cortes: [1, 1] });
    await t.throwsAsync(audited(new Map()), { instanceOf: NoChain });
    await t.throwsAsync(audited(new Map([['index.json', chain.get('index.json')!]])), { instanceOf: NoChain });
  });
}

test('a redirect within the site is followed', async (t) => {
  const honest = files(chain);
  const address = await serve(t, (request, response) => {
    if (request.url?.startsWith('/old/')) response.writeHead(301, { location: request.url.slice('/old'.length) }).end();
    else honest(request, response);
  });
  const source = httpSource(new URL('old', address), QUICK);
  t.is((await auditChain(source, good.trusts[0], { packages: true })).refused, null);
  source.close();
});

test('a server that is busy for a moment is asked again', async (t) => {
  const honest = files(chain);
  const asked = new Set<string>();
  const address = await serve(t, (request, response) => {
    const url = request.url ?? '';
    if (asked.has(url)) honest(request, response);
    else if (asked.add(url).size % 2) request.socket.destroy();
    else response.writeHead(503).end();
  });
  const source = httpSource(address, QUICK);
  t.is((await auditChain(source, good.trusts[0], { packages: true })).refused, null);
  source.close();
});

const BODY = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

test('a package whose connection breaks goes on where it stopped', async (t) => {
  const ranges: (string | undefined)[] = [];
  const address = await serve(t, (request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = BODY.subarray(from);
    const headers = {
      etag: '"1"',
      'content-length': rest.length,
      'content-range': `bytes ${from}-${BODY.length - 1}/${BODY.length}`,
    };
    response.writeHead(from > 0 ? 206 : 200, headers);
    // What was written is sent before the connection ends.
    response.write(rest.subarray(0, 100_000), () => (rest.length > 100_000 ? response.socket?.end() : response.end()));
  });
  const source = httpSource(address, { ...QUICK, tries: 1 });
  t.true((await contentOf(await source.fetch('p', BODY.length)))?.equals(BODY));
  t.deepEqual(ranges, [undefined, 'bytes=100000-', 'bytes=200000-']);
  source.close();
});

test('a package that changed meanwhile is taken from its beginning', async (t) => {
  let asked = 0;
  const address = await serve(t, (_, response) => {
    asked += 1;
    response.writeHead(200, { etag: `"${asked}"`, 'content-length': BODY.length });
    if (asked === 1) response.write(Buffer.alloc(50_000), () => response.socket?.end());
    else response.end(BODY);
  });
  const source = httpSource(address, QUICK);
  t.true((await contentOf(await source.fetch('p', BODY.length)))?.equals(BODY));
  source.close();
});

async function contentOf(file: LocalFile | null): Promise<Buffer | undefined> {
  const content = await file?.handle.readFile();
  await file?.close();
  return content;
}
