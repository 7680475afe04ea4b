import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ExecutionContext } from 'ava';
import { admit, copying } from '../test/kit/copying.ts';
import { type Corte, makeCorte } from '../test/kit/cortes.ts';
import { makeTrust, signTrust } from '../test/kit/election.ts';
import { missingForLink, shapedLink } from './wire/shaped-link.ts';

/**
 * npm run bench:espejo [-- --files N] [--changed N] [--layout contenido] [--each BYTES] [--link MBIT]
 *
 * What a corte costs `cotejo espejo` at an object store: the requests by their kind, and the bytes over our link. The store is a
 * real S3 server in this process, so that the seconds are its own more than ours, and say little. With --link the store is one
 * that answers at once, behind a link of so many Mbit/s: there the seconds are compared with what the link needs for the bytes.
 * That needs root.
 */

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '3300' },
    changed: { type: 'string', default: '5' },
    layout: { type: 'string', default: 'corte' },
    each: { type: 'string', default: '3500' },
    link: { type: 'string' },
  },
});
const [count, changed] = [Number(options.files), Number(options.changed)];
const layout = options.layout === 'contenido' ? 'contenido' : 'corte';
const CONNECTIONS = 32;
/** bytes of a file */
const EACH = Number(options.each);

const ends: (() => unknown)[] = [];
const t = {
  teardown: (end: () => unknown) => void ends.push(end),
  is(found: unknown, wanted: unknown) {
    if (found !== wanted) throw new Error(`${String(found)}, and not ${String(wanted)}`);
  },
} as unknown as ExecutionContext;

const needs = (bytes: number) => (options.link === undefined ? '' : ((bytes * 8) / (Number(options.link) * 1e6)).toFixed(1));

/** An object store in a network namespace. */
async function storeBehind(bits: number): Promise<{ endpoint: string }> {
  const missing = missingForLink();
  if (missing !== null) throw new Error(`--link needs ${missing}`);
  const link = shapedLink(bits);
  ends.push(() => link.remove());
  const program = fileURLToPath(new URL('./plain-store.js', import.meta.url));
  const [command, ...args] = [...link.inside, process.execPath, program, link.host, '9000'];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill());
  await once(child.stdout, 'data');
  return { endpoint: `http://${link.host}:9000/` };
}

try {
  const trust = signTrust(makeTrust());
  const store = options.link === undefined ? null : await storeBehind(Number(options.link) * 1e6);
  const place = store && { endpoint: store.endpoint, public: store.endpoint };
  const { node, passes } = await copying(t, trust, { connections: CONNECTIONS, sample: 32, layout, ...place });
  const files: Record<string, string> = {};
  const renew = (from: number, to: number) => {
    for (let i = from; i < to; i++)
      files[`actas/${i % 20}/${String(i).padStart(5, '0')}.json`] = randomBytes(EACH / 2).toString('hex');
  };
  console.log(`\n## A corte of ${count} files of ${EACH} bytes, ${CONNECTIONS} connections, by ${layout}\n`);
  console.log(
    '| corte | requests | uploads | copies by the store | lists | bytes up | of its changed files | seconds | of our processor | the link needs |\n|---|---|---|---|---|---|---|---|---|---|',
  );
  let last: Corte | null = null;
  for (const [name, from] of [
    ['the first', 0],
    [`${changed} changed`, count - changed],
    [`${changed} changed`, count - changed],
  ] as const) {
    renew(from, count);
    last = makeCorte({ trust, previous: last, files });
    await admit(t, node, last);
    const [began, before] = [performance.now(), process.cpuUsage()];
    const { spent } = await passes.pass();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { user, system } = process.cpuUsage(before);
    const own = (count - from) * EACH;
    console.log(
      `| ${name} | ${spent.requests} | ${spent.puts} | ${spent.copies} | ${spent.lists} | ${spent.bytes} | ${own} | ${seconds} | ${((user + system) / 1e6).toFixed(1)} | ${needs(spent.bytes)} |`,
    );
  }
  // Ten minutes have passed since the first, so that the next pass looks at everything.
  for (const name of ['a look at everything', 'at rest']) {
    const { spent } = await passes.pass();
    console.log(`| ${name} | ${spent.requests} | ${spent.puts} | ${spent.copies} | ${spent.lists} | ${spent.bytes} | 0 | | | |`);
  }
} finally {
  for (const end of ends.reverse()) await end();
}
