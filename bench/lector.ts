import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { pointerText } from '../src/format/pointer.ts';
import { closeBrowser, newContext } from '../test/kit/browser.ts';
import { cotejo } from '../test/kit/command.ts';
import { writeAnchor } from '../test/kit/election.ts';
import { convocatoria, PARTS } from './convocatoria.ts';
import { type Visit, visit } from './lector-visit.ts';
import { median } from './run.ts';

/**
 * npm run bench:lector [-- --cortes N] [--files N] [--times N]
 *
 * How long a reader of the lector waits for the first verified page, on the first visit and on the next ones, in a real
 * Chromium with a telephone's line; how often it asks, and what memory its pages take. It is from the beginning of the
 * navigation until the verified document is parsed and drawn under a bar that says so, by the page's own clock. The bar's and
 * the publication's processor is slowed 4×. Chromium slows no worker by itself. The line is made by the servers, so that it is
 * the worker's, too. On a machine that does other things as well the slowing takes what is left of it several times over.
 */

const SLOWER = 4;
const LINE = { roundTrip: 40, bytesInMs: 10e6 / 8 / 1000 };

const { values: options } = parseArgs({
  options: {
    cortes: { type: 'string', default: '1332' },
    files: { type: 'string', default: '3300' },
    times: { type: 'string', default: '5' },
  },
});
const [CORTES, FILES, TIMES] = [options.cortes, options.files, options.times].map(Number) as [number, number, number];

const { site, newest, trust } = convocatoria(CORTES, FILES, Date.now() - CORTES * 600_000 + 6 * 3_600_000);
const { taken_at, phase } = newest.statement;
const pointer = { phase, number: CORTES, corte: newest.sha256, taken_at, shows: 'corte' as const, base: `/cotejo/c/${CORTES}/` };
site.set('cotejo/ultimo.json', Buffer.from(pointerText(pointer)));

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cotejo-lector-')));
const ends: (() => Promise<void>)[] = [];
const asked: string[] = [];
const servers: Server[] = [];
/** ms by `performance.now()`: until then the line brings what was asked before */
let isTaken = 0;
try {
  const difusor = await start((path) => {
    asked.push(path);
    const inside = path.replace(`cotejo/c/${CORTES}/`, '');
    return site.get(inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside);
  });
  const anchor = await writeAnchor(trust, join(folder, 'anchor'));
  const built = await cotejo(['lector', 'build', '--anchor', anchor, '--espejos', difusor, '--out', join(folder, 'lector')]);
  if (built.status !== 0) throw new Error(built.stderr);
  const lector = await start((path) => {
    asked.push(path);
    if (path === 'nada/') return Buffer.from('<!doctype html><iframe src="/nada-dentro/"></iframe>');
    if (path === 'nada-dentro/') return Buffer.from('<!doctype html><link rel="x">');
    const name = /^[\w.-]+\.(js|html|txt)$/.test(path) ? path : 'index.html';
    return readFileSync(join(folder, 'lector', name));
  });
  await measure(lector);
} finally {
  for (const end of ends) await end();
  await closeBrowser();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
}

/** When the last byte of an answer is there: a round trip, another one for a new connection, and the line's pace. */
function arrival(bytes: number, isNew: boolean): number {
  const now = performance.now();
  isTaken = Math.max(isTaken, now + (isNew ? 2 : 1) * LINE.roundTrip) + bytes / LINE.bytesInMs;
  return isTaken - now;
}

async function start(find: (path: string) => Buffer | undefined): Promise<string> {
  const met = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    const body = find(path);
    const type = path.endsWith('.js') ? 'text/javascript' : /(^|\/|\.html)$/.test(path) ? 'text/html; charset=utf-8' : 'text/plain';
    const headers = { 'content-type': type, 'content-length': body?.length ?? 0, 'cache-control': 'no-cache' };
    const isNew = !met.has(request.socket);
    met.add(request.socket);
    setTimeout(
      () => response.writeHead(body ? 200 : 404, { ...headers, 'access-control-allow-origin': '*' }).end(body),
      arrival(body?.length ?? 0, isNew),
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

interface Counted extends Visit {
  /** requests */
  readonly asked: number;
}

interface Row {
  readonly cold: Counted;
  readonly warm: Counted;
  /** a page with nothing in it but a frame with nothing in it, which no worker serves */
  readonly nothing: Counted;
  readonly bytes: number;
}

async function measure(lector: string): Promise<void> {
  const line = `${LINE.roundTrip} ms, ${(LINE.bytesInMs * 8) / 1000} Mbit/s`;
  console.log(`\n## The lector: processor ${SLOWER}× slower, ${line}, ${CORTES} cortes, ${FILES} files\n`);
  const rows: Row[] = [];
  for (let i = 0; i < TIMES; i++) {
    const context = await newContext({ teardown: (end) => void ends.push(end) });
    const cold = await visiting(context, lector);
    await pause(2000); // what it reads after the first page, before the memory is looked at
    const bytes = await memoryOf(context);
    await closeTabs(context);
    const warm = await visiting(context, lector);
    const fresh = await newContext({ teardown: (end) => void ends.push(end) });
    const nothing = await visiting(fresh, `${lector}nada/`);
    for (const each of [fresh, context]) await each.close();
    rows.push({ cold, warm, nothing, bytes });
    ends.length = 0;
  }
  const of = (key: 'cold' | 'warm' | 'nothing', name: keyof Counted) => median(rows.map((row) => row[key][name]));
  const visits = [['first', 'cold'] as const, ['next ', 'warm'] as const];
  for (const [name, key] of visits) {
    const whole = `with its ${PARTS} parts ${seconds(of(key, 'whole'))}, ${of(key, 'asked')} requests`;
    console.log(`${name} visit  the first verified page ${seconds(of(key, 'first'))}, ${whole}`);
  }
  console.log(`an empty page in an empty page takes the same browser ${seconds(of('nothing', 'first'))}`);
  const memory = Math.round(median(rows.map((row) => row.bytes)) / 2 ** 20);
  console.log(`memory       ${memory} MiB of its own, in the processes that draw pages and run the worker`);
}

async function visiting(context: BrowserContext, address: string): Promise<Counted> {
  asked.length = 0;
  const times = await visit(context, address, SLOWER);
  return { ...times, asked: asked.length };
}

async function closeTabs(context: BrowserContext): Promise<void> {
  for (const tab of context.pages()) await tab.close();
}

/** What the renderers of a context hold that is theirs alone, bytes. */
async function memoryOf(context: BrowserContext): Promise<number> {
  const root = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await root?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ id }) => privateBytes(id)));
}

function privateBytes(pid: number): number {
  const kept = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm);
  return [...kept].reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
