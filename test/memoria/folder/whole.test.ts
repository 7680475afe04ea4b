import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { madeWhole } from '../../../src/memoria/folder/whole.ts';
import { makeFolder } from '../../kit/folders.ts';

/** A folder that is made whole or not at all. */

test('what a killed process left of the same folder goes, and nothing else', async (t) => {
  const folder = await makeFolder(t);
  const dead = spawn('true');
  await once(dead, 'close');
  const names = [`memoria.${dead.pid}.new`, 'memoria.1.new', `otra.${dead.pid}.new`, 'memoria.new'];
  for (const name of names) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'acceso.log.gz'), 'x');
  }
  const fill = async (place: string) => writeFile(join(place, 'memoria.html'), 'x');
  await madeWhole(join(folder, 'memoria'), 0o700, fill);
  t.deepEqual((await readdir(folder)).sort(), ['memoria', ...names.slice(1)].sort());
  t.deepEqual(await readdir(join(folder, 'memoria')), ['memoria.html']);
});
