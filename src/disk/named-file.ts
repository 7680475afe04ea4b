import { constants, promises as fs, writeFile } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../format/thrown.ts';
import { asideOf, isLeft } from './aside.ts';
import { renameDurably, writeDurably } from './durable.ts';
import { namesIn } from './names-in.ts';

/** A file that a command writes where a person said: a report, an acta, a constancia. */

interface NamedOptions {
  readonly mode?: number;
  readonly before?: () => Promise<void>;
}

/** How it fails that no file can be made beside one, or none take its place: another's folder, a bind mount. */
const IRREPLACEABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'EPERM', 'EROFS', 'EXDEV']);

/** As many links as Linux follows. */
const LINKS = 40;

/**
 * Writes it whole or not at all: whatever ends the writing, under its name is what was there before or all of the new one.
 * A writing that fails leaves nothing that was begun beside it; a process that is killed may, until the next writing under
 * that name. A link stays, and what it leads to is written, whether that was there or not.
 *
 * Written into, and so perhaps not whole, are what is no file, such as a pipe; a file that a process has open, by its name
 * in `/proc` (`/dev/stdout`), where what the process has written before stays; and a file that no other can replace.
 *
 * A file that is there keeps its mode.
 * @param mode of a new one, whatever the umask; what the umask leaves, if absent
 * @param before called once, before anything changes under the name, and when the new bytes are on the disk, unless the
 *   file is written into
 * @throws Error where it can't be written; what `before` throws
 */
export async function writeNamed(
  file: string,
  bytes: string | Uint8Array,
  { mode = 0o666 & ~process.umask(), before = () => Promise.resolve() }: NamedOptions = {},
): Promise<void> {
  const there = await fs.stat(file).catch(absent);
  const place = there && !there.isFile() ? file : await endOf(file);
  if ((there && !there.isFile()) || isOpenFile(place)) {
    await before();
    await writeOpen(place, bytes);
    return;
  }
  let isTold = false;
  const tell = async () => {
    if (!isTold) await before();
    isTold = true;
  };
  try {
    await replace(place, bytes, there ? there.mode & 0o777 : mode, tell);
  } catch (error) {
    if (!there || !IRREPLACEABLE.has(codeOf(error))) throw error;
    await tell();
    await writeInto(place, bytes);
  }
}

async function replace(place: string, bytes: string | Uint8Array, mode: number, before: () => Promise<void>): Promise<void> {
  const folder = dirname(place);
  const left = (await namesIn(folder)).filter((name) => isLeft(name) && name.startsWith(`${basename(place)}.`));
  for (const name of left) await fs.rm(join(folder, name), { force: true });
  const aside = asideOf(place);
  try {
    await writeDurably(aside, bytes, mode);
    await before();
    await renameDurably(aside, place);
  } catch (error) {
    for (const begun of [aside, asideOf(aside)]) await fs.rm(begun, { force: true });
    throw error;
  }
}

async function writeInto(place: string, bytes: string | Uint8Array): Promise<void> {
  const handle = await fs.open(place, constants.O_WRONLY | constants.O_TRUNC);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The name at the end of a file's links, whether something has it or not, or the first one in `/proc`, whose links are
 * none of the file system.
 */
async function endOf(file: string): Promise<string> {
  let place = file;
  for (let followed = 0; followed < LINKS; followed += 1) {
    const cut = place.lastIndexOf('/') + 1;
    const folder = await fs.realpath(place.slice(0, cut) || '.');
    place = join(folder, '/', place.slice(cut));
    const target = isOpenFile(place) ? null : await fs.readlink(place).catch(noLink);
    if (target === null) break;
    place = isAbsolute(target) ? target : `${folder}/${target}`; // joined as it is: `..` is of where a link leads
  }
  return place;
}

function isOpenFile(place: string): boolean {
  return place.startsWith('/proc/');
}

/** Into a file that this process has open, where it has come to: what it prints later follows it. */
async function writeOpen(place: string, bytes: string | Uint8Array): Promise<void> {
  const own = /^\/proc\/(\d+)\/fd\/(\d+)$/.exec(place);
  if (own && Number(own[1]) === process.pid) await promisify(writeFile)(Number(own[2]), bytes);
  else await fs.writeFile(place, bytes);
}

function noLink(error: unknown): null {
  if (codeOf(error) === 'EINVAL' || codeOf(error) === 'ENOENT') return null;
  throw error;
}

function absent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
