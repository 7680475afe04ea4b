import { createServer } from 'node:net';
import test from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { httpSource } from '../../../src/audit/source/http.ts';
import { httpClient, Transient } from '../../../src/audit/source/http-get.ts';
import { proxiesOf } from '../../../src/audit/source/proxies.ts';
import { filesOf, goodChain, writeFiles } from '../../kit/broken-chains.ts';
import { cotejo } from '../../kit/command.ts';
import { makeFolder } from '../../kit/folders.ts';
import { serveHttps } from '../../kit/https.ts';
import { serveProxy } from '../../kit/proxy.ts';
import { requires } from '../../kit/requires.ts';
import { files, serve } from '../../kit/web.ts';

const good = goodChain();
const chain = filesOf(good);
const QUICK = { stall: 60_000, slowest: 1, tries: 2, pause: 1 };
const IMPATIENT = { ...QUICK, stall: 400 };
const SITE = 'https://nobody.invalid/x';

/** What is said of a site that is asked through a proxy. */
async function saidOf(url: string, proxy: string, patience = QUICK) {
  const client = httpClient(1, patience, undefined, proxiesOf({ all_proxy: proxy }));
  const error: unknown = await client
    .patiently(() => client.get(new URL(url)))
    .then(
      ({ status }) => status,
      (why: unknown) => why,
    );
  client.close();
  return error;
}

requires('openssl', ['openssl'])('a chain by https through a proxy that wants a name, which is shown nowhere', async (t) => {
  const { address, certificate } = await serveHttps(t, files(chain));
  const proxy = await serveProxy(t);
  const { anchor } = await writeFiles(await makeFolder(t), chain);
  const args = ['audit', 'chain', address.href, '--anchor', anchor];
  const env = { NODE_EXTRA_CA_CERTS: certificate, HTTPS_PROXY: `http://auditor:s%40cret@127.0.0.1:${proxy.port}`, NO_PROXY: '' };
  const ran = await cotejo(args, undefined, env);
  t.is(ran.status, 0, ran.stderr);
  t.false(`${ran.stdout}${ran.stderr}`.includes('cret'));
  t.true(proxy.asked.length > 0);
  for (const { method, target, authorization } of proxy.asked) {
    t.deepEqual([method, target], ['CONNECT', address.host]);
    t.is(authorization, `Basic ${Buffer.from('auditor:s@cret').toString('base64')}`);
  }
  const before = proxy.asked.length;
  t.is((await cotejo(args, undefined, { ...env, NO_PROXY: '127.0.0.0/8' })).status, 0);
  t.is(proxy.asked.length, before, 'no_proxy names the site');
});

test('a chain by http through a proxy, which is asked for the whole address', async (t) => {
  const address = await serve(t, files(chain));
  const proxy = await serveProxy(t);
  const source = httpSource(address, QUICK, httpClient(2, QUICK, undefined, proxiesOf({ http_proxy: `127.0.0.1:${proxy.port}` })));
  const audit = await auditChain(source, good.trusts[0], { packages: true });
  t.is(audit.refused, null);
  source.close();
  t.true(proxy.asked.every(({ method, target }) => method === 'GET' && target.startsWith(address.href)));
});

for (const url of [SITE, 'http://nobody.invalid/x']) {
  test(`a proxy that refuses or is not there is told as that: ${url}`, async (t) => {
    const wantsName = await serveProxy(t, 407);
    const error = await saidOf(url, `http://u:secret@127.0.0.1:${wantsName.port}`);
    t.false(error instanceof Transient, 'another try would bring the same');
    t.regex(String(error), /the proxy http:\/\/127\.0\.0\.1:\d+: .*407/);
    t.false(String(error).includes('secret'));
    t.is(wantsName.asked.length, 1);
    const forbids = await serveProxy(t, 403, { 'x-squid-error': 'ERR_ACCESS_DENIED 0' });
    t.regex(String(await saidOf(url, `127.0.0.1:${forbids.port}`)), /the proxy .*403/);
    const busy = await serveProxy(t, 503);
    const failed = await saidOf(url, `127.0.0.1:${busy.port}`);
    t.true(failed instanceof Transient);
    t.regex(String(failed), /the proxy .*/);
    t.is(busy.asked.length, 2);
    const gone = createServer();
    const port = await new Promise<number>((resolve) => {
      gone.listen(0, '127.0.0.1', () => resolve((gone.address() as { port: number }).port));
    });
    await new Promise((resolve) => gone.close(resolve));
    t.regex(String(await saidOf(url, `127.0.0.1:${port}`)), /the proxy http:\/\/127\.0\.0\.1:\d+: connection refused/);
  });

  test.serial(`a proxy that says nothing is left in time: ${url}`, async (t) => {
    const silent = await serveProxy(t, 'silence');
    t.regex(
      String(await saidOf(url, `127.0.0.1:${silent.port}`, IMPATIENT)),
      /the proxy http:\/\/127\.0\.0\.1:\d+: no answer in time/,
    );
  });
}

test('the notice of a site that is asked through a proxy in the clear is an answer, and another 503 is none', async (t) => {
  const stands = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  const address = await serve(t, ({ url }, response) => response.writeHead(503, url === '/busy' ? {} : stands).end('Aviso'));
  const proxy = await serveProxy(t);
  t.is(await saidOf(address.href, `127.0.0.1:${proxy.port}`), 503);
  t.is(proxy.asked.length, 1);
  const busy = await saidOf(`${address.href}busy`, `127.0.0.1:${proxy.port}`);
  t.true(busy instanceof Transient, String(busy));
  const own = await serveProxy(t, 503, { ...stands, 'x-squid-error': 'ERR_CONNECT_FAIL 111' });
  t.true((await saidOf(address.href, `127.0.0.1:${own.port}`)) instanceof Transient);
});

test('a tunnel to where nothing speaks TLS is told with the proxy', async (t) => {
  const plain = await serve(t, (_, response) => response.end());
  const proxy = await serveProxy(t);
  t.regex(String(await saidOf(`https://127.0.0.1:${plain.port}/`, `127.0.0.1:${proxy.port}`)), /through the proxy http:/);
});
