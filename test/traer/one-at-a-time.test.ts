import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { traerRooms } from '../../src/difusor/setup/config.ts';
import { lockTraer } from '../../src/traer/one-at-a-time.ts';
import { cotejo } from '../kit/command.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { makeNode, tomlOf } from '../kit/node.ts';
import { repository } from '../kit/programs.ts';

/** `cotejo traer --once` beside its service, and the service beside a pass. */

const trust = signTrust(makeTrust());

test('a pass beside the service says so and touches nothing; the service waits for a pass to end', async (t) => {
  const { config } = await makeNode(t, {
    trust,
    config: { traer: { enabled: true, mirrors: [], padron: false, wait_seconds: 0, ask_seconds: 1 } },
  });
  const file = join(config.state, '..', 'difusor.toml');
  await writeFile(file, `${tomlOf(config)}[traer]\npadron = false\n`);
  const held = await lockTraer(config);
  t.truthy(held);
  const pass = await cotejo(['traer', '--once', '--config', file, '--lang', 'en']);
  t.is(pass.status, 3, pass.stderr);
  t.regex(pass.stderr, /another cotejo traer is at work/);
  const { work, told } = traerRooms(config);
  t.false(existsSync(work));

  const service = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), 'traer', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => void service.kill('SIGKILL'));
  const ended = once(service, 'exit');
  await once(service.stderr, 'data');
  t.false(existsSync(join(told, 'status.json')));
  await held?.release();
  while (!existsSync(join(told, 'status.json'))) await pause(50);
  t.is(await lockTraer(config), null);
  service.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
  t.truthy(await lockTraer(config), 'and nothing is left of it');
});
