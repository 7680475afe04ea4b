import { promises as fs, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { hashLargeFile } from '../disk/hash-file.ts';
import { namesIn } from '../disk/names-in.ts';
import { encodeDocument } from '../format/document.ts';
import { type Hash, hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { CORTE_FILES, parseSixDigits, sixDigits } from '../format/naming.ts';
import { TILES } from '../format/tile.ts';
import type { Listed } from './bucket/answers.ts';
import type { Bucket } from './bucket/bucket.ts';
import type { Content } from './bucket/payload.ts';
import type { Local } from './local.ts';
import type { Memory } from './memory.ts';
import { chainHeaders, type Names, pageHeaders } from './objects.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * The chain of the one phase that the bucket is for, and the pages that stand in for a corte. Of a drill's bucket nobody can
 * come to the election's chain, nor of the election's to a drill's.
 */

/** Files of an administrator's own notice; what is beyond is left out. */
const PAGE_FILES = 200;

interface FilePlan {
  readonly bucket: Bucket;
  readonly memory: Memory;
  readonly names: Names;
  /** what was written of files that may be replaced, by the object's name */
  readonly marks: Map<string, Mark>;
}

/** A file as it was when it was written, and its hash, so that it need not be read again to compare it with the bucket. */
export interface Mark {
  /** differs whenever the file was replaced; null for bytes that are in no file */
  readonly file: string | null;
  readonly sha256: Hash;
}

/** How often what the store lost of the newest corte's files is written again. */
const ROUNDS = 3;

/**
 * Writes what the bucket lacks of the trust documents, then of the cortes, of the tiles, and last the index. The files of the
 * newest corte are listed after they were written: by content, nobody comes to any file of a corte without its SHA256SUMS.
 * @param isLooked whether what the bucket has is looked up, and not what is remembered of it
 * @returns how many objects were written, and how many of them because the store had lost what it said to have written
 * @throws Trouble `not-repaired`
 */
export async function copyChain(
  plan: FilePlan,
  { rooms, trust, phase, newest }: Local,
  isLooked: boolean,
): Promise<{ written: number; repaired: number }> {
  const { bucket, names, marks } = plan;
  const listed = async (folder: string): Promise<There> =>
    new Map((await bucket.list(folder)).objects.map((object) => [object.key, object]));
  let written = 0;
  const bring = async (path: string, has: There | null) => {
    const file = join(rooms.chain, path);
    const mark = markOf(file);
    const key = `${names.chain}${path}`;
    if (mark === null) return;
    const noted = marks.get(key);
    const isSame = noted?.file === mark;
    if (isSame && has === null) return;
    const object = has?.get(key);
    const sha256 = isSame ? noted.sha256 : (await hashLargeFile(file))?.sha256;
    if (sha256 === undefined) return;
    if (!object || !(await plan.memory.isRight(object, sha256, file))) {
      written += 1;
      await write(plan, key, chainHeaders(path), { file, size: statSync(file).size, sha256 }, sha256);
    }
    marks.set(key, { file: mark, sha256 });
  };
  const there = isLooked ? await listed(names.chain) : null;
  // What makes a document, or a corte, one that is there goes after all that it needs.
  const trusts = (await namesIn(join(rooms.chain, 'trust'))).sort();
  for (const name of trusts.filter(isSignature)) await bring(`trust/${name}`, there);
  for (const name of trusts.filter((one) => !isSignature(one))) await bring(`trust/${name}`, there);
  const last = newest?.statement.number ?? 0;
  const numbers = (await namesIn(join(rooms.chain, phase.name)))
    .map(parseSixDigits)
    .filter((number) => number !== null && number <= last);
  const folderOf = (number: number) => `${phase.name}/${sixDigits(number)}/`;
  const bringCorte = async (number: number, has: There | null) => {
    for (const file of [...CORTE_FILES].reverse()) await bring(`${folderOf(number)}${file}`, has);
  };
  for (const number of numbers.sort((one, other) => (one ?? 0) - (other ?? 0))) await bringCorte(number ?? 0, there);
  /** @returns how many objects the store had lost, until it lists them all */
  const confirm = async (number: number): Promise<number> => {
    const [folder, known] = [`${names.chain}${folderOf(number)}`, written];
    for (let round = 0; ; round++) {
      const before = written;
      await bringCorte(number, await listed(folder));
      const lost = written - before;
      if (lost === 0) return written - known;
      if (round === ROUNDS) throw new Trouble('not-repaired', words.notRepaired(lost, folder));
    }
  };
  // Where all of it was just listed, and nothing was missing, there is nothing to confirm.
  const repaired = newest && (there === null || written > 0) ? await confirm(last) : 0;
  for (const tile of await namesIn(join(rooms.chain, phase.name, TILES))) await bring(`${phase.name}/${TILES}/${tile}`, there);
  const phases = newest ? { [phase.name]: { number: last, corte: newest.sha256 } } : {};
  const { election, version } = trust.newest.document;
  written += await bringBytes(
    plan,
    `${names.chain}index.json`,
    chainHeaders('index.json'),
    encodeDocument({ election, trust: version, phases }),
  );
  return { written, repaired };
}

type There = ReadonlyMap<string, Listed>;

const isSignature = (name: string) => name.endsWith('.sig');

/** Writes the notice, and the wait where that is shown. @returns how many objects were written */
export async function copyPages(plan: FilePlan, { pages }: Pick<Local, 'pages'>): Promise<number> {
  let written = 0;
  for (const [folder, below] of [
    [pages.aviso, plan.names.aviso],
    [pages.espera, plan.names.espera],
  ] as const) {
    if (folder === null) continue;
    const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    // Its page is what is looked at, so it goes last.
    const inOrder = files.sort((one, other) => Number(one === 'index.html') - Number(other === 'index.html')).slice(-PAGE_FILES);
    for (const path of inOrder) {
      written += await bringBytes(
        plan,
        `${below}${path}`,
        pageHeaders(path),
        await readBounded(join(folder, path), LIMITS.officialBytes),
      );
    }
  }
  return written;
}

async function bringBytes(
  plan: FilePlan,
  key: string,
  headers: ReturnType<typeof pageHeaders>,
  bytes: Uint8Array,
): Promise<number> {
  const sha256 = hashOf(bytes);
  if (plan.marks.get(key)?.sha256 === sha256) return 0;
  await write(plan, key, headers, { bytes }, sha256);
  plan.marks.set(key, { file: null, sha256 });
  return 1;
}

async function write(
  { bucket, memory }: FilePlan,
  key: string,
  headers: ReturnType<typeof pageHeaders>,
  content: Content,
  sha256: Hash,
) {
  memory.wrote(key, sha256, await bucket.put(key, headers, content));
}

/** Differs whenever a file was replaced; null where there is none. */
function markOf(file: string): string | null {
  const seen = statSync(file, { bigint: true, throwIfNoEntry: false });
  return seen?.isFile() ? `${seen.ino} ${seen.size} ${seen.mtimeNs}` : null;
}
