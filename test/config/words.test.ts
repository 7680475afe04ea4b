import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { reasonInSpanish } from '../../src/config/words.ts';
import { repository } from '../kit/programs.ts';

test('whatever the TOML parser may say of a text has its Spanish', async (t) => {
  const folder = join(repository(), 'node_modules/smol-toml/dist');
  const modules = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const sources = await Promise.all(modules.map((name) => readFile(join(folder, name), 'utf8')));
  const reasons = sources.flatMap((source) =>
    [...source.matchAll(/TomlError\.x\(['`]([^'`]+)['`]/g)].map(([, reason = '']) => reason),
  );
  t.true(reasons.length > 20);
  for (const reason of reasons) t.not(reasonInSpanish(reason), reasonInSpanish('something else'), reason);
});
