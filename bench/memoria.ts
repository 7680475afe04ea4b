import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { countLogs } from '../src/memoria/count/count-logs.ts';
import { type LogForm, PERIOD, writeNight } from './memoria/night-log.ts';

/**
 * npm run bench:memoria [-- --lines 10000000] [--quick] [--dir DIR]
 *
 * Counts the access log of a night of ten million requests, each case in a process of its own: the wall clock, the time
 * of all processors and the most memory. A memoria is to be made of it in 60 s and 300 MB, on two cores.
 */

const SELF = fileURLToPath(import.meta.url);

const { values: options, positionals } = parseArgs({
  options: {
    lines: { type: 'string', default: '10000000' },
    quick: { type: 'boolean', default: false },
    dir: { type: 'string' },
    count: { type: 'string' },
  },
  allowPositionals: true,
});

interface Measured {
  readonly lines: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** In a process of its own: the figures of one log, and what they cost. */
async function measure(file: string, folder: string | undefined): Promise<Measured> {
  const start = performance.now();
  const settings = { ...PERIOD, hosts: ['prep.example'], frame: '/cotejo/marco.html' };
  const copy = folder === undefined ? {} : { copy: { folder, addresses: 'hashed' as const } };
  const figures = await countLogs([{ file, node: 'web1' }], { ...settings, ...copy });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    lines: figures.lines.counted + figures.lines.outside,
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakBytes: maxRSS * 1024,
  };
}

if (options.count !== undefined) {
  console.log(JSON.stringify(await measure(options.count, positionals[0])));
  exit(0);
}

const lines = options.quick ? 500_000 : Number(options.lines);
const folder = realpathSync(mkdtempSync(join(options.dir ?? tmpdir(), 'cotejo-memoria-')));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => exit(1)); // 'exit' cleans up

const cases: readonly (readonly [title: string, form: LogForm, name: string, withCopy: boolean])[] = [
  ['combined', 'combined', 'a.log', false],
  ['combined, with a copy with hashes', 'combined', 'a.log', true],
  ['combined, gzip, with a copy with hashes', 'combined', 'a.log.gz', true],
  ['JSON, with a copy with hashes', 'json', 'b.log', true],
];

console.log(`${lines} lines; limit 60 s and 300 MB of memory for ten million, on two cores`);
let written = '';
let isMet = true;
for (const [title, form, name, withCopy] of cases) {
  const file = join(folder, name);
  if (file !== written) {
    if (written !== '') rmSync(written);
    await writeNight(file, lines, form);
    written = file;
  }
  const { seconds, cpuSeconds, peakBytes, lines: counted } = await inAnother(file, withCopy ? folder : null);
  if (counted !== lines) throw new Error(`${counted} of ${lines} lines were counted`);
  isMet &&= peakBytes < 300e6 && (seconds * 1e7) / lines <= 60;
  const size = (statSync(file).size / 1e6).toFixed(0);
  const rate = (lines / seconds / 1000).toFixed(0);
  console.log(
    `${title} (${size} MB): ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processors, ${(peakBytes / 1e6).toFixed(0)} MB, ${rate},000 lines a second`,
  );
}
console.log(isMet ? 'within the limits' : 'NOT within the limits');
exit(isMet ? 0 : 1);

async function inAnother(file: string, into: string | null): Promise<Measured> {
  const args = [SELF, '--count', file, ...(into === null ? [] : [into])];
  const child = spawn(execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  await once(child, 'close');
  if (into !== null) rmSync(join(into, `001-web1-${file.split('/').at(-1)!.replace(/\.gz$/, '')}.gz`));
  return JSON.parse(said);
}
