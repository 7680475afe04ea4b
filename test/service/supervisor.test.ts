import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { makeFolder } from '../kit/folders.ts';

/** A systemd-notify that hangs stops no daemon: its loop waits for every line that it tells. */

test.serial('a word that does not reach systemd is given up, and only a start fails for want of it', async (t) => {
  const folder = await makeFolder(t);
  const before = process.env['PATH'];
  t.teardown(() => Object.assign(process.env, { PATH: before }));
  process.env['PATH'] = `${folder}:${before}`;
  const hangs = (when: string) =>
    writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\n${when} exec sleep 20 >/dev/null 2>&1\n`, { mode: 0o755 });
  const supervisor = supervisorOf({ NOTIFY_SOCKET: join(folder, 'none'), WATCHDOG_USEC: '1000000' }, 200);
  await hangs('');
  await supervisor.status('at work');
  await supervisor.stopping();
  await t.throwsAsync(supervisor.alive());
  await t.throwsAsync(supervisor.ready('at work'));
  // The library's own call, behind the word that shows whether the program can be started.
  await hangs('[ "$1" != --ready ] ||');
  await t.throwsAsync(supervisor.ready('at work'));
});
