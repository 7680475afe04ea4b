import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Looking at a disk as others find it, without cotejo. */

/** path → SHA-256 */
export type Hashes = Readonly<Record<string, string>>;

export interface CorteHashes {
  /** of the whole publication */
  readonly tree: Hashes;
  /** of the four files in the chain */
  readonly files: Hashes;
}
export type Cortes = ReadonlyMap<number, CorteHashes>;

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Every regular file below a folder; none where there is no folder. Links are not followed. */
export function hashesIn(folder: string): Hashes {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return {};
  const found: [string, string][] = [];
  for (const path of filesIn(folder)) {
    try {
      found.push([relative(folder, path), sha256(readFileSync(path))]);
    } catch (error) {
      // What goes while we look (a daemon is at work there) is not there.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return Object.fromEntries(found);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

export function same(a: Hashes, b: Hashes): boolean {
  const paths = Object.keys(a);
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path]);
}

/** @returns the number of the corte that readers see, right to the byte; `page …` for a page; else what is wrong */
export function shownIn(home: string, cortes: Cortes): number | string {
  const link = join(home, 'state/public/jornada');
  let target: string;
  try {
    target = readlinkSync(link);
  } catch (error) {
    return `no link (${(error as NodeJS.ErrnoException).code})`;
  }
  const number = Number(/^\.\.\/trees\/jornada\/(\d{6})$/.exec(target)?.[1] ?? 0);
  const page = join(link, 'index.html');
  if (number === 0) return existsSync(page) ? `page ${readFileSync(page, 'utf8')}` : `a page that is not there (${target})`;
  const want = cortes.get(number)?.tree;
  if (!existsSync(link)) return `no tree ${number}`;
  return want ? differenceOf(number, hashesIn(realpathSync(link)), want) : `corte ${number}, which nobody made`;
}

function differenceOf(number: number, have: Hashes, want: Hashes): number | string {
  if (same(have, want)) return number;
  const missing = Object.keys(want).filter((path) => !(path in have)).length;
  const wrong = Object.keys(want).filter((path) => path in have && have[path] !== want[path]);
  const empty = wrong.filter((path) => have[path] === EMPTY).length;
  return `tree ${number} wrong: ${missing} missing, ${wrong.length} with other bytes (${empty} empty)`;
}

export const EMPTY = sha256(Buffer.alloc(0));

/** @returns the numbers in a chain folder, which are 1 to the last; or what is wrong */
export function chainIn(chain: string, cortes: Cortes): readonly number[] | string {
  const folder = join(chain, 'jornada');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{6}$/.test(name)) : [];
  const numbers = names.map(Number).sort((a, b) => a - b);
  for (const number of numbers) {
    const want = cortes.get(number)?.files;
    if (want && !same(hashesIn(join(folder, sixDigits(number))), want)) return `corte ${number} in the chain is not whole`;
  }
  return numbers.every((number, i) => number === i + 1) ? numbers : `a gap: ${numbers.join(' ')}`;
}

/** @returns the hash of the corte that it is for, `part` where it lacks something, null where there is none */
export function acuseIn(outbox: string, number: number): string | null {
  const file = join(outbox, 'acuses/jornada', `${sixDigits(number)}.json`);
  if (!existsSync(file)) return null;
  try {
    if (!readFileSync(`${file}.sig`, 'utf8').endsWith('-----END SSH SIGNATURE-----\n')) return 'part';
    return (JSON.parse(readFileSync(file, 'utf8')) as { corte: string }).corte;
  } catch {
    return 'part';
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function sixDigits(number: number): string {
  return String(number).padStart(6, '0');
}

export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
