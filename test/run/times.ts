import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withAva } from './with-ava.ts';

/** What one test file took, as test/kit/times.ts wrote it. */
export interface Time {
  readonly source: string;
  readonly seconds: number;
  /** processor seconds, including those of the programs that it ran */
  readonly cpu: number;
}

/** Runs AVA as {@link withAva} does and gives how long each test file took, the longest first. */
export async function timed(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-times-'));
  try {
    const status = await withAva(args, { ...env, COTEJO_TIMES: folder });
    const times = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Time);
    return { status, times: times.sort((a, b) => b.seconds - a.seconds || (a.source < b.source ? -1 : 1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
