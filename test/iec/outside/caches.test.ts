import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ExecutionContext } from 'ava';
import { NO_MEMORY } from '../../../src/iec/outside/look.ts';
import { type Cache, nginxBefore, nginxCache, varnishCache } from '../../kit/caches.ts';
import { cotejo } from '../../kit/command.ts';
import { makeFolder } from '../../kit/folders.ts';
import { startRelay } from '../../kit/relay.ts';
import { requires } from '../../kit/requires.ts';
import { configOf, makeOutside, type Outside } from './readable-site.ts';

/** What the IEC sees at a site behind what administrators and CDNs really put before one: nginx, and varnish. */

const HOUR = 3600;
/** What a site's pages are cached by, without what says which corte they are of. */
const withoutPointer = (origin: number) => `location /cotejo/ { proxy_pass http://127.0.0.1:${origin}; }`;

const PASS = 'sub vcl_recv { if (req.url ~ "^/cotejo/") { return (pass); } }';

const behind = (t: ExecutionContext, cache: Cache) => {
  t.teardown(() => cache.end());
  return `http://127.0.0.1:${cache.port}/`;
};

async function fetched(url: string, paths: Iterable<string>): Promise<void> {
  for (const path of paths) await (await fetch(new URL(path.split('/').map(encodeURIComponent).join('/'), url))).arrayBuffer();
}

const pagesOf = ({ site }: Outside) => [...site.keys()].filter((path) => !path.startsWith('cotejo/'));
const stateAt = async (iec: Outside, url: string) => (await iec.look(NO_MEMORY, { url })).seen;

/** The site shows corte 4 and its node signed for it, as the IEC knows; all that is behind the cache is of corte 3. */
async function grownOld(iec: Outside, url: string): Promise<void> {
  iec.show(3);
  await fetched(url, [...pagesOf(iec), 'cotejo/ultimo.json']);
  iec.show(4, ['web1']);
  await iec.look();
}

for (const [name, needs, cacheOf] of [
  ['nginx', requires('nginx', ['nginx']), nginxCache],
  ['varnish', requires('varnish', ['varnishd']), varnishCache],
] as const) {
  needs(
    `${name} that keeps everything shows an old corte whole, and what its node signed tells it from a node that is behind`,
    async (t) => {
      const iec = await makeOutside(t);
      const relay = await startRelay(t, Number(new URL(iec.url).port));
      const url = behind(t, await cacheOf(await makeFolder(t), relay.port, HOUR));
      await grownOld(iec, url);
      t.like(await stateAt(iec, url), { state: 'cache-viejo', number: 3, receipt: 4 });
      iec.now += 300_000;
      t.like(await stateAt(iec, url), { state: 'cache-viejo', number: 3, receipt: 4 });
      // What it keeps it gives when the site is gone, too.
      relay.close();
      t.like(await stateAt(iec, url), { state: 'cache-viejo', number: 3, receipt: 4 });
    },
  );
}

for (const [name, needs, cacheOf] of [
  [
    'nginx',
    requires('nginx', ['nginx']),
    (folder: string, origin: number) => nginxCache(folder, origin, HOUR, withoutPointer(origin)),
  ],
  ['varnish', requires('varnish', ['varnishd']), (folder: string, origin: number) => varnishCache(folder, origin, HOUR, PASS)],
] as const) {
  needs(`pages that ${name} keeps longer than the pointer: old ones whole, and those of two cortes together`, async (t) => {
    const iec = await makeOutside(t);
    const origin = Number(new URL(iec.url).port);
    const folder = await makeFolder(t);
    const whole = behind(t, await cacheOf(folder, origin));
    const front = behind(t, await cacheOf(folder, origin));
    iec.show(3);
    await fetched(whole, pagesOf(iec));
    await fetched(front, ['index.html']);
    iec.show(4, ['web1']);
    t.like(await stateAt(iec, whole), { state: 'cache-viejo', number: 4 });
    t.like(await stateAt(iec, front), { state: 'mezcla', number: 4 });
  });
}

requires('varnish', ['varnishd'])('varnish that blocks, and one whose site is gone, in their own words', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4, ['web1']);
  const origin = Number(new URL(iec.url).port);
  const at = async (vcl: string, site = origin) => {
    const { state } = await stateAt(iec, behind(t, await varnishCache(await makeFolder(t), site, 1, vcl)));
    return state;
  };
  t.is(await at(''), 'al-dia');
  t.is(await at('sub vcl_recv { return (synth(403, "no")); }'), 'bloqueado');
  t.is(await at('sub vcl_recv { if (req.url !~ "^/cotejo/") { return (synth(429, "slowly")); } }'), 'bloqueado');
  t.is(await at('', 1), 'falla-del-servidor');
});

const withNginx = requires('nginx', ['nginx']);

withNginx(
  'what stands before a site and blocks: a page with 200, a denial, too many questions, and only where files are',
  async (t) => {
    const iec = await makeOutside(t);
    iec.show(4, ['web1']);
    const origin = Number(new URL(iec.url).port);
    const folder = await makeFolder(t);
    const at = async (server: string) => (await stateAt(iec, behind(t, await nginxBefore(folder, server)))).state;
    const site = `proxy_pass http://127.0.0.1:${origin};`;
    const page = "default_type text/html; return 200 '<!doctype html><title>Acceso restringido</title>';";
    t.is(await at(`location / { ${site} }`), 'al-dia', 'with none of it');
    t.is(await at(`location / { ${page} }`), 'bloqueado');
    t.is(await at('location / { return 403; }'), 'bloqueado');
    t.is(await at('location / { return 302 https://login.example/; }'), 'otro-sitio');
    t.is(await at(`limit_req_status 429; location / { limit_req zone=few; ${site} }`), 'bloqueado');
    t.is(await at('location / { return 503; }'), 'falla-del-servidor');
    t.is(await at('location / { proxy_pass http://127.0.0.1:1; }'), 'falla-del-servidor');
    const pointer = `location /cotejo/ { ${site} }`;
    t.is(await at(`${pointer} location / { return 403; }`), 'bloqueado');
    t.is(await at(`${pointer} location / { return 429; }`), 'bloqueado');
    t.is(await at(`${pointer} location / { return 502; }`), 'falla-del-servidor');
    t.is(await at(`${pointer} location / { return 302 https://login.example/; }`), 'otro-sitio');
    const files = `location ~ [.]html$ { ${site} } location = / { ${site} }`;
    t.is(await at(`${pointer} ${files} location / { ${page} }`), 'bloqueado');
    t.is(
      await at(`${pointer} location ~ [.]html$ { ${site} } location / { ${page} }`),
      'alterado',
      'at the address that readers open',
    );
    t.not(await at(`${pointer} location / { ${page} }`), 'al-dia');
  },
);

requires('nginx', ['nginx', 'openssl'])(
  'a certificate of another name, and one that has ended, by nginx: no file is believed',
  async (t) => {
    const iec = await makeOutside(t, 2, ['web1'], Math.floor(Date.now() / 1000) * 1000 - 20_000);
    iec.show(2, ['web1']);
    const folder = await makeFolder(t);
    const authority = join(folder, 'ca');
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=autoridad',
      '-keyout',
      `${authority}.key`,
      '-out',
      `${authority}.pem`,
    );
    const certified = async (name: string, days: readonly string[]) => {
      const file = join(folder, `${name}${days.join('')}`.replaceAll(/\W/g, '-'));
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=sitio', '-keyout', `${file}.key`, '-out', `${file}.csr`);
      await writeFile(`${file}.ext`, `subjectAltName=${name}\n`);
      openssl(
        'x509',
        '-req',
        '-in',
        `${file}.csr`,
        '-CA',
        `${authority}.pem`,
        '-CAkey',
        `${authority}.key`,
        '-extfile',
        `${file}.ext`,
        '-out',
        `${file}.pem`,
        ...days,
      );
      const tls = `ssl_certificate ${file}.pem; ssl_certificate_key ${file}.key;`;
      const server = await nginxBefore(folder, `${tls} location / { proxy_pass ${iec.url.slice(0, -1)}; }`, 'ssl');
      return behind(t, server).replace('http:', 'https:');
    };
    const sites = [
      await certified('IP:127.0.0.1', ['-days', '2']),
      await certified('DNS:otro.example', ['-days', '2']),
      await certified('IP:127.0.0.1', ['-days', '-1']),
    ];
    const file = join(dirname(iec.panel), 'IEC.toml');
    await writeFile(file, configOf(sites));
    iec.asked();
    const ran = await cotejo(['iec', 'mirar', '--config', file, '--json'], undefined, { NODE_EXTRA_CA_CERTS: `${authority}.pem` });
    const states = (JSON.parse(ran.stdout).difusores as { state: string }[]).map(({ state }) => state);
    t.deepEqual(states, ['al-dia', 'certificado', 'certificado']);
  },
);
