import { asOneLine } from '../../format/text.ts';
import { element, hashLine } from '../dom.ts';
import type { ToldContradiction, ToldCount, ToldReceipt, ToldRecibos } from './told.ts';
import type { recibosInSpanish } from './words.ts';

/** Which nodes signed for the corte, and where two receipts contradict each other, both, to be compared. */

export interface RecibosWords {
  readonly recibos: typeof recibosInSpanish;
  /** a time of the format, as people read it */
  readonly moment: (time: string) => string;
}

/**
 * @param told null while they are counted
 * @param number of the corte
 * @param keep what the reader can do to keep the proof, where there is one
 */
export function recibosCard(told: ToldRecibos | null, number: number, words: RecibosWords, keep: HTMLElement): HTMLElement {
  const { title, waiting } = words.recibos;
  const parts = told === null ? [element('p', { class: 'help' }, waiting)] : partsOf(told, number, words, keep);
  const isContrary = told?.kind === 'counted' && told.contrary > 0;
  return element(
    'section',
    { class: isContrary ? 'card bad' : 'card', id: 'recibos', 'data-recibos': told?.kind ?? null },
    element('h2', {}, title),
    ...parts,
  );
}

function partsOf(told: ToldRecibos, number: number, words: RecibosWords, keep: HTMLElement): HTMLElement[] {
  const said = words.recibos;
  if (!('at' in told)) return [element('p', {}, said[told.kind])];
  const from = (text: string) =>
    element('p', { class: 'help' }, `${text} `, element('span', { class: 'print' }, asOneLine(told.at)));
  if (told.kind !== 'counted') return [from(told.kind === 'none' ? said.none(number) : said.unread)];
  return [...countOf(told, number, words, keep), from(said.keys)];
}

function countOf(told: ToldCount, number: number, words: RecibosWords, keep: HTMLElement): HTMLElement[] {
  const said = words.recibos;
  const { signed, admitted, missing, refused, nodes, difusores, ofDifusores, contradictions, shown } = told;
  return [
    element('p', { class: 'count' }, said.counted(signed, nodes, difusores, ofDifusores, number)),
    ...(admitted > 0 ? [element('p', {}, said.admitted(admitted))] : []),
    ...(missing > 0 ? [element('p', {}, said.missing)] : []),
    ...(refused > 0 ? [element('p', {}, said.refused(refused))] : []),
    ...(contradictions > 0 ? [element('h3', { class: 'echo' }, said.contraryTitle(contradictions))] : []),
    ...shown.flatMap((one) => contradiction(one, number, words)),
    ...(contradictions > 0 ? [keep] : []),
  ];
}

function contradiction({ other, own }: ToldContradiction, number: number, words: RecibosWords): HTMLElement[] {
  const said = words.recibos;
  return [
    element('p', {}, said.contrary(other.name, number)),
    element(
      'div',
      { class: 'two' },
      receipt(said.other, other, words),
      own ? receipt(said.own, own, words) : element('p', { class: 'help' }, said.noOwn),
    ),
  ];
}

function receipt(title: string, { name, print, corte, publishedAt, recibo }: ToldReceipt, words: RecibosWords): HTMLElement {
  const said = words.recibos;
  const rows: ReadonlyArray<readonly [string, HTMLElement | string]> = [
    [said.signedBy, element('span', {}, `${name} `, element('span', { class: 'print' }, print))],
    [said.ofCorte, hashLine(corte, true)],
    ...(publishedAt === null ? [] : [[said.at, words.moment(publishedAt)] as const]),
  ];
  return element(
    'div',
    { class: 'receipt' },
    element('h4', {}, title),
    element('dl', {}, ...rows.flatMap(([term, what]) => [element('dt', {}, term), element('dd', {}, what)])),
    element('details', {}, element('summary', {}, said.exact), element('pre', {}, ...recibo)),
  );
}
