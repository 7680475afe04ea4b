import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { writeProof } from '../../src/audit/proof-folder.ts';
import { makeFolder, treeOf } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';

/** A proof is there whole or not at all, whatever ends the process that writes it. */

const FILES = new Map([
  ['uno/corte.json', 'uno'],
  ['otro/corte.json', 'otro'],
  ['README.md', 'both'],
]);

/** Writes the proof in a process of its own, which is killed when it asks for one file more than so many. */
async function killedAfter(place: string, count: number): Promise<NodeJS.Signals | null> {
  const module = pathToFileURL(join(repository(), 'dist/src/audit/proof-folder.js')).href;
  const script = `import { writeProof } from ${JSON.stringify(module)};
function* files() {
  let asked = 0;
  for (const file of ${JSON.stringify([...FILES])}) {
    if (asked++ === ${count}) process.kill(process.pid, 'SIGKILL');
    yield file;
  }
}
await writeProof(${JSON.stringify(place)}, files());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
}

for (const count of [0, 1, 2]) {
  test(`killed after ${count} of its files it is not there, and the next one writes it and leaves nothing else`, async (t) => {
    const folder = join(await makeFolder(t), 'evidence');
    const place = join(folder, 'jornada-000005');
    t.is(await killedAfter(place, count), 'SIGKILL');
    t.false((await readdir(folder)).includes('jornada-000005'));
    await writeProof(place, FILES);
    t.deepEqual(await readdir(folder), ['jornada-000005']);
    for (const [path, content] of FILES) t.is(await readFile(join(place, path), 'utf8'), content);
  });
}

test('one that is there stays as it is, and what takes its name is told', async (t) => {
  const folder = await makeFolder(t);
  const place = join(folder, 'trust-2');
  await writeProof(place, FILES);
  const before = await treeOf(folder);
  await t.throwsAsync(writeProof(place, new Map([['README.md', 'another']])), { code: 'EEXIST' });
  t.deepEqual(await treeOf(folder), before);
  const file = join(folder, 'trust-3');
  await writeFile(file, '');
  await t.throwsAsync(writeProof(file, FILES), { code: 'EEXIST' });
  // An empty folder, as an earlier version left it where it was killed, is no proof.
  await mkdir(join(folder, 'trust-4'));
  await writeProof(join(folder, 'trust-4'), FILES);
  t.is((await readdir(join(folder, 'trust-4'))).length, 3);
});
