import test from 'ava';
import { type Autorizacion, authorizationPath, isAuthorizedFor, parseAuthorization } from '../../src/format/autorizacion.ts';
import { checkTemplatePath, parseTemplateSums } from '../../src/format/template.ts';
import { encode } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

const PATH = 'oficial/autorizaciones/vanguardia-tablero.json';
const document: Autorizacion = {
  type: 'cotejo/autorizacion',
  format: 1,
  election: 'coahuila-ayuntamientos-2018',
  phase: 'jornada',
  difusor: 'vanguardia',
  name: 'tablero',
  title: 'Tablero de Vanguardia',
  template: { sha256: 'a'.repeat(64), bytes: 812, files: 9 },
  first: 12,
  last: null,
};

test('an authorisation is read as it was written, at its own path', (t) => {
  t.is(authorizationPath(document), PATH);
  for (const last of [null, 11, 12, 999_999]) {
    const one = { ...document, last };
    t.deepEqual(parseAuthorization(encode(one), PATH), one);
  }
});

test('it holds from its first corte to its last, both with them, and for none if it was withdrawn before', (t) => {
  const { election, phase } = document;
  const held = { election, phase, first: 12 };
  const of = (last: number | null, other = {}) =>
    [11, 12, 13, 14].filter((number) => isAuthorizedFor({ ...held, last }, { election, phase, number, ...other }));
  t.deepEqual([of(null), of(13), of(12), of(11)], [[12, 13, 14], [12, 13], [12], []]);
  t.deepEqual([of(null, { election: 'otra' }), of(null, { phase: 'simulacro-1' })], [[], []]);
});

const MALFORMED: [string, object][] = [
  ['another type', { type: 'cotejo/padron' }],
  ['a later format', { format: 2 }],
  ['a member more', { note: null }],
  ['a Difusor that is a path', { difusor: '../zocalo' }],
  ['another Difusor than its path says', { difusor: 'zocalo' }],
  ['another name than its path says', { name: 'mapa' }],
  ['a title that hides something', { title: 'Tablero\u200b' }],
  ['a template that is no hash', { template: { sha256: 'x', bytes: 1, files: 1 } }],
  ['a template without a file', { template: { sha256: 'a'.repeat(64), bytes: 1, files: 0 } }],
  ['501 files', { template: { sha256: 'a'.repeat(64), bytes: 1, files: 501 } }],
  ['over 16 MiB', { template: { sha256: 'a'.repeat(64), bytes: 16 * 1024 * 1024 + 1, files: 1 } }],
  ['corte 0', { first: 0 }],
  ['a last corte before the one before the first', { last: 10 }],
  ['a corte of seven digits', { last: 1_000_000 }],
];
for (const [what, change] of MALFORMED) {
  test(`malformed: ${what}`, (t) =>
    refuses(t, 'statement-malformed', () => parseAuthorization(encode({ ...document, ...change }), PATH)));
}

test('two pairs of names that give one path are told apart by the document', (t) => {
  const one = { ...document, difusor: 'a-b', name: 'c' };
  const other = { ...document, difusor: 'a', name: 'b-c' };
  t.is(authorizationPath(one), authorizationPath(other));
  t.is(parseAuthorization(encode(other), authorizationPath(one)).difusor, 'a');
});

test('a template has no file where the corte is, none that no site shows, and none called as its list', (t) => {
  for (const path of ['index.html', 'js/corte.js', 'datos/corte/x', 'a/SHA256SUMS']) t.notThrows(() => checkTemplatePath(path));
  const bad = ['corte', 'corte/index.html', 'Corte/x', 'SHA256SUMS', 'sha256sums', '.git/config', 'a/.x', 'cotejo/x', '404.html'];
  for (const path of [...bad, '../x', '/x', 'a\\b', '-x', 'a\nb'])
    refuses(t, 'path-forbidden', () => checkTemplatePath(path), path);
});

test('the list of a template names an index.html, and no more than 500 files', (t) => {
  const line = (path: string) => `${'a'.repeat(64)}  ${path}\n`;
  t.is(parseTemplateSums(Buffer.from(line('index.html'))).length, 1);
  refuses(t, 'manifest-malformed', () => parseTemplateSums(Buffer.from(line('otro.html'))));
  refuses(t, 'path-forbidden', () => parseTemplateSums(Buffer.from(line('corte/x') + line('index.html'))));
  const many = Array.from({ length: 501 }, (_, i) => line(`${1000 + i}.html`)).join('');
  refuses(t, 'too-large', () => parseTemplateSums(Buffer.from(many + line('index.html'))));
});
