import { readFile } from 'node:fs/promises';
import test from 'ava';
import { Refusal } from '../../src/format/refusal.ts';
import { bilingual, inLanguage, Said, said, ToldError } from '../../src/format/said.ts';
import { saidBy } from '../../src/format/thrown.ts';

const words = bilingual(
  {
    none: 'nothing was found',
    twice: (path: string, times: number) => `${path} is there ${times} times`,
    because: (reason: string) => `it is refused: ${reason}`,
  },
  {
    none: 'no se encontró nada',
    twice: (path, times) => `${path} está ${times} veces`,
    because: (reason) => `se rechaza: ${reason}`,
  },
);

test('a sentence is said in both languages, of the same values', (t) => {
  t.is(words.none.in('es'), 'no se encontró nada');
  t.is(words.twice('a.txt', 2).in('es'), 'a.txt está 2 veces');
  t.is(words.twice('a.txt', 2).in('en'), 'a.txt is there 2 times');
});

test('a sentence inside a sentence keeps its language', (t) => {
  const outer = words.because(words.twice('a.txt', 2));
  t.is(outer.in('es'), 'se rechaza: a.txt está 2 veces');
  t.is(outer.in('en'), 'it is refused: a.txt is there 2 times');
});

test('JSON and strings have the English', (t) => {
  t.is(JSON.stringify({ detail: words.none }), '{"detail":"nothing was found"}');
  t.is(String(words.none), 'nothing was found');
});

test('what is known in one language only is given as it is', (t) => {
  t.is(inLanguage('ENOENT', 'es'), 'ENOENT');
  t.is(said('/etc/x').in('es'), '/etc/x');
  t.is(said(words.none), words.none);
});

test('what was thrown is said in both languages, and is safe to look at in each', (t) => {
  const refusal = new Refusal('gap', new Said('no corte\u001b[2J', 'falta un corte\u001b[2J'));
  t.is(refusal.detail, 'no corte\\u{1b}[2J');
  t.is(saidBy(refusal).in('es'), 'falta un corte\\u{1b}[2J');
  t.is(saidBy(new ToldError(words.none)).in('es'), 'no se encontró nada');
  t.is(saidBy(new Error('plain')).in('es'), 'plain');
  t.is(saidBy(7).in('es'), '7');
});

test('a failure of the system has its reason in Spanish, by its code, and its path', async (t) => {
  const error = await t.throwsAsync(readFile('/nada/aqui'), { code: 'ENOENT' });
  t.is(saidBy(error).en, error?.message);
  t.is(saidBy(error).es, '/nada/aqui: no existe ese archivo o carpeta (ENOENT)');
  t.is(saidBy(Object.assign(new Error('x'), { code: 'ENADA' })).es, 'x');
});

test('a sentence that is missing in Spanish, has other values or is no longer said in English does not compile', (t) => {
  const en = { one: 'one', two: (path: string) => `two of ${path}` };
  // @ts-expect-error -- two is missing
  bilingual(en, { one: 'uno' });
  // @ts-expect-error -- two takes a text
  bilingual(en, { one: 'uno', two: (count: number) => `dos de ${count}` });
  // @ts-expect-error -- three is not said in English
  bilingual(en, { one: 'uno', two: (path) => `dos de ${path}`, three: 'tres' });
  t.is(
    bilingual(en, { one: 'uno', two: (path) => `dos de ${path}` })
      .two('x')
      .in('es'),
    'dos de x',
  );
});
