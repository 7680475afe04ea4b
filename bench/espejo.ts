import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ExecutionContext } from 'ava';
import { admit, copying } from '../test/kit/copying.ts';
import { type Corte, makeCorte } from '../test/kit/cortes.ts';
import { makeTrust, signTrust } from '../test/kit/election.ts';

/**
 * npm run bench:espejo [-- --files N] [--changed N]
 *
 * What a corte costs `cotejo espejo` at an object store: the requests by their kind, and the bytes over our link. The store is a
 * real S3 server in this process, so that the seconds are its own more than ours, and say little.
 */

const { values: options } = parseArgs({
  options: { files: { type: 'string', default: '3300' }, changed: { type: 'string', default: '5' } },
});
const [count, changed] = [Number(options.files), Number(options.changed)];
const CONNECTIONS = 32;
/** bytes of a file */
const EACH = 3500;

const ends: (() => unknown)[] = [];
const t = {
  teardown: (end: () => unknown) => void ends.push(end),
  is(found: unknown, wanted: unknown) {
    if (found !== wanted) throw new Error(`${String(found)}, and not ${String(wanted)}`);
  },
} as unknown as ExecutionContext;

try {
  const trust = signTrust(makeTrust());
  const { node, passes } = await copying(t, trust, { connections: CONNECTIONS, sample: 32 });
  const files: Record<string, string> = {};
  const renew = (from: number, to: number) => {
    for (let i = from; i < to; i++)
      files[`actas/${i % 20}/${String(i).padStart(5, '0')}.json`] = randomBytes(EACH / 2).toString('hex');
  };
  console.log(`\n## A corte of ${count} files of ${EACH} bytes, ${CONNECTIONS} connections\n`);
  console.log(
    '| corte | requests | uploads | copies by the store | lists | bytes up | of its changed files | seconds |\n|---|---|---|---|---|---|---|---|',
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
    const began = performance.now();
    const { spent } = await passes.pass();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const own = (count - from) * EACH;
    console.log(
      `| ${name} | ${spent.requests} | ${spent.puts} | ${spent.copies} | ${spent.lists} | ${spent.bytes} | ${own} | ${seconds} |`,
    );
  }
  const { spent } = await passes.pass();
  console.log(`| at rest | ${spent.requests} | ${spent.puts} | ${spent.copies} | ${spent.lists} | ${spent.bytes} | 0 | |`);
} finally {
  for (const end of ends.reverse()) await end();
}
