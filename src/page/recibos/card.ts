import { fingerprint } from '../../format/key.ts';
import { asOneLine } from '../../format/text.ts';
import type { Corte } from '../../verdict/history.ts';
import { type Contradiction, contradictionsIn, type GoodReceipt } from '../../verdict/recibos.ts';
import { element, hashLine } from '../dom.ts';
import type { PageWords } from '../words-es.ts';
import type { Recibos } from './count.ts';

/** Which nodes signed for the corte, and where two receipts contradict each other, both, to be compared. */

/** So many contradictions are shown; the first is proof enough. */
const SHOWN = 3;

/** @param recibos null while they are counted */
export function recibosCard(recibos: Recibos | null, corte: Corte, words: PageWords): HTMLElement {
  const { title, waiting } = words.recibos;
  const parts = recibos === null ? [element('p', { class: 'help' }, waiting)] : told(recibos, corte, words);
  const isContrary = recibos?.kind === 'counted' && recibos.count.contrary.length > 0;
  return element(
    'section',
    { class: isContrary ? 'card bad' : 'card', id: 'recibos', 'data-recibos': recibos?.kind ?? null },
    element('h2', {}, title),
    ...parts,
  );
}

function told(recibos: Recibos, corte: Corte, words: PageWords): HTMLElement[] {
  const said = words.recibos;
  const { number } = corte.statement;
  if (!('at' in recibos)) return [element('p', {}, said[recibos.kind])];
  const at = asOneLine(recibos.at.href);
  const from = (text: string) => element('p', { class: 'help' }, `${text} `, element('span', { class: 'print' }, at));
  if (recibos.kind !== 'counted') return [from(recibos.kind === 'none' ? said.none(number) : said.unread)];
  const { signed, admitted, missing, refused, total, difusores, receipts } = recibos.count;
  const contradictions = contradictionsIn(receipts, corte.sha256);
  return [
    element('p', { class: 'count' }, said.counted(signed.length, total.nodes, difusores, total.difusores, number)),
    ...(admitted.length > 0 ? [element('p', {}, said.admitted(admitted.length))] : []),
    ...(missing.length > 0 ? [element('p', {}, said.missing)] : []),
    ...(refused.length > 0 ? [element('p', {}, said.refused(refused.length))] : []),
    ...(contradictions.length > 0 ? [element('h3', { class: 'echo' }, said.contraryTitle(contradictions.length))] : []),
    ...contradictions.slice(0, SHOWN).flatMap((one) => contradiction(one, number, words)),
    from(said.keys),
  ];
}

function contradiction({ other, own }: Contradiction, number: number, words: PageWords): HTMLElement[] {
  const said = words.recibos;
  return [
    element('p', {}, said.contrary(`${other.difusor}/${other.node}`, number)),
    element(
      'div',
      { class: 'two' },
      receipt(said.other, other, words),
      own ? receipt(said.own, own, words) : element('p', { class: 'help' }, said.noOwn),
    ),
    element('p', { class: 'help' }, said.save),
  ];
}

function receipt(title: string, { difusor, node, key, acuse, recibo }: GoodReceipt, words: PageWords): HTMLElement {
  const said = words.recibos;
  const rows: ReadonlyArray<readonly [string, HTMLElement | string]> = [
    [said.signedBy, element('span', {}, `${difusor}/${node} `, element('span', { class: 'print' }, fingerprint(key)))],
    [said.ofCorte, hashLine(acuse.corte, true)],
    ...(acuse.published_at === null ? [] : [[said.at, words.moment(acuse.published_at)] as const]),
  ];
  return element(
    'div',
    { class: 'receipt' },
    element('h4', {}, title),
    element('dl', {}, ...rows.flatMap(([term, what]) => [element('dt', {}, term), element('dd', {}, what)])),
    element('details', {}, element('summary', {}, said.exact), element('pre', {}, ...recibo)),
  );
}
