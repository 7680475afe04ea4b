import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from '../src/build/page.ts';
import { installed } from '../src/disk/installed.ts';
import { closeBrowser, newContext } from '../test/kit/browser.ts';
import { trustFiles } from '../test/kit/election.ts';
import { find } from '../test/kit/programs.ts';
import { convocatoria } from './convocatoria.ts';
import { median } from './run.ts';

/**
 * npm run bench:pagina [-- --cortes N] [--files N] [--times N]
 *
 * How long a reader waits: the page in a real Chromium with a telephone's processor and line, over the cortes of a whole
 * convocatoria, and `audit chain` of the same site over HTTP, with tiles and without in turns.
 */

const SLOWER = 4;
const ROUND_TRIP_MS = 40;
const BITS = 10e6;

const { values: options } = parseArgs({
  options: {
    cortes: { type: 'string', default: '1332' },
    files: { type: 'string', default: '3300' },
    times: { type: 'string', default: '3' },
  },
});
const [CORTES, FILES, TIMES] = [options.cortes, options.files, options.times].map(Number) as [number, number, number];

const { site, newest, trust } = convocatoria(CORTES, FILES);
let requests: string[] = [];
let hasTiles = true;
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
  requests.push(path);
  const body = !hasTiles && path.includes('/historia/') ? undefined : site.get(path === 'cotejo/' ? 'cotejo/index.html' : path);
  const type = /(\/|\.html)$/.test(path) ? 'text/html; charset=utf-8' : 'application/octet-stream';
  response.writeHead(body ? 200 : 404, { 'content-type': type, 'content-length': body?.length ?? 0 }).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
site.set('cotejo/index.html', await buildPage(installed(''), 'cotejo.html'));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cotejo-pagina-')));
const ends: (() => Promise<void>)[] = [];
try {
  await command();
  if (find('chromium') === null) console.log('\nthe page was not measured: it needs the Debian package chromium');
  else await page();
} finally {
  for (const end of ends) await end();
  await closeBrowser();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}

async function command(): Promise<void> {
  console.log(`\n## audit chain over HTTP on loopback, ${CORTES} cortes\n`);
  const files = trustFiles(trust);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const took: Record<'tiles' | 'single', number[]> = { tiles: [], single: [] };
  const asked = { tiles: 0, single: 0 };
  for (let i = 0; i < TIMES; i++) {
    for (const how of ['tiles', 'single'] as const) {
      hasTiles = how === 'tiles';
      requests = [];
      const began = performance.now();
      await audit();
      took[how].push(performance.now() - began);
      asked[how] = requests.length;
    }
  }
  hasTiles = true;
  for (const how of ['tiles', 'single'] as const)
    console.log(`${how.padEnd(7)} ${seconds(median(took[how]))}, ${asked[how]} requests`);
}

async function audit(): Promise<void> {
  const program = installed('dist/bin/cotejo.js');
  const child = spawn(process.execPath, [
    program,
    'audit',
    'chain',
    `${address}cotejo/chain/`,
    '--anchor',
    join(folder, '1.json'),
    '--phase',
    'jornada',
  ]);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`audit chain ended with ${String(code)}`);
}

async function page(): Promise<void> {
  console.log(
    `\n## The page: processor ${SLOWER}× slower, ${ROUND_TRIP_MS} ms, ${BITS / 1e6} Mbit/s, ${CORTES} cortes, ${FILES} files\n`,
  );
  const rows: { seen: number; unbroken: number; verdict: number; before: number; all: number; tone: string | null }[] = [];
  for (let i = 0; i < TIMES; i++) {
    const context = await newContext({ teardown: (end) => void ends.push(end) });
    const tab = await context.newPage();
    await tab.clock.setFixedTime(Date.parse(newest.statement.taken_at) + 60_000);
    const devtools = await context.newCDPSession(tab);
    await devtools.send('Network.enable');
    const line = { offline: false, latency: ROUND_TRIP_MS, downloadThroughput: BITS / 8, uploadThroughput: BITS / 8 };
    await devtools.send('Network.emulateNetworkConditions', line);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await tab.goto(`${address}cotejo/`);
    await tab.fill('#code', trust.sha256);
    requests = [];
    const began = performance.now();
    const since = () => performance.now() - began;
    await tab.click('#start');
    await tab.waitForSelector('.seen', { state: 'attached' });
    const seen = since();
    await tab.waitForSelector('.seen[data-unbroken], .verdict', { state: 'attached', timeout: 120_000 });
    const unbroken = since();
    await tab.waitForSelector('.verdict', { state: 'attached', timeout: 120_000 });
    const verdict = since();
    const before = requests.findIndex((path) => !path.startsWith('cotejo/'));
    rows.push({
      seen,
      unbroken,
      verdict,
      before,
      all: requests.length,
      tone: await tab.locator('.verdict').getAttribute('data-tone'),
    });
    await context.close();
    ends.length = 0;
  }
  const of = (name: 'seen' | 'unbroken' | 'verdict') => seconds(median(rows.map((row) => row[name])));
  const [last] = rows.slice(-1);
  const history = requests.filter((path) => path.startsWith('cotejo/')).length;
  console.log(`what is seen   ${of('seen')}, after ${last?.before} requests`);
  console.log(`whole history  ${of('unbroken')}, ${history} requests that are not the publication's`);
  console.log(`the verdict    ${of('verdict')} (${last?.tone}), ${last?.all} requests`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
