import type { Documento } from './messages.ts';

/** What the worker says of a document by the document itself: nothing need be asked, and nothing waits. */

/** The metric of a document's `Server-Timing` that has its mark, a space, and what the worker says of it. */
const METRIC = 'cotejo';

/** @returns the header's value for a document with this mark; null where the mark can't stand there */
export function sayOf(mark: string, documento: Documento): string | null {
  return /^[\w-]+$/.test(mark) ? `${METRIC};desc="${mark} ${encodeURIComponent(JSON.stringify(documento))}"` : null;
}

/**
 * @param timings of a document, as its browser has them: anybody may have written them
 * @param marks that the worker told
 * @returns what it says of the document; null where it told no such mark
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
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker wrote it: nobody else knew the mark
      return JSON.parse(decodeURIComponent(said)) as Documento;
    } catch {
      return null;
    }
  }
  return null;
}
