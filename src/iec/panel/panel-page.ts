import { formatTime, offsetOf } from '../../format/time.ts';
import { hourOf, secondsOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { factsOf } from '../link/facts.ts';
import { refusingOf } from '../link/most.ts';
import { cutOffOf } from '../link/own-way-out.ts';
import type { Told } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Ledger } from '../record/ledger.ts';
import { STRIP } from '../record/standing.ts';
import type { IecConfig } from '../setup/config.ts';
import { card } from './card.ts';
import { drill, type Headline, headline, sealTrouble } from './headline.ts';
import { isCard, type NodeView, viewsOf } from './node-view.ts';
import { AGE, SCRIPT } from './panel-script.ts';
import { STYLE } from './panel-style.ts';
import type { Row } from './rows.ts';
import { tile } from './tile.ts';
import { packWords } from './words.ts';

/**
 * The war room's panel: every node at a glance, on a wall and on a phone; what is wrong first. It names people, so it
 * must not be published.
 */

export interface PanelFacts {
  readonly config: IecConfig;
  readonly view: ChainView;
  readonly ledger: Ledger;
  readonly rows: readonly Row[];
  /** ms since the epoch */
  readonly now: number;
  /** why no corte could be made in this period, null where one was */
  readonly packTrouble: Told | null;
  readonly keeper: Keeper;
  readonly sellar: Headline['sellar'];
}

/**
 * Who writes the page: `iec run`, which renews it within seconds for as long as it lives; the same, as it ends; or a
 * command that writes it once.
 */
export type Keeper = 'run' | 'ended' | 'once';

/** From so many cards on they are made smaller, so that all of them stand on one wall. */
const MANY = 13;
/** Up to so many nodes, lines are made larger. */
const FEW = 24;

export function panelPage(facts: PanelFacts): string {
  const { config, view, ledger, rows, now, packTrouble, keeper, sellar } = facts;
  const nodes = viewsOf(config, view, ledger, rows, now);
  const [cards, tiles] = [nodes.filter(isCard), nodes.filter((node) => !isCard(node))];
  const body = html`${keeper === 'run' ? stale(facts) : nothing}<header id="panel" data-written="${now}">
${drill(view)}<div class="title"><h1>${view.title}</h1><p>Transmisión a los Difusores · fase ${view.phase.name}</p></div>
${headline({ view, nodes, now, isEnded: keeper === 'ended', sellar })}
</header>
${sealTrouble(sellar)}${keeper === 'ended' ? ended(facts) : nothing}${packTrouble ? alarm(packTrouble, facts.view.head) : nothing}${cutOff(nodes)}${hourRefused(nodes, facts.view.head)}<main>
${nodes.length === 0 ? html`<p class="empty">Todavía no hay Difusores en la configuración.</p>` : nothing}${
  cards.length === 0
    ? nothing
    : html`<section class="cards" aria-label="Por atender">\n${joined(
        cards.map((one) => card(one, config.file)),
        '\n',
      )}\n</section>\n`
}${tiles.length === 0 ? nothing : html`<ul class="tiles" aria-label="Sin novedad">\n${joined(tiles.map(tile), '\n')}\n</ul>`}
</main>
<footer><p>Tiras: los últimos ${STRIP} periodos, el presente a la derecha; barra baja, recibido; barra alta, fallido. ${
    keeper === 'once'
      ? html`Esta página se escribió una vez, a las ${hourOf(hour(facts))}, y no se renueva mientras no corra el servicio.`
      : html`Esta página se renueva sola.`
  } Contiene datos de contacto: no es para publicarse.</p><noscript><p>Sin JavaScript no hay cuenta regresiva, y la página no puede saber por sí misma si el servicio dejó de escribirla: vigile que la hora de estos datos avance.</p></noscript></footer>`;
  return pageOf({
    title: `${keeper === 'ended' ? '■ SERVICIO DETENIDO · ' : ''}interrumpidos: ${nodes.filter(({ tone }) => tone === 'malo').length} · Panel de transmisión`,
    style: STYLE,
    script: SCRIPT,
    body,
    bodyClass: `${sizeOf(cards.length, tiles.length)}${keeper === 'ended' ? ' ended' : ''}`,
    refresh: AGE.reload,
  });
}

/** By how much there is to show. */
function sizeOf(cards: number, tiles: number): string {
  if (cards >= MANY) return 'many';
  if (cards + tiles <= FEW) return 'few';
  return cards === 0 ? 'calm' : 'usual';
}

function hour({ view, now }: PanelFacts): string {
  return formatTime(now, offsetOf(view.phase.opens_at));
}

/**
 * Hidden until the page is older than it should be. The script finds that out where the file is loaded anew and stays the
 * same; the style, by itself, where it is not loaded anew.
 */
function stale(facts: PanelFacts): Html {
  return html`<div id="stale" class="stale" data-after="${AGE.most}"><p><strong>■ ESTA PÁGINA NO SE RENUEVA desde las ${secondsOf(hour(facts))}<span id="age"></span></strong></p>
<p>Lo que muestra es de esa hora. El servicio del IEC está detenido, o esta copia ya no se actualiza. En el servidor: <code>systemctl status cotejo-iec</code></p></div>
<p id="doubt" class="doubt" hidden>Según el reloj de este equipo, esta página es de hace <span id="apart"></span>. Se está viendo si se renueva…</p>
`;
}

function ended(facts: PanelFacts): Html {
  return html`<div class="alarm" role="alert"><p>■ El servicio del IEC se detuvo a las ${secondsOf(hour(facts))}: nadie prepara ni entrega cortes.</p></div>
`;
}

/** Before anybody calls fifty Difusores for what is wrong here. */
function cutOff(nodes: readonly NodeView[]): Html {
  const cut = cutOffOf(nodes.map(({ row, record }) => ({ difusor: row.difusor, code: record.trouble?.code ?? null })));
  if (cut === null) return nothing;
  return html`<div class="alarm" role="alert"><p>▲ No se alcanza a ${cut.failed} de ${cut.of} Difusores a la vez: es probable que sea la conexión de este servidor, y no la de ellos. Revísela antes de llamarles.</p></div>
`;
}

function hourRefused(nodes: readonly NodeView[], head: number): Html {
  const visited = nodes.map(({ row: { difusor }, record: { trouble, number } }) => ({
    difusor,
    code: trouble?.code ?? null,
    number,
  }));
  const most = refusingOf(visited, head);
  if (most === null) return nothing;
  return html`<div class="alarm" role="alert"><p>▲ ${most.refusing} de ${most.of} Difusores rechazan los cortes por su hora: es probable que vaya adelantado el reloj de este servidor, y no atrasados los de ellos. Revíselo antes de llamarles.</p></div>
`;
}

function alarm({ code, detail }: Told, head: number): Html {
  const words = whatIsKnown(detail);
  return html`<div class="alarm" role="alert"><p>▲ No se pudo preparar el corte de este periodo: ${packWords(code, head)}. Se sigue intentando, y lo ya emitido se sigue entregando.</p>${
    words === '' ? nothing : html`<p class="facts">${words}</p>`
  }</div>
`;
}

/** In Spanish where it is told in Spanish; otherwise what of it needs no translation. */
function whatIsKnown(detail: Told['detail']): string {
  if (detail.es !== detail.en) return detail.es;
  return factsOf(detail.en).join(' · ');
}
