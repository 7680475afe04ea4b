import test from 'ava';
import { newMirrors } from '../../../src/page/lector/mirrors.ts';

/** In which order mirrors are asked, and what is said of them. */

const at = (name: string) => ({ name, url: `https://${name}/` });
const names = (mirrors: readonly { readonly name: string }[]) => mirrors.map(({ name }) => name);

const claims = (number: number) => new Map([['jornada', number]]);

/** Lots in this order. */
function lots(...given: number[]) {
  return () => given.shift() ?? 0.9;
}

test('the fast before the slow, the newest before the stale, and who gave something else last, for a while', (t) => {
  const [a, b, c, d] = [at('a'), at('b'), at('c'), at('d')];
  const mirrors = newMirrors([a, b, c, d], lots(0.1, 0.2, 0.3, 0.4));
  t.deepEqual(names(mirrors.toAsk(0)), ['a', 'b', 'c', 'd'], 'by lot');
  mirrors.setNewest('jornada', 5);
  mirrors.answered(a, claims(5), 900, 0);
  mirrors.answered(b, claims(4), 10, 0);
  mirrors.answered(c, claims(5), 100, 0);
  mirrors.answered(d, claims(5), 0, 0);
  mirrors.gaveOther(d, 0);
  t.deepEqual(names(mirrors.toAsk(1)), ['c', 'a', 'b', 'd']);
  t.deepEqual(
    mirrors.told(1).map(({ state }) => state),
    ['responde', 'atrasado', 'responde', 'entrego-otra-cosa'],
  );
  mirrors.slow(c, 1);
  t.deepEqual(names(mirrors.toAsk(1)), ['a', 'c', 'b', 'd']);
  mirrors.answered(c, claims(5), 100, 2);
  t.deepEqual(names(mirrors.toAsk(2)), ['a', 'c', 'b', 'd'], 'it answers fast, and its files were slow');
  t.deepEqual(names(mirrors.toAsk(600_000)), ['c', 'a', 'b', 'd']);
  t.deepEqual(names(mirrors.toAsk(3_600_000)), ['c', 'd', 'a', 'b'], 'nothing is held against anyone for ever');
});

test('who does not answer is only asked where there is nobody else', (t) => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(at);
  const mirrors = newMirrors(all, lots(0.1, 0.2, 0.3, 0.4, 0.5));
  t.is(mirrors.isAnyAnswering(), null);
  for (const mirror of all.slice(0, 4)) mirrors.silent(mirror);
  t.deepEqual(names(mirrors.toAsk(0)), ['e']);
  for (const mirror of all) mirrors.silent(mirror);
  t.deepEqual(names(mirrors.toAsk(0)), ['a', 'b', 'c']);
  t.false(mirrors.isAnyAnswering());
});

test('a padrón adds mirrors and takes its own away, never those that the lector was built with', (t) => {
  const [first, thief] = [at('first'), at('thief')];
  const mirrors = newMirrors([first], lots(0.9, 0.1));
  mirrors.setListed(Array.from({ length: 200 }, (_, i) => at(`thief-${i}`)));
  t.is(mirrors.told(0).length, 64);
  for (const { name, url } of mirrors.told(0)) mirrors.answered({ name, url }, claims(1), name === 'first' ? 9000 : 1, 0);
  t.true(names(mirrors.toLookAt(0)).includes('first'), 'slow as it is, it is looked at');
  t.true(mirrors.toLookAt(0).length <= 6);
  mirrors.setListed([thief, { ...first, name: 'Primero' }]);
  t.deepEqual(names(mirrors.told(0)), ['Primero', 'thief']);
  mirrors.setListed([]);
  t.deepEqual(names(mirrors.told(0)), ['Primero']);
});
