import { type Html, html, nothing } from '../../html/html.ts';
import { type NodeView, nodeName, SIGNS } from './node-view.ts';
import { strip } from './strip.ts';
import { stateWords } from './words.ts';

/** A node with which nothing is wrong: one line. */
export function tile(node: NodeView): Html {
  const { row, record, difusor, tone, view, now } = node;
  const name = nodeName(node);
  const state = stateWords(record.standing);
  const behind = row.lag_seconds === 0 || row.number === null ? nothing : html`<i title="se le está entregando otro">…</i>`;
  const isSeen = row.seen?.state === 'al-dia' ? html` <i title="un lector ve el corte ${row.seen.number ?? ''}">◎</i>` : nothing;
  return html`<li class="${tone}"><span class="sign" role="img" aria-label="${state}" title="${state}">${SIGNS[tone]}</span><span class="name">${difusor.title}${name === '' ? nothing : html` <small>${name}</small>`}</span><span class="corte">${tone === 'espera' ? 'sin contacto' : (row.number ?? '–')}${behind}${isSeen}</span>${strip(record.standing, view, now)}</li>`;
}
