import { element, toneSign } from './dom.ts';
import type { Head } from './head-first.ts';
import type { PageWords } from './words-es.ts';

/**
 * What stands where the verdict will stand while the check goes on: what the reader sees is what was signed, and what is
 * not known yet. It has another look than a verdict, and other words.
 * @param unbroken how many cortes are known to be linked from the first on; null as long as that is not known
 * @param isPinned whether the reader brought a code or a document to start from
 */
export function seenCard({ corte, kind, front }: Head, unbroken: number | null, isPinned: boolean, words: PageWords): HTMLElement {
  const { number, phase, taken_at } = corte.statement;
  const { seen } = words;
  return element(
    'div',
    { class: 'seen', 'data-head': String(number), 'data-unbroken': unbroken === null ? null : String(unbroken) },
    element(
      'h2',
      {},
      toneSign(isPinned ? 'good' : 'uncompared'),
      element('span', {}, isPinned ? seen.title : seen.titleUncompared),
    ),
    kind === 'simulacro' && element('p', { class: 'drill' }, words.simulacro),
    element('p', {}, seen.why(number, phase, words.moment(taken_at), front)),
    !isPinned && element('p', {}, seen.uncompared),
    element('p', { class: 'help' }, unbroken === null ? seen.historyNext(number) : seen.unbroken(unbroken)),
  );
}
