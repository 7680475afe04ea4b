import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { OpenPhase } from '../../../src/difusor/phase/phase.ts';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import { newLookAt } from '../../../src/serve/web/pinned.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { type Corte, makeChain, makeCorte, publicationOf, writeDelivery, writeTrustDelivery } from '../../kit/cortes.ts';
import { makeTrust, nextTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { startNginx } from '../../kit/nginx.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { askRaw } from '../../kit/raw-http.ts';
import { requires } from '../../kit/requires.ts';

/** The pointer and the addresses that stay, by nginx with the shipped configuration and by the built-in server. */

const withNginx = requires('nginx', ['nginx']).serial;
const trust = signTrust(makeTrust());
const [one, two] = makeChain(2, { trust }) as [Corte, Corte];
const afterCorte = ({ statement }: Corte, ms = 60_000) => Date.parse(statement.taken_at) + ms;
const phaseOf = (node: KitNode) => node.node.phases.get('jornada') as OpenPhase;

type Get = (path: string) => Promise<{ status: number; headers: Readonly<Record<string, string | undefined>>; text: string }>;

/** @returns for each of the two servers, how to ask it */
async function serve(t: ExecutionContext, node: KitNode, signs?: string): Promise<readonly (readonly [string, Get])[]> {
  const service = await startWeb(openSite(node.config, { now: () => node.clock.now, tell: node.onEvent }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  const by =
    (port: number): Get =>
    async (path) => {
      const { status, headers, body } = await askRaw(port, `GET ${path} HTTP/1.0\r\nHost: prep.example\r\n\r\n`);
      return { status, headers, text: body.toString() };
    };
  return [
    ['nginx', by(await startNginx(t, node.config, signs))],
    ['built-in', by(service.address.port)],
  ];
}

async function admit(node: KitNode, corte: Corte): Promise<void> {
  node.clock.now = afterCorte(corte);
  await writeDelivery(node.config.inbox, corte);
  await node.pass();
}

withNginx('the pointer says what is shown, and its base goes on giving that corte after the next one', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  await admit(node, one);
  const servers = await serve(t, node);
  const bases: string[] = [];
  for (const [name, get] of servers) {
    const { headers, text } = await get('/cotejo/ultimo.json');
    const told = JSON.parse(text) as { base: string };
    const { taken_at } = one.statement;
    t.deepEqual(
      told,
      { phase: 'jornada', number: 1, corte: one.sha256, taken_at, shows: 'corte', base: '/cotejo/c/1/' } as never,
      name,
    );
    t.is(headers['cache-control'], 'public, max-age=5');
    t.is(headers['access-control-allow-origin'], '*');
    bases.push(told.base);
  }
  await admit(node, two);
  for (const [i, [name, get]] of servers.entries()) {
    t.is((JSON.parse((await get('/cotejo/ultimo.json')).text) as { number: number }).number, 2, name);
    for (const [path, content] of Object.entries(publicationOf(1))) {
      const answer = await get(encodeURI(`${bases[i]}${path}`));
      t.is(answer.text, content, `${name} ${path}`);
      t.is(answer.headers['cache-control'], 'public, max-age=15, must-revalidate');
      t.is(answer.headers['cotejo-corte'], '1');
    }
    const absent = await get(`${bases[i]}nada.html`);
    t.is(absent.status, 404, name);
    t.is(absent.headers['cache-control'], 'no-store', name);
  }
});

withNginx('before the opening nothing is told of a corte that is there, and it has no address', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  const { opens_at } = phaseOf(node).rules;
  const early = makeCorte({ trust, files: publicationOf(1), takenAt: opens_at });
  node.clock.now = Date.parse(opens_at) - 60_000;
  await writeDelivery(node.config.inbox, early);
  t.deepEqual(await node.outcomes(), { 'jornada-000001': 'admitted' });
  await settlePublic(phaseOf(node));
  for (const [name, get] of await serve(t, node)) {
    const told = JSON.parse((await get('/cotejo/ultimo.json')).text) as unknown;
    t.deepEqual(told, { phase: 'jornada', number: null, corte: null, taken_at: null, shows: 'espera', base: null }, name);
    t.is((await get('/cotejo/c/1/index.html')).status, 404, name);
  }
});

withNginx('under the notice the pointer has no base, whoever shows the notice', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  await admit(node, one);
  const signs = await makeFolder(t);
  const [[, byNginx], [, byOwn]] = (await serve(t, node, signs)) as [readonly [string, Get], readonly [string, Get]];
  const { taken_at } = one.statement;
  const notice = { phase: 'jornada', number: 1, corte: one.sha256, taken_at, shows: 'aviso', base: null };
  // The guard has given no sign, so nginx shows the notice by itself, whatever the link leads to.
  t.deepEqual(JSON.parse((await byNginx('/cotejo/ultimo.json')).text), notice);
  await mkdir(join(signs, 'vigente'));
  await writeFile(join(signs, 'vigente/jornada'), 'ok\n');
  t.is((JSON.parse((await byNginx('/cotejo/ultimo.json')).text) as { shows: string }).shows, 'corte');
  // The daemon is silent: the built-in server judges by the hour.
  node.clock.now = afterCorte(one, 3_600_000);
  t.deepEqual(JSON.parse((await byOwn('/cotejo/ultimo.json')).text), notice);
  t.true(await settlePublic(phaseOf(node)));
  for (const get of [byNginx, byOwn]) {
    t.deepEqual(JSON.parse((await get('/cotejo/ultimo.json')).text), notice);
    t.is((await get('/cotejo/c/1/index.html')).status, 200, 'who was reading it may go on');
  }
});

withNginx('a corte that was disowned has no address any more', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  await admit(node, one);
  await admit(node, two);
  const servers = await serve(t, node);
  for (const [name, get] of servers) t.is((await get('/cotejo/c/2/index.html')).status, 200, name);
  const signers = trust.document.signers.map((signer) => (signer.phase === 'jornada' ? { ...signer, last: 1 } : signer));
  const undone = signTrust(nextTrust(trust, { signers }));
  await writeTrustDelivery(node.config.inbox, undone);
  t.deepEqual(await node.outcomes(), { 'trust-2': 'admitted' });
  for (const [name, get] of servers) {
    t.is((await get('/cotejo/c/2/index.html')).status, 404, name);
    t.is((JSON.parse((await get('/cotejo/ultimo.json')).text) as { number: number }).number, 1, name);
  }
});

test('whoever asks for many cortes in turn has them one after the other', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  for (const corte of makeChain(5, { trust })) await admit(node, corte);
  const at = newLookAt(openSite(node.config, { now: () => node.clock.now, tell: node.onEvent }));
  const numbers = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 5, 5];
  const found = await Promise.all(numbers.map((number) => at('jornada', number)));
  t.deepEqual(
    found.map((corte) => (corte === null || corte === 'busy' ? corte : corte.statement.number)),
    numbers,
  );
  t.is(await at('jornada', 6), null);
});

withNginx('a drill says of each of its answers that it is not to be found by who searches', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  const drill = makeCorte({ trust, files: publicationOf(1), phase: 'simulacro-1' });
  await admit(node, drill);
  const [, [, byOwn]] = (await serve(t, node)) as [unknown, readonly [string, Get]];
  for (const path of ['index.html', 'cotejo/c/1/index.html', 'nada', 'cotejo/ultimo.json']) {
    const { headers } = await byOwn(`/cotejo/fases/simulacro-1/${path}`);
    t.is(headers['x-robots-tag'], 'noindex, nofollow', path);
  }
  const port = await startNginx(t, node.config);
  const get = async (path: string) => (await askRaw(port, `GET ${path} HTTP/1.0\r\nHost: simulacro.prep.example\r\n\r\n`)).headers;
  for (const path of ['/index.html', '/cotejo/c/1/index.html', '/nada', '/cotejo/ultimo.json', '/cotejo/c/9/']) {
    t.is((await get(path))['x-robots-tag'], 'noindex, nofollow', path);
  }
});
