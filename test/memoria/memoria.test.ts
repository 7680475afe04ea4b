import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { settlePublic } from '../../src/difusor/phase/settle.ts';
import { formatTime } from '../../src/format/time.ts';
import { verifyMemoria } from '../../src/memoria/folder/verify.ts';
import { makeMemoria, type Part, type Plan } from '../../src/memoria/make.ts';
import { untilSignal } from '../../src/terminal/until-signal.ts';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { cotejo } from '../kit/command.ts';
import { makeChain, makeCorte, writeDelivery } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { entriesIn, makeFolder, treeOf } from '../kit/folders.ts';
import { writePrivateKey } from '../kit/keys.ts';
import { type KitNode, makeNode } from '../kit/node.ts';

/**
 * A night on a real node: cortes that it admitted, a notice, a forged delivery, an altered file; the logs of two servers as
 * nginx writes them; and the report that is made of it.
 */

const trust = signTrust(makeTrust());
const OPENS = Date.parse('2018-07-01T19:00:00-05:00');
const LATER = Date.parse('2018-07-07T12:00:00-05:00');

const DESK = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const PHONE = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';
const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const HOSTILE = '=cmd|<script>alert(1)</script>';

/** A line as `log_format cotejo` of systemd/nginx/cotejo.conf writes it, in the server's own time zone. */
function line(
  minutes: number,
  address: string,
  path: string,
  changes: { status?: number; referrer?: string; agent?: string; corte?: string } = {},
) {
  const { status = 200, referrer = '-', agent = DESK, corte = '1' } = changes;
  const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(formatTime(OPENS + minutes * 60_000, 0)) ?? [];
  const name = month === '07' ? 'Jul' : 'Jun';
  const bytes = status === 304 ? 0 : 1000;
  return `${address} - - [${day}/${name}/${year}:${clock} +0000] "GET ${path} HTTP/2.0" ${status} ${bytes} "${referrer}" "${agent}" prep.example "${corte}" 0.001 "none"\n`;
}

const web1 = [
  line(-600, '192.0.2.1', '/'), // in the morning: the page of the wait
  line(5, '192.0.2.1', '/'),
  line(5, '192.0.2.1', '/css/estilo.css'),
  line(5, '192.0.2.1', '/datos/Acu%C3%B1a.json'),
  line(6, '192.0.2.2', '/cotejo/marco.html', { agent: PHONE, referrer: 'https://portal.example/nota' }),
  line(7, '192.0.2.2', '/index.html', { agent: PHONE, status: 304, referrer: 'https://prep.example/cotejo/marco.html' }),
  line(8, '198.51.100.7', '/', { agent: ROBOT }),
  line(9, '192.0.2.3', '/%3Cscript%3E', { status: 404, referrer: HOSTILE, agent: HOSTILE }),
  'not a line of a log\n',
].join('');
const web2 = [
  line(15, '2001:db8::5', '/', { referrer: `https://${'x'.repeat(20)}.example/=1+1` }),
  line(60, '192.0.2.1', '/', { corte: 'aviso', status: 503 }),
  line(200, '192.0.2.1', '/'),
  line(60 * 24 * 3, '192.0.2.9', '/'), // after the days that are told
].join('');

async function night(t: Parameters<typeof makeNode>[0]): Promise<KitNode> {
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: OPENS - 60_000 });
  const settle = async (now: number) => {
    kit.clock.now = now;
    for (const phase of kit.node.phases.values()) await settlePublic(phase);
  };
  await settle(OPENS - 60_000);
  const cortes = makeChain(2, { trust });
  for (const [i, corte] of cortes.entries()) {
    kit.clock.now = OPENS + i * 600_000 + 5000;
    await writeDelivery(kit.config.inbox, corte);
    await kit.pass();
  }
  kit.clock.now = OPENS + 12 * 60_000;
  await writeDelivery(
    kit.config.inbox,
    makeCorte({ trust, previous: cortes[1]!, files: { 'index.html': 'x' }, signer: 'ensayo-1' }),
  );
  await kit.pass();
  await settle(OPENS + 42 * 60_000 + 1000); // corte 2 is of 19:10, and stale from 19:42 on
  kit.clock.now = OPENS + 80 * 60_000;
  const third = makeCorte({
    trust,
    previous: cortes[1]!,
    files: { 'index.html': 'tres' },
    takenAt: formatTime(OPENS + 80 * 60_000 - 5000, -300),
    final: true,
  });
  await writeDelivery(kit.config.inbox, third);
  await kit.pass();
  kit.node.tell({ event: 'altered', phase: 'jornada', number: 3, path: 'index.html', restored: true });
  return kit;
}

async function logsIn(folder: string): Promise<Plan['logs']> {
  const files = [join(folder, 'acceso.log-20180701.gz'), join(folder, 'acceso-web2.log')] as const;
  await writeFile(files[0], gzipSync(web1));
  await writeFile(files[1], web2);
  return [
    { node: 'web1', file: files[0] },
    { node: 'web2', file: files[1] },
  ];
}

/** Two whole days three weeks before, and the beginning of a third one. */
async function usualIn(kit: KitNode): Promise<Plan['logs']> {
  const file = kit.path('junio.log');
  const lines = [0, 23.9, 24, 47.9, 50].map((hours) => line((hours - 21 * 24 - 19) * 60, '192.0.2.1', '/'));
  await writeFile(file, lines.join(''));
  return [{ node: 'web1', file }];
}

const planFor = (kit: KitNode, logs: Plan['logs'], changes: Partial<Plan> = {}): Plan => ({
  config: kit.config,
  key: ACUSE_KEY,
  version: '1.2.3',
  phase: null,
  asked: { from: null, to: null },
  logs,
  others: new Map(),
  base: null,
  comments: [{ kind: 'paragraph', text: 'Sin novedad <i>.' }],
  nombre: 'Vanguardia',
  ip: 'truncada',
  hosts: [],
  out: kit.path('memoria'),
  now: LATER,
  signal: new AbortController().signal,
  progress: () => {},
  ...changes,
});

test('the report of a night on two nodes says what was shown and what was asked for, and is what its node signed', async (t) => {
  const kit = await night(t);
  const logs = await logsIn(kit.folder);
  const parts = new Set<string>();
  const hashed: string[] = [];
  const base = await usualIn(kit);
  const follow = (at: Part) => {
    parts.add(at.part);
    if (at.part === 'hashing') hashed.push(at.path);
  };
  const made = await makeMemoria(planFor(kit, logs, { base, progress: follow }));
  t.deepEqual(
    made.base?.days.map(({ day, pages, visits }) => [day, pages, visits]),
    [
      ['2018-06-10', 2, 2],
      ['2018-06-11', 2, 1],
    ],
  );

  t.deepEqual(
    made.nodes[0].spans.map(({ shows, number, from, to }) => [shows, number, (from - OPENS) / 1000, (to - OPENS) / 1000]),
    [
      ['espera', null, -60, 5],
      ['corte', 1, 5, 605],
      ['corte', 2, 605, 42 * 60 + 1],
      ['aviso', 2, 42 * 60 + 1, 80 * 60],
      ['corte', 3, 80 * 60, 29 * 3600],
    ],
  );
  t.deepEqual(made.chain, { ...made.chain, cortes: 3, final: true, refused: null, acuses: 3, badAcuses: 0 });
  t.like(made.nodes[0].pace, { cortes: 3, published: 3, median: 5000, longest: 5000 });
  const kinds = made.incidents.map(({ kind }) => kind);
  for (const kind of ['aviso', 'corte-tardio', 'rechazo', 'alteracion'] as const) t.true(kinds.includes(kind), kind);

  // Pages: the morning's, four of web1 at night and two of web2; hits: these and the style and the data.
  t.is(made.figures.seen.pages, 6);
  t.is(made.figures.seen.hits, 8);
  t.is(made.figures.visits.value, 5);
  t.is(made.figures.robots.requests, 1);
  // The frame was opened in a portal, and a page was asked for from it.
  t.like(made.figures.frames, { opened: 1, pages: 2, hits: 2, bytes: 1000 });
  t.deepEqual(made.figures.frames.portals.rows, [{ name: 'portal.example', pages: 1, hits: 1, bytes: 1000 }]);
  const { topPages, referrers, frames } = made.figures;
  const listed = [topPages, referrers, frames.portals].flatMap(({ rows }) => rows);
  t.true(listed.length > 4 && listed.every(({ pages, hits }) => pages === hits), 'of the lists the document shows pages alone');
  t.is(made.figures.lines.unreadable, 1);
  t.is(made.figures.avisos[0]?.answered503, 1);
  t.deepEqual(
    made.figures.cortes.map(({ number, pages }) => [number, pages]),
    [
      [1, 3],
      [2, 1],
      [3, 1],
    ],
  );
  t.deepEqual([...parts].toSorted(), ['base', 'checking', 'counting', 'hashing']);

  const out = kit.path('memoria');
  const { about, files } = await verifyMemoria(out, ACUSE_KEY.publicKey, () => {});
  t.like(about, { difusor: 'vanguardia', node: 'web1', phase: 'jornada', kind: 'oficial', ip: 'truncada' });
  t.is(hashed.at(-1), 'memoria.html');
  t.is(new Set(hashed).size, files, 'every file is read for its hash');
  t.is(hashed.length, files, 'and once');
  t.is(files, Object.keys(await treeOf(out)).filter((path) => /\.[a-z]+$/.test(path)).length - 1);
  const all = await Promise.all(
    (await entriesIn(out))
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const bytes = await readFile(join(entry.parentPath, entry.name));
        return entry.name.endsWith('.gz') ? gunzipSync(bytes).toString('latin1') : bytes.toString('utf8');
      }),
  );
  for (const text of all) t.false(/192\.0\.2\.|198\.51\.100|2001:db8/.test(text), 'no address of a reader is in any file');
  const page = await readFile(join(out, 'memoria.html'), 'utf8');
  t.false(/<script|<i>/.test(page));
  t.true(page.includes('Sin novedad &#60;i&#62;.'));
});

test('two runs of one input make the same bytes but for the hashed addresses, and complete ones are the lines as they were', async (t) => {
  const kit = await night(t);
  const logs = await logsIn(kit.folder);
  const one = await makeMemoria(planFor(kit, logs, { ip: 'completa', out: kit.path('one') }));
  const other = await makeMemoria(planFor(kit, logs, { ip: 'completa', out: kit.path('other') }));
  t.deepEqual(one, other);
  t.deepEqual(await treeOf(kit.path('one')), await treeOf(kit.path('other')));
  const [first] = one.figures.files;
  const copy = gunzipSync(await readFile(kit.path('one', 'bitacoras', first?.copy?.name ?? ''))).toString('latin1');
  t.is(copy, web1);
});

test('what fails leaves nothing: a folder that is there, a log that is none, a stop', async (t) => {
  const kit = await makeNode(t, { trust, now: OPENS });
  const logs = await logsIn(kit.folder);
  await writeFile(kit.path('none.log'), 'nothing\n'.repeat(20));
  const before = await treeOf(kit.folder);
  await t.throwsAsync(makeMemoria(planFor(kit, [{ node: 'web1', file: kit.path('none.log') }])), { name: 'UsageError' });
  await t.throwsAsync(makeMemoria(planFor(kit, logs, { phase: 'otra' })), { name: 'UsageError' });
  await t.throwsAsync(makeMemoria(planFor(kit, logs, { others: new Map([['web2', kit.path('none.log')]]) })));
  const stop = new AbortController();
  stop.abort();
  await t.throwsAsync(makeMemoria(planFor(kit, logs, { signal: stop.signal })), { any: true, name: 'AbortError' });
  await t.throwsAsync(makeMemoria(planFor(kit, logs, { out: kit.path('state') })), { name: 'UsageError' });
  t.deepEqual(await treeOf(kit.folder), before);
});

/** Something that is being done, and that a signal comes meanwhile. */
const MOMENTS: Readonly<Record<string, (at: Part) => boolean>> = {
  'the chain is checked': ({ part }) => part === 'checking',
  'the usual days are counted to their end': (at) => at.part === 'base' && at.lines === 5,
  'the logs are counted to their end': (at) => at.part === 'counting' && at.lines === 11,
  'the first file is hashed': ({ part }) => part === 'hashing',
  'the document is hashed, the last of all': (at) => at.part === 'hashing' && at.path === 'memoria.html',
};

test.serial('a signal ends it whatever is being done, and nothing is left', async (t) => {
  const kit = await night(t);
  const logs = await logsIn(kit.folder);
  const base = await usualIn(kit);
  const before = await treeOf(kit.folder);
  const ends: Record<string, unknown> = {};
  for (const [moment, isNow] of Object.entries(MOMENTS)) {
    const stop = new AbortController();
    let isTold = false;
    const begun: Part[] = []; // since the signal
    const progress = (part: Part) => {
      if (isTold) begun.push(part);
      else if (isNow(part)) isTold = process.kill(process.pid, 'SIGTERM');
    };
    const plan = planFor(kit, logs, { base, progress, signal: stop.signal, out: kit.path(moment) });
    const end = await untilSignal(stop, () => makeMemoria(plan)).then(
      () => 'made',
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
    ends[moment] = { isTold, end, begun };
  }
  const asked = Object.keys(MOMENTS).map((moment) => [moment, { isTold: true, end: 'AbortError', begun: [] }]);
  t.deepEqual(ends, Object.fromEntries(asked));
  t.deepEqual(await treeOf(kit.folder), before);
});

test('the command makes, verifies and refuses, by its exit statuses', async (t) => {
  const kit = await night(t);
  const [web1Log, web2Log] = await logsIn(kit.folder);
  const key = await writePrivateKey(ACUSE_KEY, kit.path('acuse_key'));
  const { difusor, node, anchor, state, inbox, outbox } = kit.config;
  const config = kit.path('difusor.toml');
  const members = { difusor, node, anchor, state, inbox, outbox, acuse_key: key };
  await writeFile(
    config,
    Object.entries(members)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
      .join(''),
  );
  await writeFile(kit.path('comentarios.txt'), 'Sin novedad.\n');
  await writeFile(kit.path('base.csv'), 'dia;visitas;paginas;hits\n2018-06-10;10;20;300\n');
  const out = kit.path('memoria');
  const make = ['difusor', 'memoria', '--config', config, '--log', web1Log!.file, `web2=${web2Log!.file}`, '--out', out];

  const more = ['--comentarios', kit.path('comentarios.txt'), '--other-node', `web2=${state}`, '--base', kit.path('base.csv')];
  const made = await cotejo([...make, ...more, '--json']);
  t.is(made.status, 0, made.stderr);
  t.like(JSON.parse(made.stdout), {
    from: '2018-07-01T00:00:00-05:00',
    to: '2018-07-03T00:00:00-05:00',
    visits: 5,
    pages: 6,
    hits: 8,
    robots: { hits: 1 },
    bytes: 7000,
    unread_lines: 1,
    aviso_seconds: 80 * 60 - (42 * 60 + 1),
    refused: null,
  });
  t.regex(made.stderr, /1 lines of the logs could not be read/);
  t.is((await cotejo(make)).status, 2, 'never over a folder that is there');

  const verify = ['difusor', 'memoria', '--verify', out];
  const good = await cotejo([...verify, '--key', `${key}.pub`, '--json'], undefined, { LANG: 'es_MX.UTF-8' });
  t.is(good.status, 0, good.stderr);
  t.like(JSON.parse(good.stdout), { valid: true, compared: true, difusor: 'vanguardia', node: 'web1', phase: 'jornada' });
  await writeFile(join(out, 'memoria.html'), 'otra');
  t.is((await cotejo([...verify, '--config', config])).status, 1);
  const stray = await cotejo([...verify, '--other-node', 'web2=x']);
  t.is(stray.status, 2);
  t.true(stray.stderr.includes('--other-node'), stray.stderr);
  t.is((await cotejo(['difusor', 'memoria', '--verify', join(await makeFolder(t), 'none')])).status, 3);
});
