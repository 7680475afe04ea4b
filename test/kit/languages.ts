import type { ExecutionContext } from 'ava';
import { Said } from '../../src/format/said.ts';

/** Whether what is said in Spanish is Spanish: by the small words that no English sentence does without. */

const ENGLISH = new Set(
  `about after again against all already also an and any are at be been before being below but by can can't cannot could
  did does doesn't each for from had have her him his how if in instead into is isn't it it's its just left may must
  my neither nor not nothing nobody of off on one only or other our out over own than that the their them then there these they
  this those to too under until up was we were what when where whether which while who whose why will with without would you
  your`.split(/\s+/),
);

/**
 * The English words in a text that should be Spanish. What is quoted (`«…»`, as a stranger said it) and what stands in
 * backticks or after a shell's prompt is not the text's own.
 */
export function englishWordsIn(text: string): string[] {
  const own = text
    .replace(/«[^»]*»/g, ' ')
    .replace(/`[^`]*`/g, ' ')
    .replace(/(?:[\w.@%+-]*\/)+[\w.@%+-]*/g, ' ')
    .replace(/(?<![\w-])--?[a-z][\w-]*/g, ' ');
  const words = own.toLowerCase().match(/[\p{L}\p{N}_][\p{L}\p{N}_'’-]*/gu) ?? [];
  return words.filter((word) => ENGLISH.has(word));
}

/** What a page shows, its titles and labels too, without its style and script, and without lines to copy. */
export function shownBy(page: string): string {
  return page
    .replace(/<(style|script|code)\b[^>]*>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]*?\b(?:title|aria-label|alt|placeholder)="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Values that a sentence can be made of, each to be found again. */
const MARKS = ['①', '②', '③', '④', '⑤', '⑥'];

type Table = Readonly<Record<string, unknown>>;

/** Every sentence of a table, made of marks where it is made of values. */
function sentencesOf(table: Table): [string, Said][] {
  return Object.entries(table).map(([name, sentence]) => {
    const made: unknown = typeof sentence === 'function' ? sentence(...MARKS) : sentence;
    if (!(made instanceof Said)) throw new Error(`${name} is no sentence in two languages`);
    return [name, made];
  });
}

/**
 * What is wrong with tables of words: a sentence that says the same in both languages, that has English in Spanish, or
 * that does not name the same values in both.
 * @param same sentences that are the same in both, such as a name of this trade
 */
function faultsOf(tables: Readonly<Record<string, Table>>, same: readonly string[] = []): string[] {
  return Object.entries(tables).flatMap(([room, table]) =>
    sentencesOf(table).flatMap(([name, { en, es }]) => {
      const place = `${room}.${name}`;
      const faults = englishWordsIn(es).map((word) => `${place}: «${word}»: ${es}`);
      const hasWords = /\p{L}/u.test(en);
      if (hasWords && en === es && !same.includes(place)) faults.push(`${place}: the same: ${en}`);
      if (marksIn(en) !== marksIn(es)) faults.push(`${place}: other values: ${en} / ${es}`);
      if (hasWords && englishWordsIn(en).length === 0 && /[áéíóúñ¿¡]/i.test(en)) faults.push(`${place}: not English: ${en}`);
      return faults;
    }),
  );
}

function marksIn(text: string): string {
  return MARKS.filter((mark) => text.includes(mark)).join('');
}

/** Fails where {@link faultsOf} finds something. */
export function areBilingual(t: ExecutionContext, tables: Readonly<Record<string, Table>>, same: readonly string[] = []): void {
  t.deepEqual(faultsOf(tables, same), []);
}
