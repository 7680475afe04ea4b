import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Said } from '../../src/format/said.ts';
import { englishWordsIn } from '../kit/languages.ts';

/**
 * Every table of sentences of every room. The types see to it that both languages have the same ones; here each is said,
 * and the Spanish one is looked at: it is another one, it has no English in it, and none of the values is lost.
 */

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** In the place of values; letters, so that a sentence that is only a value and a colon is seen to have no words. */
const VALUES = ['Aaq', 'Bbq', 'Ccq', 'Ddq', 'Eeq', 'Ffq'];
/** Words that both languages have. */
const SHARED = /\b(?:null|undefined|true|false|final|cortes?|acuses?|simulacro|Difusor(?:es)?|error)\b/g;
/** Quoted text, commands, options, names of files and of headers. */
const NO_WORDS = /`[^`]*`|«[^»]*»|: [a-z-]+ -.*$|--?[\w-]+|[\w/]+\.[\w.]+|\b[A-Z][a-z]+(?:-[A-Z][a-z]+)+|\b[A-Z0-9]{3,}\b/g;
const ANY_VALUE = new RegExp(VALUES.join('|'), 'g');

/** Sentences whose values are not all the same in both languages, by their name: what a library says in English. */
const OTHER_VALUES: ReadonlySet<string> = new Set(['chain/words.js unreadable']);

/** Where no table is `bilingual`: Spanish pages, tables of pages in two languages, and what two processes tell each other. */
const EMPTY: ReadonlySet<string> = new Set([
  'audit/report/look-words.js',
  'command/difusor-init-words.js',
  'custodian/ceremony-words.js',
  'iec/link/trouble-words.js',
  'iec/panel/words.js',
  'memoria/document/words.js',
  'page/insignia/words.js',
  'page/marco/words.js',
  'serve/apart/words.js',
]);

/** Sentences that are made of something else than texts and numbers, by their name. */
const OTHER_TYPES: ReadonlySet<string> = new Set([]);

/** What a number, or what may be missing, may be: a sentence may have a branch for it. */
const BRANCHES: readonly unknown[] = [1, 0, null, undefined, true, false];

/** A sentence said once; null where it takes nothing of that type. */
type Instance = readonly [name: string, said: Said | null];

/** @returns the sentences of a module by their names, each said with values of its own, and once for each of its branches */
async function sentencesIn(file: string): Promise<Instance[]> {
  const module: Readonly<Record<string, unknown>> = await import(file);
  return Object.values(module).flatMap((table) => {
    if (typeof table !== 'object' || table === null) return [];
    return Object.entries(table).flatMap(([name, sentence]: [string, unknown]): Instance[] => {
      if (sentence instanceof Said) return [[name, sentence]];
      if (typeof sentence !== 'function') return [];
      const said = saidWith(sentence, VALUES);
      if (said !== null && !(said instanceof Said)) return [];
      return [[name, said], ...branchesOf(sentence).map((branch): Instance => [name, branch])];
    });
  });
}

/** What else a sentence says where one of its values is a one, nothing, or no. */
function branchesOf(sentence: Function): Said[] {
  const values = BRANCHES.flatMap((value): (readonly unknown[])[] => [
    VALUES.map(() => value),
    ...VALUES.map((_, i) => VALUES.map((text, j) => (i === j ? value : text))),
  ]);
  const branches = values.map((one) => saidWith(sentence, one));
  const found = branches.filter((said) => said instanceof Said);
  return [...new Map(found.map((said) => [`${said.en}\n${said.es}`, said])).values()];
}

function valuesIn(text: string): string[] {
  return VALUES.filter((value) => text.includes(value));
}

/** @returns null where the sentence takes something of another type */
function saidWith(sentence: Function, values: readonly unknown[]): unknown {
  try {
    const said: unknown = Reflect.apply(sentence, null, values);
    return said instanceof Said && (typeof said.en !== 'string' || typeof said.es !== 'string') ? null : said;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const files = (await readdir(SRC, { recursive: true })).filter((file) => /(?:^|\/|-)words(?:\/[\w-]+)?\.js$/.test(file)).sort();

const tables = await Promise.all(files.map(async (file) => ({ file, sentences: await sentencesIn(`${SRC}${file}`) })));

for (const { file, sentences } of tables) {
  test(`the words of ${relative(SRC, SRC + file)} are Spanish to those who read Spanish`, (t) => {
    t.is(sentences.length === 0, EMPTY.has(file), 'it has sentences, or is known to have none');
    for (const [name, said] of sentences) {
      t.is(said === null, OTHER_TYPES.has(`${file} ${name}`), `${name} takes texts and numbers, or is known not to`);
      if (said === null) continue;
      const { en, es } = said;
      const hasWords = /\p{L}{2}/u.test(en.replace(ANY_VALUE, '').replace(NO_WORDS, '').replace(SHARED, ''));
      if (hasWords) t.not(es, en, name);
      t.deepEqual(englishWordsIn(es.replace(NO_WORDS, '')), [], `${name}: ${es}`);
      if (OTHER_VALUES.has(`${file} ${name}`)) continue;
      t.deepEqual(valuesIn(es), valuesIn(en), `${name} has other values: ${es}`);
      t.false(es.endsWith('.') && !en.endsWith('.'), `${name} ends in a period`);
    }
  });
}

test('every room that says something has its table', (t) => {
  const rooms =
    'format verdict chain disk keys config service difusor difusor/setup iec/link iec/delivery iec/pack iec/record iec/setup audit audit/check audit/source custodian serve doctor doctor/judge doctor/probe memoria';
  for (const room of rooms.split(' ')) {
    t.true(files.includes(`${room}/words.js`), room);
  }
});
