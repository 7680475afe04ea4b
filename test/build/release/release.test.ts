import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Ran, sh } from '../../kit/command.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { repository } from '../../kit/programs.ts';
import { long, requires } from '../../kit/requires.ts';

/** A release, made twice from two clones of a small repository that has the whole program and none of its tests. */

const trial = long(requires('git, openssh-client, tar and gzip', ['git', 'ssh-keygen', 'tar', 'gzip']));
const SCRIPT = join(repository(), 'dist/src/build/release/release.js');
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', 'coverage', 'test', 'bench']);
const AT = 1_530_493_200;

interface Clones {
  readonly folder: string;
  /** two, in places of different names */
  readonly clones: readonly [string, string];
  readonly release: (clone: string, args: string, env?: Record<string, string>) => Promise<Ran>;
}

async function makeClones(t: ExecutionContext): Promise<Clones> {
  const folder = await makeFolder(t);
  const origin = join(folder, 'origin');
  await cp(repository(), origin, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  const changes = join(origin, 'CHANGELOG.md');
  await writeFile(changes, (await readFile(changes, 'utf8')).replace(/^(## \S+) \(.*\)$/m, '$1 (2018-06-01)'));
  const env = { ...process.env, GIT_AUTHOR_DATE: `${AT} +0000`, GIT_COMMITTER_DATE: `${AT} +0000` };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example', ...args], { cwd: origin, env });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=all');
  const clones = [join(folder, 'one'), join(folder, 'another place')] as const;
  for (const clone of clones) {
    git('clone', '--quiet', origin, clone);
    await linkPackages(join(folder, `packages of ${basename(clone)}`, 'node_modules'), join(clone, 'node_modules'));
  }
  for (const name of ['releaser', 'somebody']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  }
  return { folder, clones, release: (clone, args, more = {}) => sh(`exec node '${SCRIPT}' ${args}`, clone, more) };
}

/** Each clone has packages of its own, at a path of its own: links to the files of this repository's. */
async function linkPackages(place: string, link: string): Promise<void> {
  await mkdir(dirname(place));
  execFileSync('cp', ['--archive', '--link', join(repository(), 'node_modules'), place]);
  await symlink(place, link);
}

trial('two clones give the same bytes, and anyone with the public key can verify them', async (t) => {
  const { folder, clones, release } = await makeClones(t);
  const [first, second] = clones;
  const [made, again] = [join(folder, 'made'), join(folder, 'again')];
  const ran = await release(first, `--out '${made}' --key '${folder}/releaser'`, { TZ: 'America/Monterrey' });
  t.is(ran.status, 0, ran.stderr);
  const other = await sh(`umask 077; exec node '${SCRIPT}' --out '${again}' --key '${folder}/releaser'`, second, { TZ: 'UTC' });
  t.is(other.status, 0, other.stderr);
  const names = ['SHA256SUMS', 'SHA256SUMS.sig', 'cotejo-0.1.0.cdx.json', 'cotejo-0.1.0.tar.gz'];
  t.deepEqual((await readdir(made)).sort(), names);
  for (const name of names) t.deepEqual(await readFile(join(made, name)), await readFile(join(again, name)), name);
  t.is(ran.stdout, await readFile(join(made, 'SHA256SUMS'), 'utf8'));

  // What is in it: the commit's files, what they compile to, and the hour of the commit.
  const listed = execFileSync('tar', ['-tzvf', join(made, names[3] as string), '--full-time', '--utc'], { encoding: 'utf8' });
  for (const line of listed.trim().split('\n')) t.regex(line, /^[-d]rw.r-.r-. 0\/0 +\d+ 2018-07-02 01:00:00 cotejo-0\.1\.0\//);
  t.regex(listed, / cotejo-0\.1\.0\/src\/cotejo\.ts\n/);
  t.regex(listed, /^-rwxr-xr-x .* cotejo-0\.1\.0\/dist\/bin\/cotejo\.js$/m);
  t.regex(listed, / cotejo-0\.1\.0\/dist\/cotejo\.html\n/);
  t.notRegex(listed, /node_modules|tsbuildinfo|dist\/test/);
  execFileSync('tar', ['-xzf', join(made, names[3] as string)], { cwd: folder });
  const bin = join(folder, 'cotejo-0.1.0/dist/bin');
  t.regex(await readFile(join(bin, 'LICENSES.txt'), 'utf8'), /^tar-stream \d/m);
  for (const name of await readdir(bin)) t.notRegex(await readFile(join(bin, name), 'utf8'), /packages of/, name);
  await symlink(join(repository(), 'node_modules'), join(folder, 'cotejo-0.1.0/node_modules'));
  t.is((await sh('node cotejo-0.1.0/dist/bin/cotejo.js --version', folder)).stdout, '0.1.0\n');
  const bom = JSON.parse(await readFile(join(made, names[2] as string), 'utf8')) as { components: { name: string }[] };
  t.true(bom.components.some(({ name }) => name === 'ssh2'));
  t.false(bom.components.some(({ name }) => name === 'ava'));

  // Verified by the script, and by hand.
  const verify = (signer: string) => release(first, `--verify '${made}' --signer '${folder}/${signer}.pub'`);
  t.like(await verify('releaser'), { status: 0, stdout: 'authentic\n' });
  t.is((await verify('somebody')).status, 1);
  const byHand =
    `echo "release $(cat ../releaser.pub)" > ../allowed && ssh-keygen -Y verify -n release@cotejo -f ../allowed -I release ` +
    '-s SHA256SUMS.sig < SHA256SUMS && sha256sum --check --strict SHA256SUMS';
  t.is((await sh(byHand, made)).status, 0);

  const attacks: Record<string, (copy: string) => unknown> = {
    'another byte': (copy) => appendFile(join(copy, 'cotejo-0.1.0.tar.gz'), 'x'),
    'a file more': (copy) => writeFile(join(copy, 'install.sh'), 'x'),
    'a file less': (copy) => rm(join(copy, 'cotejo-0.1.0.cdx.json')),
    'no signature': (copy) => rm(join(copy, 'SHA256SUMS.sig')),
    'other sums': (copy) => appendFile(join(copy, 'SHA256SUMS'), `${'0'.repeat(64)}  install.sh\n`),
    'a signature for another purpose': async (copy) => {
      await rm(join(copy, 'SHA256SUMS.sig'));
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'corte@cotejo', '-f', join(folder, 'releaser'), 'SHA256SUMS'], {
        cwd: copy,
      });
    },
  };
  for (const [what, attack] of Object.entries(attacks)) {
    const copy = join(folder, what);
    await cp(made, copy, { recursive: true });
    await attack(copy);
    const { status } = await release(first, `--verify '${copy}' --signer '${folder}/releaser.pub'`);
    t.is(status, 1, what);
  }
});

trial('a release that nobody else could make, or that does not say what changed, is refused', async (t) => {
  const { folder, clones, release } = await makeClones(t);
  const [clone] = clones;
  const out = join(folder, 'made');
  await mkdir(out);
  await writeFile(join(clone, 'README.md'), 'changed');
  t.is((await release(clone, `--out '${out}'`)).status, 3, 'a change that is in no commit');
  execFileSync('git', ['-C', clone, 'checkout', '--quiet', '.']);
  await writeFile(join(clone, 'src/forgotten.ts'), '');
  t.is((await release(clone, `--out '${out}'`)).status, 3, 'a file that is in no commit');
  await rm(join(clone, 'src/forgotten.ts'));

  const changes = join(clone, 'CHANGELOG.md');
  await writeFile(changes, (await readFile(changes, 'utf8')).replace('(2018-06-01)', '(not released yet)'));
  execFileSync('git', ['-C', clone, '-c', 'user.name=x', '-c', 'user.email=x@example', 'commit', '-qam', 'undated']);
  t.is((await release(clone, `--out '${out}' --key '${folder}/releaser'`)).status, 3, 'a changelog without the date');
  for (const args of ['', '--sign', `--out '${out}' --verify '${out}'`, `--verify '${out}'`]) {
    t.is((await release(clone, args)).status, 2, args);
  }
  t.deepEqual(await treeOf(out), {});
});
