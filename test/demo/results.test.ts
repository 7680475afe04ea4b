import test from 'ava';
import { CORTES, MUNICIPIOS } from '../../src/demo/election.ts';
import { publicationOf } from '../../src/demo/results.ts';
import { checkPath, checkTogether } from '../../src/format/path.ts';
import { hourOf } from '../../src/html/hour.ts';

const HOUR = '2018-07-01T21:10:00-05:00';

test('the same corte and hour give the same bytes', (t) => {
  const [one, other] = [publicationOf(7, HOUR), publicationOf(7, HOUR)];
  t.deepEqual([...one.keys()], [...other.keys()]);
  for (const [path, bytes] of one) t.true(bytes.equals(other.get(path)!), path);
});

test('38 municipios, and paths that a corte may have', (t) => {
  t.is(new Set(MUNICIPIOS).size, 38);
  const paths = [...publicationOf(CORTES, HOUR).keys()];
  t.is(paths.filter((path) => /^municipios\/[a-z-]+\/index\.html$/.test(path)).length, 38);
  for (const path of paths) t.notThrows(() => checkPath(path));
  t.notThrows(() => checkTogether(paths));
});

test('every page tells the hour of the corte, and that the results are preliminary', (t) => {
  for (const [path, bytes] of publicationOf(9, HOUR)) {
    if (!path.endsWith('.html')) continue;
    const page = bytes.toString();
    t.true(page.includes(`Corte 9, de las <time datetime="${HOUR}">${hourOf(HOUR)}</time>`), path);
    t.regex(page, /resultados preliminares/i, path);
    t.notRegex(page, /resultados oficiales|https?:\/\//, path);
  }
});

test('it grows corte by corte, and an acta never changes', (t) => {
  let before = publicationOf(1, HOUR);
  for (const corte of [2, 5, 12, 24, CORTES]) {
    const now = publicationOf(corte, HOUR);
    t.true(now.size > before.size);
    for (const [path, bytes] of before) if (path.startsWith('actas/')) t.true(now.get(path)?.equals(bytes), path);
    before = now;
  }
  t.is(publicationOf(CORTES + 5, HOUR).size, before.size);
});
