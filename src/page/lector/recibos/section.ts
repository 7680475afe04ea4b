import { element } from '../../dom.ts';
import { type RecibosWords, recibosCard } from '../../recibos/card.ts';
import type { ToldRecibos } from '../../recibos/told.ts';
import type { recibosOfLectorInSpanish } from './words.ts';

/** What the details say of the receipts of the corte that is seen. */

interface Words extends RecibosWords {
  readonly recibos: typeof recibosOfLectorInSpanish;
}

/**
 * @param told as of `Rounds`
 * @param number of the corte
 * @param onKeep saves the proof
 */
export function recibosSection(
  told: ToldRecibos | 'unanswered' | null,
  number: number,
  words: Words,
  onKeep: () => void,
): HTMLElement {
  const { title, unanswered, keep, keepWhy } = words.recibos;
  if (told === 'unanswered') {
    return element('section', { id: 'recibos' }, element('h2', {}, title), element('p', {}, unanswered));
  }
  const button = element('button', { type: 'button', id: 'recibos-keep' }, keep);
  button.addEventListener('click', onKeep);
  return recibosCard(told, number, words, element('p', { class: 'buttons' }, button, element('span', { class: 'help' }, keepWhy)));
}
