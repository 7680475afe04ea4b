import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../../config/usage-error.ts';
import { NotAFile } from '../../disk/bounded-file.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import type { CountLogs, FileFigures, Progress, Source } from '../figures.ts';
import { words } from '../words.ts';
import { type Copy, type HashAddress, hashesOf, openCopy } from './copy.ts';
import { countFile } from './count-file.ts';
import { counterOf } from './counter.ts';
import { type Plan, planOf } from './plan.ts';
import { figuresOf } from './report.ts';
import { repeatedFiles } from './same-files.ts';

/** So many files at most. */
const MOST_FILES = 4_096;

/**
 * Counts access logs, in one pass and in whatever order they are given: the figures are the same. Files that overlap are
 * all counted, and told; one that stands in another is not. With `copy` the folder must be there, and have none of the
 * copies' names.
 */
export const countLogs: CountLogs = async (sources, settings) => {
  const plan = planOf(settings);
  if (sources.length === 0) throw new UsageError(words.noLog);
  if (sources.length > MOST_FILES) throw new UsageError(words.tooManyLogs(MOST_FILES));
  const ofBytes = sources.reduce((sum, { file }) => sum + sizeOf(file), 0);
  const key = randomBytes(32);
  try {
    return await count(sources, plan, settings, ofBytes, settings.copy?.addresses === 'hashed' ? hashesOf(key) : null);
  } catch (error) {
    throw error instanceof NotAFile ? new UsageError(saidBy(error)) : error;
  } finally {
    key.fill(0);
  }
};

async function count(
  sources: readonly Source[],
  plan: Plan,
  { copy, progress, signal }: Parameters<CountLogs>[1],
  ofBytes: number,
  hash: HashAddress | null,
): ReturnType<CountLogs> {
  const repeated = await repeatedFiles(sources, signal);
  const counter = counterOf(plan);
  const files: FileFigures[] = [];
  const tell = throttled(progress);
  let [bytesBefore, linesBefore] = [0, 0];
  for (const [i, source] of sources.entries()) {
    const same = repeated.get(i);
    const took = (bytes: number, lines: number) => tell({ bytes: bytesBefore + bytes, ofBytes, lines: linesBefore + lines });
    if (same === undefined) {
      const into = copy ? openCopy(copy.folder, copyName(i, source), plan.offset, hash) : null;
      const figures = await withCopy(into, () => countFile(source, plan, counter, into, took, signal));
      files.push(figures);
      linesBefore += figures.lines;
    } else files.push(leftOut(source, sources[same]!.file));
    bytesBefore += sizeOf(source.file);
  }
  progress?.({ bytes: ofBytes, ofBytes, lines: linesBefore });
  if (files.every(({ lines, outside }) => lines + outside === 0)) {
    throw new UsageError(words.noLine, words.readable);
  }
  return figuresOf(plan, counter.counted, files);
}

async function withCopy<T>(copy: Copy | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await copy?.end();
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    const code = codeOf(error);
    throw code === 'ENOENT' || code === 'ENOTDIR' ? new UsageError(words.noSuchLog(file)) : error;
  }
}

/** Files of several folders may have one name. */
function copyName(index: number, { node, file }: Source): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);
  return `${String(index + 1).padStart(3, '0')}-${plain(node)}-${plain(basename(file).replace(/\.gz$/, ''))}.gz`;
}

function leftOut({ file, node }: Source, sameAs: string): FileFigures {
  const none = { lines: 0, outside: 0, unreadable: 0, tooLong: 0, backwards: 0, bytes: 0 };
  return { file, node, form: null, isGzip: false, state: 'repeated', sameAs, ...none, first: null, last: null, copy: null };
}

const TELL_EVERY_MS = 250;

function throttled(progress: ((progress: Progress) => void) | undefined): (now: Progress) => void {
  let last = 0;
  return (now) => {
    const moment = performance.now();
    if (!progress || moment - last < TELL_EVERY_MS) return;
    last = moment;
    progress(now);
  };
}
