import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeNode, tomlOf } from '../kit/node.ts';
import { repository } from '../kit/programs.ts';

test('a service that is switched off ends by a signal that comes while it tells systemd that it began', async (t) => {
  const { config } = await makeNode(t, { trust: signTrust(makeTrust()) });
  const file = join(config.state, '..', 'difusor.toml');
  await writeFile(file, `${tomlOf(config)}[traer]\nenabled = false\n`);
  const programs = await makeFolder(t);
  // What is told first ends our caller, and goes on until the signal has come for sure.
  const tells = '#!/bin/sh\n[ "$1" = --ready ] && { kill -TERM $PPID; sleep 0.5; }\nexit 0\n';
  await writeFile(join(programs, 'systemd-notify'), tells, { mode: 0o755 });
  const service = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), 'traer', '--config', file], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${programs}:${process.env['PATH']}`, NOTIFY_SOCKET: join(programs, 'none') },
  });
  t.teardown(() => void service.kill('SIGKILL'));
  t.deepEqual(await once(service, 'exit'), [0, null]);
});
