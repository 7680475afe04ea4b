/** Whether what is said in Spanish is Spanish: by the small words that no English sentence does without. */

const ENGLISH = new Set(
  `about after again against all already also an and any are at be been before being below but by can can't cannot could
  choices default did does doesn't each file folder for from had has have her him his how if in instead into is isn't it it's its just left may must
  my neither nor not nothing nobody of off on one only options or other our out over own print should than that the their them then there these they
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
