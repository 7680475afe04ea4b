import { asOneLine } from '../../format/text.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import type { Top } from '../figures.ts';
import type { Memoria } from '../memoria.ts';
import { many } from './numbers.ts';
import { number, tableOf } from './table.ts';

/** What was read and from where readers came. Paths and hosts are what strangers wrote: text, and cut short. */

const MOST_ROWS = 15;
const LONGEST = 90;

export function originSection({ figures }: Memoria): Html {
  const { topPages, referrers, frames, statuses } = figures;
  return html`<section aria-labelledby="origen"><h2 id="origen">Qué se leyó y de dónde llegaron</h2>
${topTable('Las direcciones más pedidas', 'Dirección', topPages, 'paginas', addressAsRead)}
${topTable('Sitios cuyas páginas llevaron a este', 'Sitio', referrers, 'sitios-de-origen')}
<h3>En marcos de otros portales</h3>
${
  frames.hits === 0
    ? html`<p>Ninguna petición llegó de dentro de un marco en otro portal.</p>`
    : html`<p>El marco se abrió ${many(frames.opened, 'vez', 'veces')}; por él se pidieron ${countOf(frames.pages)} páginas y ${countOf(frames.hits)} hits (${sizeOf(frames.bytes)}), que están en los totales.</p>
${topTable('Portales que lo mostraron', 'Portal', frames.portals, 'marcos')}`
}
${tableOf(
  'Códigos de respuesta, de personas y de programas',
  [{ head: 'Código' }, number('Peticiones'), number('Enviado')],
  statuses
    .slice(0, 40)
    .map(({ status, requests, bytes }) => [status === 0 ? 'ninguno' : String(status), countOf(requests), sizeOf(bytes)]),
  'narrow',
)}</section>`;
}

/**
 * `/municipios/Múzquiz/` for `/municipios/M%C3%BAzquiz/`; as it was asked for where not all of it would be seen.
 * @internal
 */
export function addressAsRead(asked: string): string {
  if (asked.includes('%25')) return asked;
  try {
    const read = decodeURI(asked);
    return /\s(?:\s|$)/.test(read) ? asked : read;
  } catch {
    return asked; // decodeURI tells "not UTF-8" only by throwing
  }
}

/** Of pages alone, each of which is one hit: a column of hits would say the same. */
function topTable(caption: string, head: string, top: Top, file: string, asRead = (name: string) => name): Html {
  if (top.rows.length === 0) return html`<p>${caption}: no hay.</p>`;
  const rows = top.rows
    .slice(0, MOST_ROWS)
    .map(({ name, pages, bytes }) => [asOneLine(asRead(name), LONGEST), countOf(pages), sizeOf(bytes)]);
  const rest = top.distinct - rows.length;
  const least = top.isCut ? ' al menos' : '';
  return html`${tableOf(caption, [{ head }, number('Páginas'), number('Enviado')], rows, 'top')}
${rest > 0 ? html`<p class="soft">Hay${least} ${countOf(rest)} más${top.rows.length > rows.length ? html`; los que siguen están en <code>datos/${file}.csv</code>` : nothing}.${top.isCut ? ` A un renglón le pueden faltar hasta ${many(top.missing, 'página', 'páginas')}.` : ''}</p>` : nothing}`;
}
