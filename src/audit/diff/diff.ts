import type { Hash } from '../../format/hash.ts';
import { BOUNDS, type NotCompared, Room, Unread } from './bounds.ts';
import { decoded } from './decoded.ts';
import { type ChangedFile, diffFiles, type FilesDiff } from './files.ts';
import { diffTables, type TableDiff } from './rows.ts';
import type { Side } from './sides.ts';
import { openSpool, type Spool } from './spool.ts';
import { diffValues, type ValuesDiff } from './values.ts';

/** What changed from one corte to another. Neither is judged by it: a figure may go down because it was corrected. */
export interface CorteDiff extends Omit<FilesDiff, 'changed'> {
  readonly changed: readonly FileDiff[];
  readonly a: Side;
  readonly b: Side;
}

export interface FileDiff extends ChangedFile {
  /** null where the contents were not compared, or are of no kind that is */
  readonly content: TableDiff | ValuesDiff | null;
  readonly not_compared: NotCompared | null;
}

/** @throws Refusal of a package that was opened for its contents; Error */
export async function diffCortes(a: Side, b: Side, onProgress: (done: number, of: number) => void = () => {}): Promise<CorteDiff> {
  const files = diffFiles(a.manifest, b.manifest);
  const readable = files.changed.filter(({ path }) => kindOf(path) !== null);
  const spool = await openSpool();
  try {
    if (readable.length > 0) {
      await b.collect(new Set(readable.map(({ after }) => after)), spool);
      await a.collect(new Set(readable.map(({ before }) => before)), spool);
    }
    const room = new Room();
    const changed: FileDiff[] = [];
    for (const [i, file] of files.changed.entries()) {
      onProgress(i, files.changed.length);
      changed.push({ ...file, ...(await contentOf(file, spool, room)) });
    }
    return { ...files, changed, a, b };
  } finally {
    await spool.close();
  }
}

const KINDS = { csv: /\.csv$/i, json: /\.json$/i } as const;

function kindOf(path: string): keyof typeof KINDS | null {
  if (KINDS.csv.test(path)) return 'csv';
  return KINDS.json.test(path) ? 'json' : null;
}

async function contentOf(
  { path, before, after }: ChangedFile,
  spool: Spool,
  room: Room,
): Promise<Pick<FileDiff, 'content' | 'not_compared'>> {
  const kind = kindOf(path);
  const left = (why: NotCompared) => ({ content: null, not_compared: why });
  if (kind === null) return left('kind');
  const texts: string[] = [];
  for (const sha256 of [before, after] satisfies Hash[]) {
    if (spool.isTooLarge(sha256)) return left('too-large');
    const bytes = await spool.read(sha256);
    if (bytes === null) return left('not-here');
    if (kind === 'json' && bytes.length > BOUNDS.jsonBytes) return left('too-large');
    texts.push(decoded(bytes));
  }
  const [from = '', to = ''] = texts;
  try {
    return { content: kind === 'csv' ? diffTables(from, to, room) : diffValues(from, to, room), not_compared: null };
  } catch (error) {
    if (error instanceof Unread) return left(error.why);
    throw error;
  }
}
