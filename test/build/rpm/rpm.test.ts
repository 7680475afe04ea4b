import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { umask } from 'node:process';
import test from 'ava';
import { makeRpm, signRpm } from '../../../src/build/rpm/rpm.ts';
import { specText } from '../../../src/build/rpm/spec.ts';
import { makeFolder } from '../../kit/folders.ts';
import { repository } from '../../kit/programs.ts';
import { requires, requiresRoot } from '../../kit/requires.ts';

/** The RPM of the command, made and tried by Debian's rpm. */

const trial = requiresRoot(requires('rpm and gnupg', ['rpm', 'rpmbuild', 'rpmsign', 'gpg'])).serial;
const stamp = { version: '0.1.0', revision: '1', epoch: 1_530_493_200 };
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

trial('made twice it is the same, installs and runs, is found changed, and goes without a trace', async (t) => {
  const folder = await makeFolder(t);
  const made = await makeRpm(repository(), stamp, join(folder, 'first'));
  t.is(basename(made), 'cotejo-0.1.0-1.noarch.rpm');
  const before = umask(0o077);
  t.teardown(() => umask(before));
  const again = await makeRpm(repository(), stamp, join(folder, 'second'));
  umask(before);
  t.true((await readFile(made)).equals(await readFile(again)));

  t.regex(run('rpm', '-qp', '--requires', made), /^nodejs >= 20\.19$/m);
  t.regex(run('rpm', '-qp', '--queryformat', '%{LICENSE}', made), /^Apache-2\.0 AND .*MIT/);

  // Its scripts are none, so that a root that has no system in it is enough.
  const root = join(folder, 'root');
  const rpm = (...args: string[]) => run('rpm', '--root', root, ...args);
  rpm('--initdb');
  rpm('--install', '--nodeps', '--nosignature', made);
  t.is(rpm('--query', '--scripts', 'cotejo'), '');
  t.is(rpm('--verify', '--nodeps', 'cotejo'), '');
  const about: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
  t.is(run('node', join(root, 'usr/lib/cotejo/dist/bin/cotejo.js'), '--version').trim(), about.version);
  t.true(existsSync(join(root, 'usr/share/zsh/site-functions/_cotejo')));
  t.true(existsSync(join(root, 'usr/share/man/man1/cotejo.1.gz')));

  execFileSync('sed', ['-i', '1s/^/ /', join(root, 'usr/bin/cotejo')]);
  t.throws(() => rpm('--verify', '--nodeps', 'cotejo'));
  rpm('--erase', 'cotejo');
  for (const gone of ['usr/lib/cotejo', 'usr/bin/cotejo', 'usr/share/doc/cotejo']) t.false(existsSync(join(root, gone)), gone);
});

trial('a signature is good by the key that made it, and by no other', async (t) => {
  const [folder, home] = [await makeFolder(t), await makeFolder(t)];
  process.env['GNUPGHOME'] = home;
  t.teardown(() => run('gpgconf', '--kill', 'all'));
  for (const who of ['iec@example', 'somebody@example']) {
    run('gpg', '--batch', '--passphrase', '', '--quick-generate-key', who, 'rsa2048', 'sign', 'never');
  }
  const made = await makeRpm(repository(), stamp, folder);
  signRpm(made, 'iec@example');
  const checked = (who: string) => {
    const keys = join(folder, `${who}.db`);
    run('rpm', '--dbpath', keys, '--initdb');
    const key = join(folder, `${who}.asc`);
    run('gpg', '--armor', '--output', key, '--export', who);
    run('rpm', '--dbpath', keys, '--import', key);
    return run('rpm', '--dbpath', keys, '--checksig', made);
  };
  t.regex(checked('iec@example'), /digests signatures OK/);
  t.throws(() => checked('somebody@example'));
});

test('a name that RPM would read as a pattern, and a version that it does not take, make no package', (t) => {
  const facts = { version: '0.1.0', revision: '1', licences: ['Apache-2.0'], files: ['usr/bin/cotejo'] };
  t.regex(specText(facts), /^%attr\(0755, root, root\) \/usr\/bin\/cotejo$/m);
  t.throws(() => specText({ ...facts, files: ['usr/share/a*'] }), { message: /pattern/ });
  t.throws(() => specText({ ...facts, version: '0.1.0-rc1' }), { message: /no such version/ });
});
