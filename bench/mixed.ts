import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ExecutionContext } from 'ava';
import { type Cache, nginxCache, varnishCache } from '../test/kit/caches.ts';
import { type Corte, makeCorte, writeDelivery } from '../test/kit/cortes.ts';
import { at, makeTrust, signTrust } from '../test/kit/election.ts';
import { startNginx } from '../test/kit/nginx.ts';
import { type KitNode, makeNode } from '../test/kit/node.ts';
import { has } from './run.ts';

/**
 * npm run bench:mixed [-- --loads N] [--period S] [--kept S]
 *
 * A page is fetched part by part, so that around a switch it may be of two cortes. Counts such loads through real caches
 * before the shipped nginx: by the site's own addresses (before), and below the address that the pointer names (after). Both
 * are loaded in turns, by the same readers, while the cortes go on. Ends with 1 where a pinned load was mixed or failed.
 */

const { values: options } = parseArgs({
  options: {
    /** of each kind and cache */
    loads: { type: 'string', default: '2000' },
    /** seconds between two cortes */
    period: { type: 'string', default: '10' },
    /** seconds that the caches keep an answer */
    kept: { type: 'string', default: '3' },
  },
});
const [loads, period, kept] = [Number(options.loads), Number(options.period), Number(options.kept)];

/** Files of a page beside the page itself, and the time between two of them: a reader needs nearly a second for a page. */
const PARTS = 20;
const PAUSE_MS = 40;
const READERS = 32;

interface Count {
  loads: number;
  mixed: number;
  /** loads of which a part was not to be had */
  failed: number;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cotejo-mixed-')));
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
try {
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  for (const end of ends.reverse()) await end();
}

async function measure(): Promise<boolean> {
  console.log(`\n## Loads of two cortes at once: ${loads} of each kind, a corte every ${period} s, caches of ${kept} s\n`);
  if (!has('nginx')) {
    console.log('not measured: it needs nginx');
    return true;
  }
  const t = { teardown: (end: () => unknown) => void ends.push(end) } as ExecutionContext;
  const now = Date.now();
  const trust = signTrust(makeTrust({ now }));
  const node = await makeNode(t, { trust, now, keepsTheRule: true });
  let last: Corte | null = null;
  const next = async () => {
    last = makeCorte({ trust, previous: last, takenAt: at(Date.now()), files: publication((last?.statement.number ?? 0) + 1) });
    await admit(node, last);
  };
  await next();
  const origin = await startNginx(t, node.config);
  const caches = [await nginxCache(folder, origin, kept)];
  if (has('varnishd')) caches.push(await varnishCache(folder, origin, kept));
  else console.log('without varnish: there is no varnishd\n');
  for (const cache of caches) ends.push(() => cache.end());

  const cortes = new AbortController();
  const publishing = (async () => {
    for (;;) {
      await sleep(period * 1000, undefined, { signal: cortes.signal });
      await next();
    }
  })().catch((error: unknown) => {
    if (!cortes.signal.aborted) throw error;
  });
  const counts = await Promise.race([readAll(caches), publishing.then(() => Promise.reject(new Error('no corte any more')))]);
  cortes.abort();
  await publishing;
  console.log('| cache | by the own addresses: mixed | below the pointer: mixed | failed |\n|---|---|---|---|');
  for (const [{ name }, [plain, pinned]] of counts) {
    console.log(
      `| ${name} | ${plain.mixed} of ${plain.loads} | ${pinned.mixed} of ${pinned.loads} | ${plain.failed}, ${pinned.failed} |`,
    );
  }
  console.log(`\n${(last as Corte | null)?.statement.number ?? 0} cortes were published meanwhile`);
  return [...counts.values()].every(([, pinned]) => pinned.mixed === 0 && pinned.failed === 0);
}

/** Every reader loads by turns: each cache, unpinned and pinned. */
async function readAll(caches: readonly Cache[]): Promise<Map<Cache, readonly [plain: Count, pinned: Count]>> {
  const none = (): Count => ({ loads: 0, mixed: 0, failed: 0 });
  const counts = new Map(caches.map((cache) => [cache, [none(), none()] as const]));
  const agent = new Agent({ keepAlive: true });
  const turns = [...counts].flatMap(([cache, [plain, pinned]]) => [
    { cache, count: plain, isPinned: false },
    { cache, count: pinned, isPinned: true },
  ]);
  let begun = 0;
  const reader = async () => {
    while (begun < loads * turns.length) {
      const { cache, count, isPinned } = turns[begun++ % turns.length]!;
      const seen = await load(agent, cache.port, isPinned);
      count.loads += 1;
      if (seen === null) count.failed += 1;
      else if (seen.size > 1) count.mixed += 1;
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  agent.destroy();
  return counts;
}

/** One page with its parts. @returns the cortes that they are of, null where a part was not to be had */
async function load(agent: Agent, port: number, isPinned: boolean): Promise<Set<number> | null> {
  const pointer = isPinned ? ((await ask(agent, port, '/cotejo/ultimo.json')) as { base: string | null } | null) : { base: '/' };
  if (!pointer?.base) return null;
  const cortes = new Set<number>();
  for (const path of ['portada.json', ...Array.from({ length: PARTS }, (_, i) => partName(i))]) {
    const part = (await ask(agent, port, `${pointer.base}${path}`)) as { corte: number } | null;
    if (part === null) return null;
    cortes.add(part.corte);
    await sleep(PAUSE_MS);
  }
  return cortes;
}

function ask(agent: Agent, port: number, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : null));
    });
    request.on('error', reject);
  });
}

/** A front page whose parts all say of which corte they are, and all change with each. */
function publication(corte: number): Record<string, string> {
  const part = (name: string) => `${JSON.stringify({ corte, name, filled: '0'.repeat(2000) })}\n`;
  const names = ['portada.json', ...Array.from({ length: PARTS }, (_, i) => partName(i))];
  return {
    'index.html': `<!doctype html><title>${corte}</title>\n`,
    ...Object.fromEntries(names.map((name) => [name, part(name)])),
  };
}

function partName(index: number): string {
  return `partes/${index}.json`;
}

async function admit(node: KitNode, corte: Corte): Promise<void> {
  node.clock.now = Date.now();
  await writeDelivery(node.config.inbox, corte);
  const outcome = (await node.outcomes())[corte.delivery];
  if (outcome !== 'admitted') throw new Error(`corte ${corte.statement.number}: ${outcome}`);
}
