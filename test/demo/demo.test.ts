import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cotejo } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { long } from '../kit/requires.ts';

async function demo(t: ExecutionContext, args: readonly string[], whenItSays: RegExp | null = null) {
  const temporary = await makeFolder(t);
  const child = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), 'demo', ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  let isSent = false;
  child.stderr.on('data', (part) => (stderr += part));
  child.stdout.on('data', (part) => {
    stdout += part;
    if (isSent || !whenItSays?.test(stdout)) return;
    isSent = child.kill('SIGINT');
  });
  const [status] = await once(child, 'close');
  return { status: status as number, stdout, stderr, isSent, left: await readdir(temporary) };
}

long()('the whole night by itself: everything that should be refused is, and nothing is left behind', async (t) => {
  const { status, stdout, stderr, left } = await demo(t, ['--once']);
  t.is(status, 0, stdout + stderr);
  t.is(stderr, '');
  t.notRegex(stdout, /^ +NO /m);
  for (const code of ['signer-unknown', 'signature-invalid', 'package-mismatch', 'statement-malformed', 'signer-out-of-range']) {
    t.true(stdout.includes(`refused, ${code}\n`), code);
  }
  for (const state of ['1-falla', '2-fallas', 'interrumpido', 'recuperado']) t.true(stdout.includes(state), state);
  t.regex(stdout, /http:\/\/127\.0\.0\.1:\d+/);
  t.regex(stdout, /code of integrity, which they print: [0-9a-f]{8}( [0-9a-f]{8}){7}$/m);
  t.deepEqual(left, []);
});

test('Ctrl-C ends it in the middle, and leaves nothing behind', async (t) => {
  const { status, stderr, left, isSent } = await demo(t, ['--speed', '1'], /Difusor Sur +http/);
  t.true(isSent);
  t.is(status, 0);
  t.is(stderr, '');
  t.deepEqual(left, []);
});

test('a speed that is not a positive number is wrong usage', async (t) => {
  for (const speed of ['0', '-3', 'fast']) t.is((await cotejo(['demo', '--speed', speed])).status, 2, speed);
});

test('without flock it says what is missing', async (t) => {
  const child = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), 'demo', '--once'], {
    env: { ...process.env, PATH: await makeFolder(t) },
  });
  let stderr = '';
  child.stderr.on('data', (part) => (stderr += part));
  const [status] = await once(child, 'close');
  t.is(status, 3);
  t.regex(stderr, /^cotejo: error: there is no flock on this machine: it comes with util-linux/);
});
