import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  leftToUndo,
  UNDO_LIST,
  UNDO_LIST_BYTES,
  undoFolderBeside,
  undoFolderOfIec,
  undoFoldersOfIec,
} from '../../src/disk/undo-list.ts';
import { ToldError } from '../../src/format/said.ts';
import { makeFolder } from '../kit/folders.ts';
import { englishWordsIn } from '../kit/languages.ts';

test('what is left is told by its kind, and where there is no list nothing is', async (t) => {
  const folder = await makeFolder(t);
  t.deepEqual(await leftToUndo(folder), []);
  t.deepEqual(await leftToUndo(join(folder, 'none')), []);
  await writeFile(
    join(folder, UNDO_LIST),
    '{"type":"cotejo/por-deshacer","entries":[{"id":1,"action":{"undo":"unit","unit":"x"}}]}',
  );
  t.deepEqual(await leftToUndo(folder), ['unit']);
});

test('a list that is damaged is told by its path, in both languages', async (t) => {
  const folder = await makeFolder(t);
  const told = async (name: string) => {
    const error = await t.throwsAsync(leftToUndo(join(folder, name)), { instanceOf: ToldError }, name);
    for (const text of [error.said.en, error.said.es]) t.true(text.includes(join(folder, name, UNDO_LIST)), text);
    t.deepEqual(englishWordsIn(error.said.es.replaceAll(folder, '')), []);
  };
  const damaged = {
    empty: '',
    half: '{"type":"cotejo/por-deshacer","entries":[{"id"',
    other: '{"entries":[{"id":1}]}',
    none: 'null',
    large: ' '.repeat(UNDO_LIST_BYTES + 1),
  };
  for (const [name, text] of Object.entries(damaged)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, UNDO_LIST), text);
    await told(name);
  }
  await mkdir(join(folder, 'a-folder', UNDO_LIST), { recursive: true });
  await told('a-folder');
});

test("at the IEC both places are looked at: root's, and beside the panel", (t) => {
  const folders = undoFoldersOfIec('/srv/iec/panel');
  t.deepEqual(folders, ['/var/lib/cotejo-simulacro', undoFolderBeside('/srv/iec/panel')]);
  t.true(folders.includes(undoFolderOfIec('/srv/iec/panel')), 'whoever drills');
});
