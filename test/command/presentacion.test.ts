import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cotejo } from '../kit/command.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';
import { TEMPLATE } from '../kit/presentation.ts';

test('a template is installed, listed and removed, and one with a link is refused', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust({ now: Date.now() })), folder);
  const config = join(folder, 'difusor.toml');
  const init = [
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
  ];
  t.is((await cotejo(init)).status, 0);
  await writeFiles(join(folder, 'tablero'), TEMPLATE);
  const presentacion = (...args: string[]) => cotejo(['difusor', 'presentacion', ...args, '--config', config, '--json'], folder);
  const installed = await presentacion('install', 'tablero');
  t.is(installed.status, 0, installed.stderr);
  const { sha256, ...rest } = JSON.parse(installed.stdout) as { sha256: string };
  t.deepEqual(rest, { name: 'tablero', files: 2, bytes: 231, installed: true });
  t.like(JSON.parse((await presentacion('list')).stdout), {
    presentations: [{ name: 'tablero', sha256, files: 2, intact: true, phases: [] }],
  });
  await symlink('/etc/passwd', join(folder, 'tablero/x'));
  t.is((await presentacion('install', 'tablero', '--name', 'otro')).status, 2);
  t.is((await presentacion('remove', 'tablro')).status, 2);
  t.is((await presentacion('remove', 'tablero')).status, 0);
  t.deepEqual(JSON.parse((await presentacion('list')).stdout), { presentations: [] });
});
