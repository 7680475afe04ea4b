import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { foundNetwork } from '../iec/network.ts';
import { cotejo } from '../kit/command.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

/** The doctors as they are run: members, exit statuses, and what is written. */

interface Report {
  readonly fit: boolean;
  readonly checks: ReadonlyArray<Record<string, string | null>>;
}

const verdicts = (stdout: string) => new Map((JSON.parse(stdout) as Report).checks.map(({ id, verdict }) => [id, verdict]));

test('a node is looked at, its constancia is verified, and a changed one is refused', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust({ now: Date.now() })), folder);
  const config = join(folder, 'difusor.toml');
  await cotejo([
    'difusor',
    'init',
    '--config',
    config,
    '--difusor',
    'vanguardia',
    '--node',
    'web1',
    '--anchor',
    anchor,
    '--home',
    folder,
  ]);
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('[sftp]', '[declaraciones]\nups = "APC 3 kVA, 40 minutos"\n\n[sftp]'));
  const page = join(folder, 'constancia.html');
  const doctor = (...more: string[]) => cotejo(['difusor', 'doctor', '--config', config, ...more]);

  const ran = await doctor('--json', '--constancia', page, '--declare', 'enlace=20 Mbit/s');
  t.is(ran.status, 1, ran.stderr);
  const report = JSON.parse(ran.stdout) as Report;
  t.false(report.fit);
  for (const check of report.checks) {
    t.deepEqual(Object.keys(check), ['id', 'clause', 'title', 'measured', 'required', 'verdict', 'remedy']);
  }
  const found = verdicts(ran.stdout);
  t.like(Object.fromEntries(found), {
    sistema: 'cumple',
    permisos: 'cumple',
    confianza: 'cumple',
    demonio: 'no-cumple',
    enlace: 'declarado',
  });
  t.true(['declarado', 'cumple'].includes(found.get('ups') ?? ''));

  const key = join(folder, 'acuse_key.pub');
  const verified = await cotejo(['difusor', 'doctor', '--verify', page, '--key', key, '--json']);
  t.is(verified.status, 0, verified.stderr);
  t.like(JSON.parse(verified.stdout), { valid: true, compared: true, difusor: 'vanguardia', node: 'web1', fit: false });
  t.is((await cotejo(['iec', 'doctor', '--verify', page, '--key', join(folder, 'host_key.pub')])).status, 1);
  await appendFile(page, ' ');
  t.is((await cotejo(['difusor', 'doctor', '--verify', page, '--key', key])).status, 1);
  t.is((await cotejo(['difusor', 'doctor', '--verify', join(folder, 'none.html')])).status, 3);
});

test('what can not be declared, and what is no address, is wrong usage', async (t) => {
  const folder = await makeFolder(t);
  const config = join(folder, 'difusor.toml');
  const paths = ['anchor', 'state', 'inbox', 'outbox', 'acuse_key'].map((key) => `${key} = "${key}"`).join('\n');
  await writeFile(config, `difusor = "a"\nnode = "b"\n${paths}\n[declaraciones]\nreloj = "bien"\n`);
  const wrong = await cotejo(['difusor', 'doctor', '--config', config]);
  t.is(wrong.status, 2);
  t.regex(wrong.stderr, /difusor\.toml:9: unknown key declaraciones\.reloj/);
  for (const option of ['--declare=reloj=bien', '--declare=ups', '--declare=ups= ', '--site=prep.example', '--from=iec.example']) {
    t.is((await cotejo(['difusor', 'doctor', '--config', config, option])).status, 2, option);
  }
  t.is((await cotejo(['difusor', 'doctor', '--config', join(folder, 'none.toml')])).status, 3);
});

requires('openssh-server', ['sshd', 'ssh-keygen'])(
  'the IEC is looked at, and the link to each node that is reached is measured',
  async (t) => {
    const network = await foundNetwork(t);
    await network.issue(1);
    await writeFile(join(network.folder, 'publicacion', 'index.html'), 'resultados preliminares');
    const up = await network.node('vanguardia');
    const down = await network.node('zocalo', { port: 1 });
    await up.run();
    await network.configure();
    const page = join(network.folder, 'constancia.html');
    const ran = await cotejo(['iec', 'doctor', '--config', network.configFile, '--json', '--constancia', page]);
    const found = Object.fromEntries(verdicts(ran.stdout));
    t.like(found, {
      cadena: 'cumple',
      'llave-firma': 'cumple',
      'llave-ssh': 'cumple',
      fuente: 'cumple',
      difusores: 'cumple',
      'nodo/vanguardia/web1': 'cumple',
      [`nodo/${down.name}/web1`]: 'no-cumple',
      [`enlace-subida/${down.name}/web1`]: 'no-se-sabe',
    });
    // How fast this machine is, is not for this test to say; that it was measured is.
    t.true(['cumple', 'no-cumple'].includes(found['enlace-subida/vanguardia/web1'] ?? ''), ran.stdout);
    t.true(['cumple', 'no-cumple'].includes(found['enlace-bajada/vanguardia/web1'] ?? ''), ran.stdout);
    t.is(ran.status, 1);
    t.deepEqual(await up.inbox(), []);
    // The service gets another key than the one that the configuration names: that one is judged.
    const other = await writePrivateKey(makeKey('nadie'), join(network.folder, 'firma'));
    const bin = await makeFolder(t);
    const unit = `ExecStart=node cotejo.js iec run --config ${network.configFile}\nLoadCredential=signing_key:${other}`;
    await writeFile(join(bin, 'systemctl'), `#!/bin/sh\ntest $1 = cat && echo '${unit}'\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const given = await cotejo(['iec', 'doctor', '--config', network.configFile, '--no-link', '--json'], undefined, env);
    t.is(verdicts(given.stdout).get('llave-firma'), 'no-cumple');
    const verified = await cotejo(['iec', 'doctor', '--verify', page, '--key', join(network.folder, 'ssh_key.pub'), '--json']);
    t.like(JSON.parse(verified.stdout), { valid: true, difusor: null });
  },
);
