import { existsSync } from 'node:fs';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import { removeTemplates } from '../../../src/difusor/state/templates.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { type Corte, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { startNginx } from '../../kit/nginx.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { authorized, install, sumsOf, TEMPLATE } from '../../kit/presentation.ts';
import { requires } from '../../kit/requires.ts';

/** A presentation as readers have it, from the built-in server and from nginx. */

const trust = signTrust(makeTrust());
const AT = '/cotejo/presentacion/tablero';
const LATE = 33 * 60_000;

interface Shown {
  readonly kit: KitNode;
  readonly port: number;
  /** Admits the next corte, with these files besides its data. */
  readonly next: (files: Readonly<Record<string, string | Buffer>>) => Promise<void>;
  /** What a turn of the daemon does besides the inbox. */
  readonly settle: () => Promise<void>;
  readonly ask: (path: string) => Promise<{ status: number; location: string | null; policy: string | null; body: string }>;
}

async function shown(t: ExecutionContext, serve: (kit: KitNode) => Promise<number>): Promise<Shown> {
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: NOW });
  let corte: Corte | null = null;
  const next = async (files: Readonly<Record<string, string | Buffer>>) => {
    kit.clock.now += 60_000;
    const number = (corte?.statement.number ?? 0) + 1;
    const data = { 'index.html': `corte ${number}`, 'datos.json': `${number}`, 'con ñ/x y.txt': 'x' };
    corte = makeCorte({ trust, files: { ...data, ...files }, previous: corte, takenAt: at(kit.clock.now) });
    await writeDelivery(kit.config.inbox, corte);
    t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  };
  await next(authorized());
  const port = await serve(kit);
  return {
    kit,
    port,
    next,
    async settle() {
      const phase = kit.node.phases.get('jornada')!;
      await settlePublic(phase);
      const head = await phase.head?.whole();
      if (head) await phase.presentations.settle(head, () => phase.trees.numbers());
    },
    async ask(path) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
      const { headers, status } = answer;
      const location = headers.get('location');
      return { status, location, policy: headers.get('content-security-policy'), body: await answer.text() };
    },
  };
}

const builtIn = (t: ExecutionContext) =>
  shown(t, async (kit) => {
    const site = openSite(kit.config, { now: () => kit.clock.now, tell: kit.onEvent });
    const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
    t.teardown(() => service.close());
    return service.address.port;
  });
const nginx = (t: ExecutionContext) => shown(t, (kit) => startNginx(t, kit.config));

const POLICY = ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "form-action 'none'", 'sandbox allow-scripts'];

/** What holds at either server. */
async function isRight(t: ExecutionContext, { kit, next, settle, ask }: Shown): Promise<void> {
  const led = async (why: string) => t.like(await ask(`${AT}/`), { status: 302, location: '/' }, why);
  await led('nothing is installed yet');
  await install(kit);
  await settle();
  const front = await ask(`${AT}/`);
  t.like(front, { status: 200, body: TEMPLATE['index.html'] });
  t.deepEqual(
    front.policy?.split(/; */).filter((rule) => POLICY.includes(rule)),
    POLICY,
  );
  t.like(await ask(AT), { status: 301, location: `${AT}/` });
  t.like(await ask(`${AT}/js/tablero.js`), { status: 200, body: TEMPLATE['js/tablero.js'], policy: front.policy });
  t.like(await ask(`${AT}/SHA256SUMS`), { status: 200, body: sumsOf(TEMPLATE).toString() });
  t.like(await ask(`${AT}/corte`), { status: 301, location: `${AT}/corte/` });
  t.like(await ask(`${AT}/corte/datos.json`), { status: 200, body: '1' });
  t.like(await ask(`${AT}/corte/con%20%C3%B1/x%20y.txt`), { status: 200, body: 'x' });
  t.like(await ask(`${AT}/corte/`), { status: 200, body: 'corte 1' });
  for (const path of ['/nada', '/js', '/.ledger', '/corte/nada', '/corte/cotejo/chain/index.json'])
    t.is((await ask(`${AT}${path}`)).status, 404, path);

  await next(authorized());
  t.like(await ask(`${AT}/`), { status: 200 }, 'it is there with the next corte at once');
  t.like(await ask(`${AT}/corte/datos.json`), { body: '2' });

  // Withdrawn while readers are on it: the same rename that shows the corte takes it away.
  await next(authorized({ last: 2 }));
  await led('it is withdrawn');
  t.is((await ask(`${AT}/corte/datos.json`)).status, 302, 'and so is the data below it');
  t.like(await ask('/'), { status: 200, body: 'corte 3' });

  const other = { ...TEMPLATE, 'index.html': 'otra' };
  await next(authorized({ first: 4 }, other));
  await led('another template is authorised, and is not installed');
  await install(kit, 'tablero', other);
  await settle();
  t.like(await ask(`${AT}/`), { status: 200, body: 'otra' });

  kit.clock.now += LATE;
  await settle();
  for (const path of ['/', '', '/js/tablero.js', '/corte/datos.json', '/nada']) {
    const { status, body } = await ask(`${AT}${path}`);
    t.is(status, 503, path);
    t.regex(body, /La información no se está actualizando/, path);
  }
  await next(authorized({ first: 4 }, other));
  t.like(await ask(`${AT}/`), { status: 200, body: 'otra' }, 'after the notice it is there again');
  await removeTemplates(kit.node.rooms, 'tablero');
  await settle();
  await led('it was removed');
  t.deepEqual(
    kit.events.flatMap((e) => (e.event === 'presentation' ? [`${e.number} ${e.public}`] : [])),
    ['1 true', '3 false', '4 true', '5 false'],
  );
  t.deepEqual(
    kit.events.filter(({ event }) => event === 'error'),
    [],
  );
}

test('the built-in server shows a presentation with the cortes that authorise it, and with no other', async (t) => {
  await isRight(t, await builtIn(t));
});

requires('nginx', ['nginx']).serial('nginx shows it alike', async (t) => {
  await isRight(t, await nginx(t));
});

const not = test.macro(async (t, documents: Record<string, Buffer>) => {
  const { kit, next, settle, ask } = await builtIn(t);
  await next(documents);
  await install(kit);
  await install(kit, 'mapa');
  await settle();
  for (const name of ['tablero', 'mapa']) t.is((await ask(`/cotejo/presentacion/${name}/`)).status, 302, name);
  t.like(await ask('/'), { status: 200, body: 'corte 2' });
});
test('one that is authorised for another Difusor is not shown', not, authorized({ difusor: 'zocalo' }));
test('nor one for a Difusor whose name begins alike', not, authorized({ difusor: 'vanguardia-norte' }));
test('nor one for another phase', not, authorized({ phase: 'simulacro-1' }));
test('nor one of another election', not, authorized({ election: 'otra' }));
test('nor one with another hash', not, authorized({ template: { sha256: 'a'.repeat(64), bytes: 1, files: 1 } }));
test('nor one that has not begun', not, authorized({ first: 3 }));
test('nor one whose document is malformed', not, {
  'oficial/autorizaciones/vanguardia-tablero.json': Buffer.from('{}'),
});
test('nor one whose document lies at another name', not, {
  'oficial/autorizaciones/vanguardia-mapa.json': Object.values(authorized())[0]!,
});

/** The public copy of the only template. */
async function copyIn(kit: KitNode): Promise<string> {
  const room = kit.path('state/presentaciones');
  return join(room, (await readdir(room)).find((name) => name.length === 64) ?? '');
}

test('an altered file of a presentation is put right by the patrol; where the installed one is damaged too, it goes', async (t) => {
  const { kit, settle, ask } = await builtIn(t);
  const own = await install(kit);
  await settle();
  const rooms = kit.node.rooms;
  const copy = await copyIn(kit);
  const patrol = async () => {
    const phase = kit.node.phases.get('jornada')!;
    await phase.presentations.patrol((await phase.head?.whole())!, 60_000, (work) => work());
  };
  const altered = () => kit.events.flatMap((e) => (e.event === 'altered' ? [`${e.path} ${e.restored}`] : []));
  const deface = async (file: string) => {
    await chmod(file, 0o644);
    await writeFile(file, 'desfigurado');
  };
  await deface(join(copy, 'index.html'));
  await writeFile(join(copy, 'extra.html'), 'x');
  await patrol();
  t.is((await ask(`${AT}/`)).body, 'desfigurado', 'it was read a moment ago');
  kit.clock.now += 61_000;
  await patrol();
  t.is((await ask(`${AT}/`)).body, TEMPLATE['index.html']);
  t.is((await ask(`${AT}/extra.html`)).status, 404);
  t.deepEqual(altered(), ['cotejo/presentacion/tablero/extra.html true', 'cotejo/presentacion/tablero/index.html true']);
  t.is((await readdir(rooms.evidence)).length, 1);

  await deface(join(own, 'index.html'));
  await deface(join(copy, 'index.html'));
  kit.clock.now += 61_000;
  await patrol();
  t.like(await ask(`${AT}/`), { status: 302, location: '/' });
  t.is(altered().at(-1), 'cotejo/presentacion/tablero/index.html false');
  t.is((await ask('/')).body, 'corte 1');
  await install(kit);
  await settle();
  t.is((await ask(`${AT}/`)).body, TEMPLATE['index.html'], 'installed again, it is shown again');
});

test('after a restart a copy that was altered meanwhile is not shown as it is', async (t) => {
  const { kit, settle, ask } = await builtIn(t);
  await install(kit);
  await settle();
  const copy = await copyIn(kit);
  const file = join(copy, 'js/tablero.js');
  await chmod(file, 0o644);
  await writeFile(file, 'alert(1)');
  await kit.reopen();
  t.is((await ask(`${AT}/js/tablero.js`)).body, TEMPLATE['js/tablero.js']);
});

test('what can not be made of a presentation is told, and the corte is shown all the same', async (t) => {
  const { kit, next, ask } = await builtIn(t);
  await install(kit);
  await writeFile(kit.path('state/presentaciones/jornada'), 'in the way');
  await next(authorized());
  t.like(await ask('/'), { status: 200, body: 'corte 2' });
  t.true(kit.events.some((e) => e.event === 'error' && e.what.en === 'the presentations of jornada'));
  t.true(existsSync(kit.path('outbox/acuses/jornada/000002.json')));
});
