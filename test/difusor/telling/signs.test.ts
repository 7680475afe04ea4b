import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Event } from '../../../src/difusor/state/events.ts';
import { newRecordSign } from '../../../src/difusor/telling/signs.ts';
import { makeFolder } from '../../kit/folders.ts';

/** When the web server is told to record nothing. That it then does not: test/trial/wall/nginx.test.ts. */

const MiB = 1024 ** 2;

test('the record stops before the space is the cortes’, goes on when there is enough again, and each is told once', async (t) => {
  const [state, signs] = [await makeFolder(t), await makeFolder(t)];
  const told: Event[] = [];
  let room = 1;
  const newSign = () =>
    newRecordSign(
      state,
      signs,
      (event) => told.push(event),
      () => Promise.resolve(room),
    );
  let record = newSign();
  const recorded = () => told.map((event) => event.event === 'access-log' && event.recorded);
  const isStopped = async (bytes: number) => {
    room = bytes;
    await record.look();
    return existsSync(join(signs, 'sin-bitacora'));
  };
  t.false(await isStopped(1));
  t.deepEqual(told, []);
  t.true(await isStopped(-1));
  t.true(await isStopped(-1));
  t.true(await isStopped(255 * MiB), 'not for a moment');
  t.deepEqual(recorded(), [false]);
  t.false(await isStopped(256 * MiB));
  t.true(await isStopped(-1));
  t.deepEqual(recorded(), [false, true, false]);
  record = newSign();
  t.true(await isStopped(255 * MiB), 'another guard knows');
  await rm(join(signs, 'sin-bitacora')); // the folder in memory ends with the machine
  record = newSign();
  t.false(await isStopped(256 * MiB));
  t.deepEqual(recorded(), [false, true, false, true]);
  record = newSign();
  t.false(await isStopped(1));
  t.is(told.length, 4);
});

test('a folder that can not be asked, or is not there, is told once and throws nothing', async (t) => {
  const folder = await makeFolder(t);
  const told: Event[] = [];
  const record = newRecordSign(join(folder, 'gone'), folder, (event) => told.push(event));
  await record.look();
  await record.look();
  t.is(told.length, 1);
  await writeFile(join(folder, 'no-folder'), '');
  const unwritable = newRecordSign(
    folder,
    join(folder, 'no-folder'),
    (event) => told.push(event),
    () => Promise.resolve(-1),
  );
  await unwritable.look();
  t.is(told.length, 2);
});
