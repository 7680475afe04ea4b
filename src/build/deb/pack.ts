import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lutimesSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Control, controlText } from './control.ts';

/** Makes a .deb of a folder with Debian's own dpkg-deb: the same folder and version give the same bytes. */

export interface Stamp {
  /** of the packages, as Debian writes it */
  readonly version: string;
  /** seconds since the epoch that every file bears */
  readonly epoch: number;
  /** for a rehearsal: larger files, made in a tenth of the time */
  readonly quick?: boolean;
}

/**
 * @param tree what the package installs, below the root; its DEBIAN folder, where it has one, holds the maintainer's
 *   scripts. Modes and times of all files are set
 * @returns the path of the .deb in `out`
 */
export function packDeb(control: Control, tree: string, out: string, { version, epoch, quick = false }: Stamp): string {
  const about = join(tree, 'DEBIAN');
  mkdirSync(about, { recursive: true });
  const files = filesIn(tree).filter((path) => !path.startsWith('DEBIAN/'));
  const sizes = files.map((path) => statSync(join(tree, path)).size);
  const kib = sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), files.length);
  writeFileSync(join(about, 'control'), controlText(control, version, kib));
  const md5 = (path: string) =>
    createHash('md5')
      .update(readFileSync(join(tree, path)))
      .digest('hex');
  writeFileSync(join(about, 'md5sums'), files.map((path) => `${md5(path)}  ${path}\n`).join(''));
  // By Debian's policy what lies below /etc is configuration that people may change, and that an upgrade asks about.
  const configuration = files.filter((path) => path.startsWith('etc/'));
  if (configuration.length > 0) writeFileSync(join(about, 'conffiles'), configuration.map((path) => `/${path}\n`).join(''));
  settle(tree, epoch);
  const name = `${control.package}_${version}_${control.architecture}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', ...(quick ? ['-Zgzip', '-z1'] : ['-Zxz']), '--build', tree, join(out, name)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  });
  return join(out, name);
}

/** One mode for programs, folders and the rest, whatever the umask was, and one time. */
export function settle(folder: string, epoch: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) settle(path, epoch);
    else if (!entry.isSymbolicLink()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, epoch, epoch);
}

/** @returns the paths of all files, sorted; dpkg lists no folders in md5sums */
export function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length + 1))
    .sort();
}
