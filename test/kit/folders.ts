import { createHash } from 'node:crypto';
import { type Dirent, existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A folder of this test alone, removed when it ends. Its path has no symbolic link in it. */
export async function makeFolder(t: ExecutionContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cotejo-test-')));
  t.teardown(async () => {
    await removable(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

const fast: string[] = [];
process.once('exit', () => {
  for (const folder of fast) rmSync(folder, { recursive: true, force: true });
});

/**
 * A folder in memory where there is one (the system's shared memory), for tests of hundreds of admissions that are not
 * about disks. Removed when the process ends, so hooks can make one, too.
 */
export async function makeFastFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cotejo-test-')));
  fast.push(folder);
  return folder;
}

/** How many files below the folder this process has open. Needs Linux. */
export function openIn(folder: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}

/** Writes files by their paths into a folder, which is made if it is missing. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/**
 * All that is in a folder and in the folders within, links as links. Not `readdir` with `recursive`: from Node 26 on that
 * goes into folders behind links, and a tree that stands there twice would be counted twice.
 */
export async function entriesIn(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const within = entries.filter((entry) => entry.isDirectory()).map((entry) => entriesIn(join(folder, entry.name)));
  return [...entries, ...(await Promise.all(within)).flat()];
}

/**
 * All that is in a folder, to assert that no byte of it has changed:
 * path → `file 0644 <sha256>`, `folder 0755`, `link <target>`, or the kind of anything else.
 */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const entry of await entriesIn(folder)) {
    const path = join(entry.parentPath, entry.name);
    found.push([relative(folder, path), await describe(path)]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function describe(path: string): Promise<string> {
  const stat = await lstat(path);
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  if (stat.isFile())
    return `file ${mode} ${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`;
  if (stat.isDirectory()) return `folder ${mode}`;
  if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
  return `something else, ${stat.mode.toString(8)}`;
}

/** Makes read-only folders, such as a published tree's, writable: otherwise only root could empty them. */
async function removable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removable(join(folder, entry.name));
  }
}
