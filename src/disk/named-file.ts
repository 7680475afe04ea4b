import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../format/thrown.ts';
import { asideOf, isLeft } from './aside.ts';
import { renameDurably, writeDurably } from './durable.ts';
import { namesIn } from './names-in.ts';

/** A file that a command writes where a person said: a report, an acta, a constancia. */

interface NamedOptions {
  readonly mode?: number;
  readonly before?: () => Promise<void>;
}

/**
 * Writes it whole or not at all: whatever ends the writing, under its name is what was there before or all of the new one,
 * and no file that was begun is left beside it. A link stays, and what it leads to is written. What is no file, such as
 * `/dev/stdout` or a pipe, is written into.
 *
 * A file that is there keeps its mode.
 * @param mode of a new one, whatever the umask; what the umask leaves, if absent
 * @param before called when the new bytes are on the disk, and not yet under the name
 * @throws Error where it can't be written; what `before` throws
 */
export async function writeNamed(
  file: string,
  bytes: string | Uint8Array,
  { mode = 0o666 & ~process.umask(), before = () => Promise.resolve() }: NamedOptions = {},
): Promise<void> {
  const there = await fs.stat(file).catch(absent);
  if (there && !there.isFile()) {
    await before();
    await fs.writeFile(file, bytes);
    return;
  }
  const place = there ? await fs.realpath(file) : file;
  const folder = dirname(place);
  const left = (await namesIn(folder)).filter((name) => isLeft(name) && name.startsWith(`${basename(place)}.`));
  for (const name of left) await fs.rm(join(folder, name), { force: true });
  const aside = asideOf(place);
  try {
    await writeDurably(aside, bytes, there ? there.mode & 0o777 : mode);
    await before();
    await renameDurably(aside, place);
  } catch (error) {
    for (const begun of [aside, asideOf(aside)]) await fs.rm(begun, { force: true });
    throw error;
  }
}

function absent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
