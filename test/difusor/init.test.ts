import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { sh } from '../kit/command.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';

test('what init makes can be read by the web server, whatever the umask', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust({ now: Date.now() })), join(folder, 'anchor'));
  const bin = join(repository(), 'dist/bin/cotejo.js');
  const node = `umask 077; "${process.execPath}" "${bin}" difusor`;
  const made = await sh(`${node} init --config etc/d.toml --difusor v --node w --anchor ${anchor} --home home/node`, folder);
  t.is(made.status, 0, made.stderr);
  const admitted = await sh(`rm -r home/node/state && ${node} admit --config etc/d.toml`, folder);
  t.is(admitted.status, 0, admitted.stderr);
  const modes: [string, number][] = [];
  const open = ['etc', 'home', 'home/node', 'home/node/inbox', 'home/node/outbox', 'home/node/state'];
  const rooms = ['chain', 'chain/trust', 'public', 'pages', 'pages/jornada', 'trees', 'content'].map(
    (room) => `home/node/state/${room}`,
  );
  for (const path of [...open, ...rooms]) modes.push([path, (await stat(join(folder, path))).mode & 0o777]);
  t.deepEqual(
    modes,
    [...open, ...rooms].map((path) => [path, 0o755]),
  );
  for (const [path, mode] of [
    ['etc/d.toml', 0o644],
    ['home/node/acuse_key.pub', 0o644],
    ['home/node/acuse_key', 0o600],
    ['home/node/host_key', 0o600],
    ['home/node/state/refused', 0o700],
    ['home/node/state/chain/trust/1.json', 0o644],
  ] as const) {
    t.is((await stat(join(folder, path))).mode & 0o777, mode, path);
  }
});
