import * as v from 'valibot';
import { isHash } from '../../format/hash.ts';
import { parseTime } from '../../format/time.ts';
import type { Documento } from './messages.ts';

/** What the worker says of a document by the document itself: nothing need be asked, and nothing waits. */

/** The metric of a document's `Server-Timing` that has its mark, a space, and what the worker says of it. */
const METRIC = 'cotejo';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const takenAt = v.pipe(
  v.string(),
  v.check((text) => parseTime(text) !== null),
);

/** The form of what the worker says. The schemas of the documents have sentences, and more code than a first visit should bring. */
const form = v.object({
  type: v.literal('cotejo/documento'),
  corte: v.object({ phase: v.string(), number: whole, takenAt, sha256: v.pipe(v.string(), v.check(isHash)), isFinal: v.boolean() }),
  isDrill: v.boolean(),
  path: v.string(),
  from: v.array(v.string()),
  files: whole,
  bytes: whole,
});

/** @returns the header's value for a document with this mark; null where the mark can't stand there */
export function sayOf(mark: string, documento: Documento): string | null {
  return /^[\w-]+$/.test(mark) ? `${METRIC};desc="${mark} ${encodeURIComponent(JSON.stringify(documento))}"` : null;
}

/**
 * No document can say it of another one. A script of the document itself can read its mark and put another word there, as it
 * can imitate the bar: of what was signed, and runs here, no more is believed than its form.
 * @param timings of a document, as its window has them: anybody may have written them
 * @param marks that the worker told
 * @returns what is said of the document; null where that has another form, or no mark that the worker told: it is asked then
 */
export function saidIn(
  timings: ReadonlyArray<{ readonly name: unknown; readonly description: unknown }>,
  marks: readonly string[],
): Documento | null {
  for (const { name, description } of timings) {
    if (typeof description !== 'string') continue;
    const [mark = '', said = ''] = description.split(' ');
    if (name !== METRIC || !marks.includes(mark)) continue;
    try {
      return v.parse(form, JSON.parse(decodeURIComponent(said)));
    } catch {
      return null;
    }
  }
  return null;
}
