import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Said } from '../../src/format/said.ts';

/**
 * Every table of sentences of every room. The types see to it that both languages have the same ones; here each is said,
 * and the Spanish one is looked at: it is another one, it has no English in it, and none of the values is lost.
 */

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** What Spanish has no word for; names of files, options and commands are taken out before. */
const ENGLISH = /\b(the|of|is|are|not|and|with|this|that|it|its|was|were|from|for|has|have|which|there|can't|must|should)\b/i;
/** In the place of values; letters, so that a sentence that is only a value and a colon is seen to have no words. */
const VALUES = ['Aaq', 'Bbq', 'Ccq', 'Ddq', 'Eeq', 'Ffq'];
/** Words that both languages have. */
const SHARED = /\b(?:final|cortes?|acuses?|simulacro|Difusor(?:es)?|error)\b/g;
/** Quoted text, commands, options, names of files and of headers. */
const NO_WORDS = /`[^`]*`|«[^»]*»|: [a-z-]+ -.*$|--?[\w-]+|[\w/]+\.[\w.]+|\b[A-Z][a-z]+(?:-[A-Z][a-z]+)+|\b[A-Z0-9]{3,}\b/g;
const ANY_VALUE = new RegExp(VALUES.join('|'), 'g');

/** Sentences whose values are not all the same in both languages, by their name: what a library says in English. */
const OTHER_VALUES: ReadonlySet<string> = new Set(['chain/words.js unreadable']);

/** @returns the sentences of a module by their names, each said with values of its own */
async function sentencesIn(file: string): Promise<[name: string, said: Said][]> {
  const module: Readonly<Record<string, unknown>> = await import(file);
  return Object.values(module).flatMap((table) => {
    if (typeof table !== 'object' || table === null) return [];
    return Object.entries(table).flatMap(([name, sentence]: [string, unknown]): [string, Said][] => {
      const said: unknown = typeof sentence === 'function' ? saidWith(sentence) : sentence;
      return said instanceof Said ? [[name, said]] : [];
    });
  });
}

function valuesIn(text: string): string[] {
  return VALUES.filter((value) => text.includes(value));
}

/** A sentence that takes something else than text and numbers says nothing of these. */
function saidWith(sentence: Function): unknown {
  try {
    return Reflect.apply(sentence, null, VALUES);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const files = (await readdir(SRC, { recursive: true })).filter((file) => /(?:^|\/|-)words(?:\/[\w-]+)?\.js$/.test(file)).sort();

const tables = await Promise.all(files.map(async (file) => ({ file, sentences: await sentencesIn(`${SRC}${file}`) })));

for (const { file, sentences } of tables) {
  if (sentences.length === 0) continue;
  test(`the words of ${relative(SRC, SRC + file)} are Spanish to those who read Spanish`, (t) => {
    for (const [name, { en, es }] of sentences) {
      const hasWords = /\p{L}{2}/u.test(en.replace(ANY_VALUE, '').replace(NO_WORDS, '').replace(SHARED, ''));
      if (hasWords) t.not(es, en, name);
      t.notRegex(es.replace(NO_WORDS, ''), ENGLISH, `${name}: ${es}`);
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
