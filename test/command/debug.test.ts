import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import { initIec } from '../../src/iec/setup/init.ts';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { makeChain, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { configIn } from '../kit/node.ts';
import { repository } from '../kit/programs.ts';

/** COTEJO_DEBUG: what a daemon is doing, step by step, on stderr. */

const COTEJO = join(repository(), 'dist/bin/cotejo.js');
const debugging = { ...process.env, COTEJO_DEBUG: '1' };

/** Runs a command until it has written `last` on stderr, and ends it. @returns the steps that it wrote */
async function stepsOf(t: ExecutionContext, args: readonly string[], last: string): Promise<string[]> {
  const child = spawn(process.execPath, [COTEJO, ...args], { env: debugging, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let stderr = '';
  let isSent = false;
  child.stderr.on('data', (part) => {
    stderr += part;
    if (!isSent && stderr.includes(`: ${last}`)) isSent = child.kill('SIGTERM');
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  t.is(status, 0, stderr);
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => {
      const step = /^cotejo: debug: \d+\.\d ms, \+\d+\.\d: (.+)$/.exec(line);
      t.truthy(step, line);
      return step?.[1] ?? '';
    });
}

async function installed(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust({ now: Date.now() }));
  const { anchor, state, inbox, outbox, acuse_key } = await configIn(folder, trust);
  await writePrivateKey(ACUSE_KEY, acuse_key);
  const config = join(folder, 'difusor.toml');
  const settings = { difusor: 'vanguardia', node: 'web1', anchor, state, inbox, outbox, acuse_key, poll_seconds: 0.2 };
  await writeFile(config, stringify(settings));
  const [corte] = makeChain(1, { trust });
  await writeDelivery(inbox, corte!);
  return config;
}

test('difusor run tells every turn and every durable step of an admission, in their order', async (t) => {
  const steps = await stepsOf(t, ['difusor', 'run', '--config', await installed(t)], 'end of the turn');
  const durable = ['A12 sync', 'A13', 'A14', 'A15'].flatMap((step) => [`before ${step}`, `after ${step}`]);
  const expected = ['turn', 'copying', 'extracting', ...durable, 'end of the turn'];
  const first = steps.slice(steps.indexOf('turn'), steps.indexOf('end of the turn') + 1);
  t.deepEqual(
    first.filter((step) => expected.includes(step)),
    expected,
  );
});

test('difusor admit tells them too, and without COTEJO_DEBUG nothing is told', async (t) => {
  const admit = (env: NodeJS.ProcessEnv, config: string) =>
    spawnSync(process.execPath, [COTEJO, 'difusor', 'admit', '--config', config], { env, encoding: 'utf8' });
  t.regex(admit(debugging, await installed(t)).stderr, /^cotejo: debug: .*: before A13$/m);
  t.like(admit({ ...process.env, COTEJO_DEBUG: undefined }, await installed(t)), { status: 0, stderr: '' });
});

test('iec run tells every event', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust({ now: Date.now() })), folder);
  const config = join(folder, 'IEC.toml');
  await initIec({ config, phase: 'jornada', anchor });
  await writePrivateKey(makeKey('firma-1'), join(folder, 'firma'));
  await writeFiles(join(folder, 'publicacion'), publicationOf(1));
  const steps = await stepsOf(t, ['iec', 'run', '--config', config], 'packed');
  t.true(steps.some((line) => line.startsWith('started')));
});
