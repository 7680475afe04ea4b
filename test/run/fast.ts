import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cwd, exit, stdout } from 'node:process';
import { readSources } from './sources.ts';
import { timed } from './times.ts';
import { compiled } from './with-ava.ts';

/**
 * `npm run test:fast`: the test files that took little in the last measured run (test/durations.json) and those that were
 * not measured yet; in them every test except those that start another program's daemon or say that they are long (see
 * test/kit/requires.ts). What is skipped is listed, and the files that are left out are counted.
 */

/** A file that took longer is left out, seconds. */
const MOST = 7;

const durations: Readonly<Record<string, number>> = JSON.parse(readFileSync(join(cwd(), 'test/durations.json'), 'utf8'));
const all = readSources(cwd()).tests;
const quick = all.filter((source) => (durations[source] ?? 0) < MOST);
const { status, times } = await timed(quick.map(compiled), { COTEJO_FAST: '1' });
const cpu = times.reduce((sum, time) => sum + time.cpu, 0);
stdout.write(`${times.length} of ${all.length} files, ${Math.round(cpu)} s of processor; the longest:\n`);
for (const time of times.slice(0, 5)) stdout.write(`  ${time.source}: ${time.seconds} s, ${time.cpu} of processor\n`);
exit(status);
