import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Architecture } from './node.ts';

/** A repository of packages as apt reads it, made with Debian's apt-ftparchive and signed with gpg. */

/** The name by which a machine's sources ask for it. */
const SUITE = 'cotejo';

export interface Signing {
  /** of a key that gpg has, as gpg's `--local-user` takes it */
  readonly key: string;
  /** where the repository will be found, for the file that tells a machine of it */
  readonly url: string;
}

/**
 * Moves nothing: copies the packages of `debs` to `pool/`, and writes the lists over them.
 * @param signing null for a repository that apt takes only where it is told to trust it
 */
export function makeRepository(
  out: string,
  debs: readonly string[],
  of: readonly Architecture[],
  epoch: number,
  signing: Signing | null,
): void {
  const pool = join(out, 'pool');
  mkdirSync(pool, { recursive: true });
  for (const deb of debs) copyFileSync(deb, join(pool, deb.slice(deb.lastIndexOf('/') + 1)));
  const dist = join(out, 'dists', SUITE);
  rmSync(dist, { recursive: true, force: true });
  for (const architecture of of) {
    const folder = join(dist, 'main', `binary-${architecture}`);
    mkdirSync(folder, { recursive: true });
    const list = ftparchive(['--arch', architecture, 'packages', 'pool'], out, epoch);
    writeFileSync(join(folder, 'Packages'), list);
    writeFileSync(join(folder, 'Packages.gz'), gzipSync(list, { level: 9 }));
  }
  const about = {
    Origin: 'cotejo',
    Label: 'cotejo',
    Suite: SUITE,
    Codename: SUITE,
    Components: 'main',
    Architectures: of.join(' '),
  };
  const options = Object.entries(about).flatMap(([name, value]) => ['-o', `APT::FTPArchive::Release::${name}=${value}`]);
  const release = ftparchive([...options, 'release', dist], out, epoch)
    // By the commit's hour and not by the clock: the same packages give the same lists.
    .replace(/^Date: .*$/m, `Date: ${new Date(epoch * 1000).toUTCString()}`);
  writeFileSync(join(dist, 'Release'), release);
  if (signing !== null) sign(out, dist, signing);
}

function sign(out: string, dist: string, { key, url }: Signing): void {
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--batch', '--yes', '--local-user', key, ...args], {
      stdio: ['inherit', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
  gpg('--clearsign', '--output', join(dist, 'InRelease'), join(dist, 'Release'));
  gpg('--detach-sign', '--armor', '--output', join(dist, 'Release.gpg'), join(dist, 'Release'));
  const exported = gpg('--armor', '--export', key);
  writeFileSync(join(out, 'cotejo.asc'), exported);
  writeFileSync(join(out, 'cotejo.sources'), sourcesText(url, exported));
}

/**
 * What a machine needs to know of the repository, as one file of /etc/apt/sources.list.d, the key within.
 * @internal
 */
export function sourcesText(url: string, key: string): string {
  const lines = key.trim().split('\n');
  const indented = lines.map((line) => (line.trim() === '' ? ' .' : ` ${line.trim()}`));
  return ['Types: deb', `URIs: ${url}`, `Suites: ${SUITE}`, 'Components: main', 'Signed-By:', ...indented, ''].join('\n');
}

function ftparchive(args: readonly string[], cwd: string, epoch: number): string {
  return execFileSync('apt-ftparchive', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', SOURCE_DATE_EPOCH: String(epoch) },
  });
}

/** @returns the packages of a folder, sorted */
export function debsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(folder, name));
}
