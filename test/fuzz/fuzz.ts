import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { TARGETS } from './targets.ts';
import type { Told } from './worker.ts';

/**
 * `npm run fuzz`: everything that takes bytes from strangers, each in a process of its own, with inputs made from those
 * that reached something new (V8 counts the blocks of the code as they run). What must not be is a finding: an error that
 * is not documented, a promise of the format that does not hold, 20 s without an answer, over 1 GiB of memory, an end of
 * the process. One line per target, and each finding in a file; exit status 1 where there is one.
 *
 * The fuzzers that are kept come as a binary that needs a newer libc than the oldest Debian that we run on; V8's own counts
 * need nothing.
 */

const HANGS_MS = 20_000;
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: Object.keys(TARGETS) },
    seed: { type: 'string', default: String(pid) },
    out: { type: 'string', default: join(tmpdir(), 'cotejo-fuzz-findings') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run fuzz -- [--minutes 60] [--target NAME]… [--seed N] [--out DIR]
The minutes are of all targets together: ${Object.keys(TARGETS).join(' ')}`);
  exit(0);
}
for (const name of values.target) if (!TARGETS[name]) throw new Error(`no target ${name}: ${Object.keys(TARGETS).join(' ')}`);
const seconds = (60 * Number(values.minutes)) / values.target.length;
mkdirSync(values.out, { recursive: true });

/** @returns how many findings */
async function fuzz(name: string): Promise<number> {
  const [current, corpus] = [join(values.out, `${name}.current`), join('test/fuzz/corpus', name)];
  const args = [name, String(seconds), values.seed, corpus, current];
  const child = fork(WORKER, args, { execArgv: ['--max-old-space-size=512'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  let progress = { tries: 0, corpus: 0, blocks: 0 };
  let findings = 0;
  let complaint = '';
  const keep = (input: string, error: string) => {
    findings += 1;
    const file = join(values.out, `${name}-${findings}`);
    writeFileSync(file, Buffer.from(input, 'base64'));
    writeFileSync(`${file}.txt`, `${error}\n`);
    console.log(`FOUND ${name}: ${error.split('\n')[0]}: ${file}`);
  };
  child.stderr?.on('data', (part: Buffer) => (complaint = (complaint + part.toString()).slice(-2000)));
  const hung = () => child.kill('SIGKILL');
  let patience = setTimeout(hung, HANGS_MS + 40_000); // to load, and to try what is known
  child.on('message', (told: Told) => {
    clearTimeout(patience);
    patience = setTimeout(hung, HANGS_MS);
    if (told.kind === 'progress') progress = told;
    else keep(told.input, told.error);
  });
  const [status, signal] = await ended;
  clearTimeout(patience);
  if (status !== 0) {
    const batch = existsSync(current) ? readFileSync(current, 'utf8') : '';
    keep(Buffer.from(batch).toString('base64'), `ended by ${signal ?? status}, with one of these inputs (base64): ${complaint}`);
  }
  const { tries, corpus: known, blocks } = progress;
  console.log(
    `${findings > 0 ? 'FOUND' : 'ok   '} ${name}: ${tries} tries, ${known} inputs kept, ${blocks} blocks, ${findings} findings`,
  );
  return findings;
}

let findings = 0;
for (const name of values.target) findings += await fuzz(name);
exit(findings > 0 ? 1 : 0);
