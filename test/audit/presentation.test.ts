import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditPresentation } from '../../src/audit/presentation.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { httpClient } from '../../src/audit/source/http-get.ts';
import { openSite } from '../../src/serve/web/site.ts';
import { startWeb } from '../../src/serve/web/web-server.ts';
import type { Corte as HistoryCorte } from '../../src/verdict/history.ts';
import { type Corte, makeCorte, writeDelivery } from '../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { makeNode } from '../kit/node.ts';
import { authorized, install, TEMPLATE } from '../kit/presentation.ts';
import { serve } from '../kit/web.ts';

/** What an auditor finds of a presentation at a site: the built-in server over a node. */

const trust = signTrust(makeTrust());
const QUICK = { stall: 120_000, slowest: 1, tries: 1, pause: 1 };

interface Looked {
  readonly meanwhile?: () => Promise<void>;
  readonly again?: () => Promise<readonly HistoryCorte[]>;
  readonly address?: URL;
}

async function site(t: ExecutionContext, files: Record<string, Buffer>) {
  const kit = await makeNode(t, { trust, now: NOW });
  let corte: Corte | null = null;
  const next = async (documents: Record<string, Buffer>) => {
    kit.clock.now += 60_000;
    const data = { 'index.html': 'publicación', 'datos.json': String(kit.clock.now) };
    corte = makeCorte({ trust, files: { ...data, ...documents }, previous: corte, takenAt: at(kit.clock.now) });
    await writeDelivery(kit.config.inbox, corte);
    t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  };
  await next(files);
  const service = await startWeb(openSite(kit.config, { now: () => kit.clock.now, tell: () => {} }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  const url = new URL(`http://127.0.0.1:${service.address.port}/`);
  /** @param meanwhile happens after the chain was read, and before the site is */
  const look = async (name = 'tablero', { meanwhile = async () => {}, again, address = url }: Looked = {}) => {
    const source = folderSource(kit.node.rooms.chain);
    const client = httpClient(4, QUICK);
    try {
      const read = async () => (await auditChain(await source, trust, { phase: 'jornada' })).phases[0]?.cortes ?? [];
      const cortes = await read();
      await meanwhile();
      const options = { rate: 100_000, connections: 4, again: again ?? read };
      return await auditPresentation(client, address, name, cortes, await source, options);
    } finally {
      client.close();
    }
  };
  const settle = async () => {
    const phase = kit.node.phases.get('jornada')!;
    await phase.presentations.settle((await phase.head?.whole())!, () => phase.trees.numbers());
  };
  const copy = async () => (await readdir(kit.node.rooms.presentations)).find((name) => name.length === 64) ?? '';
  return { kit, next, look, settle, url, copy: async (path: string) => join(kit.node.rooms.presentations, await copy(), path) };
}

test('what is authorised and shown is the same twice: its files, and its data', async (t) => {
  const { kit, look, settle, copy, next } = await site(t, authorized());
  t.like(await look(), { verdict: 'not-shown', authorisation: null });
  await install(kit);
  await settle();
  t.like(await look(), {
    verdict: 'same',
    authorisation: { difusor: 'vanguardia', title: 'Tablero de Vanguardia', first: 1, last: null },
    files: 2,
    altered: [],
    data: { number: 1, files: 3, same: 3 },
  });
  t.like(await look('mapa'), { verdict: 'not-shown' });

  const script = await copy('js/tablero.js');
  await chmod(script, 0o644);
  await writeFile(script, 'alert(1)');
  t.like(await look(), { verdict: 'altered', altered: ['js/tablero.js'] });
  await writeFile(script, TEMPLATE['js/tablero.js']);
  const tree = kit.path('state/trees/jornada/000001/datos.json');
  await chmod(tree, 0o644);
  await writeFile(tree, '99');
  t.like(await look(), { verdict: 'altered', altered: [], data: { altered: ['datos.json'] } });
  const sums = await copy('SHA256SUMS');
  await chmod(sums, 0o644);
  await writeFile(sums, `${'a'.repeat(64)}  index.html\n`);
  t.like(await look(), { verdict: 'altered', files: 0 }, 'another list than the one that is authorised');

  await next(authorized({ last: 1 }));
  t.like(await look(), { verdict: 'not-shown' });
});

test('a corte that comes while it is looked at accuses nobody', async (t) => {
  const { look, settle, next, kit } = await site(t, authorized());
  await install(kit);
  await settle();
  const meanwhile = async () => {
    await next(authorized());
    await settle();
  };
  t.like(await look('tablero', { meanwhile }), { verdict: 'same', data: { number: 2 } });
});

test('a chain that can not be had any more, or is another one, takes back nothing', async (t) => {
  const { look, settle, kit, copy } = await site(t, authorized());
  await install(kit);
  await settle();
  const script = await copy('js/tablero.js');
  await chmod(script, 0o644);
  await writeFile(script, 'alert(1)');
  const others: readonly (() => Promise<readonly HistoryCorte[]>)[] = [
    () => Promise.resolve([]),
    () => Promise.reject(new Error('gone')),
  ];
  for (const again of others) t.like(await look('tablero', { again }), { verdict: 'altered', altered: ['js/tablero.js'] });
});

test('a notice in place of a front at which no reader looks covers no false data', async (t) => {
  const { look, settle, kit, url } = await site(t, authorized());
  await install(kit);
  await settle();
  const notice = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  const pass = async (pathname: string, response: ServerResponse) => {
    const answer = await fetch(new URL(pathname, url), { redirect: 'manual' });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  };
  const through = (isFalse: boolean) =>
    serve(t, (request, response) => {
      const { pathname } = new URL(request.url ?? '', url);
      const isData = pathname.startsWith('/cotejo/presentacion/tablero/corte/');
      if (isData && isFalse && pathname.endsWith('datos.json')) response.end('{"votos":1}');
      else if (isData) response.writeHead(503, notice).end('<!doctype html>');
      else void pass(pathname, response);
    });
  t.like(await look('tablero', { address: await through(true) }), { verdict: 'altered', data: { altered: ['datos.json'] } });
  t.like(await look('tablero', { address: await through(false) }), { verdict: 'failed', data: { same: 0, altered: [] } });
});

test('a presentation that nobody authorised is found as that', async (t) => {
  const { kit, look } = await site(t, authorized({ phase: 'simulacro-1' }));
  const folder = join(kit.node.rooms.presentations, 'a'.repeat(64));
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), 'otros resultados');
  await mkdir(kit.path('state/presentaciones/jornada/000001'), { recursive: true });
  await symlink(`../../${'a'.repeat(64)}`, kit.path('state/presentaciones/jornada/000001/tablero'));
  t.like(await look(), { verdict: 'not-authorised', authorisation: null });
});
