import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit, memoryUsage } from 'node:process';
import { setImmediate as breathe } from 'node:timers/promises';
import { randomOf } from '../powercuts/record.ts';
import { startCoverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { TARGETS } from './targets.ts';

/**
 * One target, until the time is over: `node worker.js TARGET SECONDS SEED CORPUS CURRENT`. It tells its parent what it found
 * and how far it is, and writes what it is about to try to CURRENT: when it hangs or dies, that did it.
 */

/** What a worker tells. */
export type Told =
  | { readonly kind: 'progress'; readonly tries: number; readonly corpus: number; readonly blocks: number }
  | { readonly kind: 'found'; readonly input: string; readonly error: string };

/** So many inputs are tried between two looks at the coverage. */
const BATCH = 16;
/** Bytes of memory of the process that no input of these sizes may cost. */
const MOST_MEMORY = 1024 * 1024 * 1024;

const [, , name, seconds, seed, corpusFolder, current] = argv as [string, string, string, string, string, string, string];
const target = await (TARGETS[name] as NonNullable<(typeof TARGETS)[string]>)();
const random = randomOf(Number(seed));
const words = target.words.map((word) => Buffer.from(word));
const corpus: Uint8Array[] = [Buffer.alloc(0), ...target.seeds, ...savedIn(corpusFolder)];
const blocks = new Set<string>();
/** blocks with the order of magnitude of how often one input ran them */
const paths = new Set<string>();
const told = new Set<string>();
let tries = 0;
let last: Uint8Array = Buffer.alloc(0);

const tell = (message: Told) => void process.send?.(message);
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => found(last, error));

function found(input: Uint8Array, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const place = text.split('\n').slice(0, 3).join(' ');
  if (told.has(place)) return;
  told.add(place);
  tell({ kind: 'found', input: Buffer.from(input).toString('base64'), error: text.slice(0, 2000) });
}

async function run(input: Uint8Array): Promise<void> {
  last = input;
  tries += 1;
  try {
    await target.take(input);
  } catch (error) {
    found(input, error);
  }
}

const coverage = startCoverage();
for (const input of corpus) await run(input);
for (const { block } of coverage.take()) blocks.add(block);
const end = performance.now() + 1000 * Number(seconds);
for (let spoke = 0; performance.now() < end; ) {
  const batch = Array.from({ length: BATCH }, () => mutate(random, corpus, words, target.most));
  writeFileSync(current, batch.map((input) => `${Buffer.from(input).toString('base64')}\n`).join(''));
  for (const input of batch) await run(input);
  const fresh = coverage.take().filter(({ block }) => !blocks.has(block));
  // Which of them it was, each alone; now and then also for how often a block ran, which the sum does not show.
  if (fresh.length > 0 || random() < 0.05) {
    for (const input of batch) {
      await run(input);
      const seen = coverage.take();
      if (seen.every(({ often }) => paths.has(often))) continue;
      for (const { often } of seen) paths.add(often);
      corpus.push(input);
    }
  }
  for (const { block } of fresh) blocks.add(block);
  if (memoryUsage().rss > MOST_MEMORY) {
    found(Buffer.concat(batch), new Error(`memory: ${memoryUsage().rss} bytes after this batch`));
    exit(1);
  }
  await breathe();
  if (performance.now() - spoke < 1000) continue;
  spoke = performance.now();
  tell({ kind: 'progress', tries, corpus: corpus.length, blocks: blocks.size });
}
tell({ kind: 'progress', tries, corpus: corpus.length, blocks: blocks.size });
exit(0);

function savedIn(folder: string): Uint8Array[] {
  return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
}
