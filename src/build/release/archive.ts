import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The archive of a release: the files of one commit and, beside them, what they compile to. It depends on nothing but that
 * commit and the compilers that package-lock.json pins: anyone who has the commit can make the same bytes.
 */

export interface Commit {
  readonly version: string;
  /** seconds since the epoch that every file of the release bears: SOURCE_DATE_EPOCH or, without it, the commit's own */
  readonly epoch: number;
}

/**
 * @param root a clone
 * @throws Error where something in it differs from its commit: nobody else could make that release
 */
export function readCommit(root: string, sourceDateEpoch: string | undefined): Commit {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain');
  if (changed !== '') throw new Error(`commit this first, or take it away:\n${changed}`);
  const epoch = sourceDateEpoch ?? git('log', '-1', '--format=%ct');
  if (!/^\d{1,11}$/.test(epoch)) throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${epoch}`);
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { version, epoch: Number(epoch) };
}

/**
 * Writes the files of the clone's commit to a new folder `name` below `into`, and compiles them there with the clone's
 * node_modules, so that nothing which lies about in the clone gets into the release.
 * @param keepsPackages leaves the link to node_modules, for who goes on building there
 */
export function compileCommit(root: string, into: string, name: string, { keepsPackages = false } = {}): void {
  const files = execFileSync('git', ['archive', '--format=tar', `--prefix=${name}/`, 'HEAD'], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', into], { input: files });
  const folder = join(into, name);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  run('npm', ['run', '--silent', 'build'], folder);
  if (!keepsPackages) rmSync(join(folder, 'node_modules'));
  for (const unneeded of ['dist/test', 'dist/bench', 'dist/tsconfig.tsbuildinfo', 'dist/page.tsbuildinfo']) {
    rmSync(join(folder, unneeded), { recursive: true, force: true });
  }
}

/**
 * Packs a folder of `into` reproducibly: sorted, owned by 0:0, with one time for all files and modes that don't depend
 * on the umask.
 */
export function packFolder(into: string, name: string, epoch: number, archive: string): void {
  run(
    'tar',
    [
      '--create',
      '--format=ustar',
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      `--mtime=@${epoch}`,
      '--use-compress-program=gzip -9 -n',
      `--file=${archive}`,
      name,
    ],
    into,
  );
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
