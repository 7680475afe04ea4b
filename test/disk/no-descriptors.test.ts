import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { makeFolder } from '../kit/folders.ts';

/** Without a descriptor to start a program with, whoever asked for it hears so, and the process goes on. */

const SRC = new URL('../../src/', import.meta.url).href;

/** In a process of its own, whose descriptors are all taken. `lock` is asked with a descriptor that was there before. */
const CODE = `
import { getEventListeners } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { lock } from '${SRC}disk/lock.js';
import { removeWhole } from '${SRC}disk/remove.js';
import { syncFileSystem } from '${SRC}disk/durable.js';
import { supervisorOf } from '${SRC}service/supervisor.js';
const supervisor = supervisorOf({ NOTIFY_SOCKET: '/nonexistent', WATCHDOG_USEC: '1000000' });
const folder = process.argv[2];
const works = {
  sync: () => syncFileSystem(folder),
  remove: () => removeWhole(folder + '/a'),
  lock: () => lock(folder + '/lock', { wait: false }),
  ready: () => supervisor.ready('here'),
  status: () => supervisor.status('here'),
  alive: () => supervisor.alive(),
  stopping: () => supervisor.stopping(),
};
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {}
closeSync(taken.pop()); // for the file that is locked
const outcomes = {};
const stop = new AbortController();
for (let i = 0; i < 3; i++) await lock(folder + '/lock', { wait: true, stop: stop.signal }).catch(() => {});
outcomes.listeners = getEventListeners(stop.signal, 'abort').length;
for (const [name, work] of Object.entries(works)) outcomes[name] = await work().then(() => 'done', (error) => error.code ?? String(error));
for (const fd of taken) closeSync(fd);
console.log(JSON.stringify(outcomes));
`;

test('each of our programs that can not be started is an error to whoever asked, and no more', async (t) => {
  const folder = await makeFolder(t);
  const script = join(folder, 'script.mjs');
  await writeFile(script, CODE);
  const line = 'ulimit -n 60; exec "$0" "$@"';
  const { stdout } = await promisify(execFile)('sh', ['-c', line, process.execPath, script, folder]);
  const { listeners, ...outcomes } = JSON.parse(stdout) as Record<string, string> & { listeners: number };
  const { sync, remove, lock, ready, status, alive, stopping } = outcomes;
  t.deepEqual({ status, stopping }, { status: 'done', stopping: 'done' }, 'a line that is lost ends nothing');
  for (const outcome of [sync, remove, lock, ready, alive]) t.is(outcome, 'EMFILE');
  t.is(listeners, 0, 'and leaves nothing behind at the signal that would have ended it');
});
