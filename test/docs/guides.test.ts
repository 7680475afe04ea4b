import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readGuide } from '../kit/guide.ts';
import { repository } from '../kit/programs.ts';

/** Every shell block of the guides that administrators follow runs in some test. */

/** The sections whose unnamed blocks the trials run, one after the other. */
const WALKED: Readonly<Record<'difusor' | 'iec' | 'simulacros', readonly number[]>> = {
  difusor: [2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17, 19, 22],
  iec: [2, 3, 5, 6],
  simulacros: [],
};
/** What needs more than a machine has that is thrown away: a network, and an authority that answers. Each is in no test. */
const OUTSIDE = new Set(['red', 'certbot']);

/** The names with which a test asks a guide for a block: those on a line that does. */
async function namesInTests(): Promise<ReadonlySet<string>> {
  const folder = join(repository(), 'test');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const names = new Set<string>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes('readGuide')) continue;
    for (const line of text.split('\n').filter((one) => /\bnamed\(/.test(one)))
      for (const [, name] of line.matchAll(/'([\w-]+)'/g)) names.add(name ?? '');
  }
  return names;
}

for (const guide of ['difusor', 'iec', 'simulacros'] as const) {
  test(`every block of docs/${guide}.md runs in a test`, async (t) => {
    const names = await namesInTests();
    const blocks = await readGuide(guide);
    t.true(blocks.length > 0);
    t.deepEqual(
      [...OUTSIDE].filter((name) => names.has(name)),
      [],
    );
    const left = blocks.filter(({ name, section }) =>
      name === null ? !WALKED[guide].includes(section) : !names.has(name) && !OUTSIDE.has(name),
    );
    t.deepEqual(
      left.map(({ name, section, script }) => [section, name, script]),
      [],
    );
  });
}
