import { type BigIntStats, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../config/usage-error.ts';
import { beneath } from '../disk/beneath.ts';
import { NotAFile, readBounded } from '../disk/bounded-file.ts';
import { type Hash, hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { checkTogether } from '../format/path.ts';
import { Refusal } from '../format/refusal.ts';
import { type Said, said, ToldError } from '../format/said.ts';
import { checkTemplatePath, measureTemplate, TEMPLATE_SUMS, TEMPLATE_SUMS_BYTES, templateSums } from '../format/template.ts';
import { compareBytes, decodeUtf8, encodeUtf8 } from '../format/text.ts';
import { codeOf, saidBy } from '../format/thrown.ts';
import { sameBytes } from '../format/wire.ts';
import { words } from './words.ts';

/**
 * The template of a presentation, read from a folder that somebody else made: whole into memory, each file once and
 * through no link, and only if the folder is afterwards what it was before. So the IEC authorises, and a node installs,
 * bytes that were together in that folder at one moment.
 */
export interface Template {
  /** of its `SHA256SUMS`, as the authorisation states it */
  readonly sha256: Hash;
  /** bytes of all files, without `SHA256SUMS` */
  readonly bytes: number;
  /** how many files, without `SHA256SUMS` */
  readonly count: number;
  /** `SHA256SUMS`, made of the files */
  readonly sums: Uint8Array;
  /** in the order of `SHA256SUMS` */
  readonly files: readonly { readonly path: string; readonly sha256: Hash; readonly content: Buffer }[];
}

/** The folder was written to while it was read. Nothing is wrong with it: the next try may succeed. @internal */
export class TemplateChanged extends ToldError {
  override readonly name = 'TemplateChanged';

  /** @param what the path, or what is wrong there now */
  constructor(what: string | Said) {
    super(words.templateChanged(said(what).map((text) => JSON.stringify(text))));
  }
}

/**
 * @param hooks for tests that must act at a certain moment: called when a file has been read
 * @throws UsageError for a link, a device or anything else that is neither file nor folder; Refusal `path-forbidden`,
 *   `too-large`, `manifest-malformed` (no `index.html`), `manifest-mismatch` where the folder's own `SHA256SUMS` is not
 *   of its files; TemplateChanged; Error where it can't be read
 */
export async function readTemplate(
  folder: string,
  hooks: { readonly read?: (path: string) => void | Promise<void> } = {},
): Promise<Template> {
  const root = await fs.realpath(folder);
  const listed = await list(root);
  let own: Buffer | null = null;
  const files: { path: string; sha256: Hash; content: Buffer }[] = [];
  for (const { path } of listed) {
    const content = await readListed(root, path);
    await hooks.read?.(path);
    if (path === TEMPLATE_SUMS) own = content;
    else files.push({ path, sha256: hashOf(content), content });
  }
  const again = await list(root).catch((error: unknown) => {
    if (error instanceof Refusal || error instanceof UsageError) throw new TemplateChanged(saidBy(error));
    throw error;
  });
  for (let i = 0; i < Math.max(listed.length, again.length); i++) {
    const [before, after] = [listed[i], again[i]];
    if (before?.path !== after?.path || before?.look !== after?.look) throw new TemplateChanged(before?.path ?? after?.path ?? '');
  }
  const sums = templateSums(files);
  if (own !== null && !sameBytes(own, sums)) {
    throw new Refusal('manifest-mismatch', words.sumsOfOthers(TEMPLATE_SUMS, folder));
  }
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const { sha256, files: count } = measureTemplate(sums, bytes);
  return { sha256, bytes, count, sums, files };
}

interface Listed {
  readonly path: string;
  /** differs whenever the file was written to, or is another one */
  readonly look: string;
}

/** Lists a template by the bytes of its paths. Folders count only as parts of paths. */
async function list(root: string): Promise<Listed[]> {
  const found: Listed[] = [];
  const folders = [''];
  let bytes = 0;
  let looked = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const raw of await fs.readdir(join(root, folder), { encoding: 'buffer' })) {
      const name = decodeUtf8(raw);
      if (name === null) throw new Refusal('path-forbidden', words.notUtf8(JSON.stringify(raw.toString('latin1'))));
      const path = folder === '' ? name : `${folder}/${name}`;
      const seen = await whileListed(path, fs.lstat(join(root, path), { bigint: true }));
      if (++looked > MOST_ENTRIES) throw new Refusal('too-large', words.overEntries(MOST_ENTRIES));
      if (seen.isDirectory()) {
        if (path.split('/').length >= LIMITS.pathSegments) throw new Refusal('too-large', words.tooDeep);
        folders.push(path);
        continue;
      }
      if (!seen.isFile()) throw notAFile(path, seen);
      if (path !== TEMPLATE_SUMS) checkTemplatePath(path);
      found.push({ path, look: `${seen.dev} ${seen.ino} ${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}` });
      if (path !== TEMPLATE_SUMS) bytes += Number(seen.size);
      if (found.length > LIMITS.templateFiles + 1) throw new Refusal('too-large', words.overFiles(LIMITS.templateFiles));
      if (bytes > LIMITS.templateBytes) throw new Refusal('too-large', words.overBytes(LIMITS.templateBytes));
    }
  }
  checkTogether(found.map(({ path }) => path));
  return found
    .map((file) => [encodeUtf8(file.path), file] as const)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([, file]) => file);
}

/** Files and folders that are looked at; a folder may be empty, and there may be many of those. */
const MOST_ENTRIES = 2000;

async function readListed(root: string, path: string): Promise<Buffer> {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  const limit = path === TEMPLATE_SUMS ? TEMPLATE_SUMS_BYTES : LIMITS.templateBytes;
  try {
    return await whileListed(
      path,
      beneath(root, segments, (at) => readBounded(at(name), limit)),
    );
  } catch (error) {
    if (error instanceof NotAFile) throw new TemplateChanged(path);
    throw error;
  }
}

/** An entry that was listed in its folder and is gone or replaced now was changed while we read. */
async function whileListed<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(codeOf(error) ?? '')) throw new TemplateChanged(path);
    throw error;
  }
}

function notAFile(path: string, seen: BigIntStats): UsageError {
  const kinds = [
    [words.symbolicLink, seen.isSymbolicLink()],
    [words.fifo, seen.isFIFO()],
    [words.socket, seen.isSocket()],
  ] as const;
  const kind = kinds.find(([, is]) => is)?.[0] ?? words.device;
  return new UsageError(words.inTemplate(JSON.stringify(path), kind), words.regularOnly);
}
