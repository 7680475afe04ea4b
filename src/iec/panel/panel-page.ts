import { formatTime, offsetOf } from '../../format/time.ts';
import { clockOf, hourOf, secondsOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { trafficOf } from '../../html/size.ts';
import { lagSpan } from '../../html/span.ts';
import type { Told } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Ledger, NodeRecord } from '../record/ledger.ts';
import { startOfPeriod } from '../record/standing.ts';
import type { IecConfig } from '../setup/config.ts';
import type { Row } from './rows.ts';
import { packWords, stateWords, troubleWords } from './words.ts';

/** The war room's panel: every node at a glance, on a wall and on a phone. It names people, so it must not be published. */

export interface PanelFacts {
  readonly config: IecConfig;
  readonly view: ChainView;
  readonly ledger: Ledger;
  readonly rows: readonly Row[];
  readonly now: number;
  /** why no corte could be made in this period, null where one was */
  readonly packTrouble: Told | null;
}

/** The worst state first, because the room has to see it. */
const ORDER = ['interrumpido', '2-fallas', '1-falla', 'recuperado', 'al-dia'] as const;

const SIGNS = { 'al-dia': '●', '1-falla': '▲', '2-fallas': '▲', interrumpido: '■', recuperado: '◆' } as const;

export function panelPage(facts: PanelFacts): string {
  const { view, rows, packTrouble } = facts;
  const sorted = [...rows].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const cards = joined(
    sorted.map((row) => card(row, facts)),
    '\n',
  );
  const drill = view.phase.kind === 'simulacro' ? html`<p class="drill">SIMULACRO</p>\n` : nothing;
  const body = html`<header>
${drill}<h1>${view.title}</h1>
<p class="sub">Transmisión a los Difusores · fase ${view.phase.name}</p>
${headline(facts)}
</header>
${packTrouble ? alarm(packTrouble) : nothing}<main>
${sorted.length === 0 ? html`<p class="empty">Todavía no hay Difusores en la configuración.</p>` : cards}
</main>
<footer>Esta página se actualiza sola cada ${REFRESH} segundos. Contiene datos de contacto: no es para publicarse.</footer>`;
  return pageOf({
    title: `interrumpidos: ${counted(rows, 'interrumpido')} · Panel de transmisión`,
    style: STYLE,
    body,
    refresh: REFRESH,
  });
}

const REFRESH = 15;

function headline({ view, rows, now }: PanelFacts): Html {
  const offset = offsetOf(view.phase.opens_at);
  const head =
    view.headTakenAt === null
      ? html`<strong>sin cortes</strong><span>todavía no se emite el primero</span>`
      : html`<strong>corte ${view.head}${view.isFinal ? ', final' : ''}</strong><span>${hourOf(formatTime(view.headTakenAt, offset))}</span>`;
  const failing = counted(rows, '1-falla') + counted(rows, '2-fallas');
  const well = counted(rows, 'al-dia') + counted(rows, 'recuperado');
  return html`<ul class="sum">
<li>${head}</li>
<li class="al-dia"><strong>${well}</strong><span>al día</span></li>
<li class="falla"><strong>${failing}</strong><span>con fallas</span></li>
<li class="interrumpido"><strong>${counted(rows, 'interrumpido')}</strong><span>interrumpidos</span></li>
<li><strong>${secondsOf(formatTime(now, offset))}</strong><span>última actualización</span></li>
</ul>`;
}

function counted(rows: readonly Row[], state: Row['state']): number {
  return rows.filter((row) => row.state === state).length;
}

function card(row: Row, facts: PanelFacts): Html {
  const { config, ledger } = facts;
  const difusor = config.difusor.find(({ name }) => name === row.difusor)!;
  const record = ledger.node(`${row.difusor}/${row.node}`);
  const { standing } = record;
  const sent = record.bytes === 0 ? 'nada todavía' : `${trafficOf(record.bytes)} en ${lagSpan(record.seconds)}`;
  const since = standing.since === null ? '' : ` desde las ${clockOf(standing.since)}`;
  const trouble =
    row.error === null
      ? nothing
      : html`<p class="trouble">${troubleWords(record.trouble?.code ?? 'iec-failed')}</p>
<p class="detail">${row.detail ?? ''}</p>
`;
  return html`<article class="${row.state}">
<h2><span class="sign" aria-hidden="true">${SIGNS[row.state]}</span> ${difusor.title} <small>${row.node}</small></h2>
<p class="state">${stateWords(standing)}${since}</p>
${trouble}<dl>
<div><dt>Último corte con acuse</dt><dd>${row.number ?? 'ninguno'}</dd></div>
<div><dt>Atraso</dt><dd>${row.lag_seconds === 0 ? 'ninguno' : lagSpan(row.lag_seconds)}</dd></div>
<div><dt>Última entrega</dt><dd>${sent}</dd></div>
</dl>
${strip(standing, facts)}
${difusor.contact === '' ? nothing : html`<p class="contact">${difusor.contact}</p>`}
</article>`;
}

function alarm({ code, detail }: Told): Html {
  return html`<div class="alarm" role="alert"><p>No se pudo preparar el corte de este periodo: ${packWords(code)}. Se sigue intentando, y lo ya emitido se sigue entregando.</p>
<p class="detail">${detail}</p></div>
`;
}

/** The latest periods, newest on the right. */
function strip({ periods }: NodeRecord['standing'], { view }: PanelFacts): Html {
  if (periods.length === 0) return html`<p class="strip">sin periodos contados</p>`;
  const offset = offsetOf(view.phase.opens_at);
  const missed = periods.filter(({ ok }) => !ok).length;
  const items = periods.map(({ period, ok }) => {
    const hour = clockOf(formatTime(startOfPeriod(view.phase, period), offset));
    return html`<li class="${ok ? 'ok' : 'no'}" title="${hour}: ${ok ? 'recibido' : 'fallido'}"></li>`;
  });
  return html`<ol class="strip" aria-label="${missed} de los últimos ${periods.length} periodos, fallidos">${items}</ol>`;
}

const STYLE = `
:root{--bg:#f4f4f2;--card:#fff;--ink:#1b1b1b;--dim:#5c5c5c;--line:#d5d5d0;--ok:#1a7f37;--warn:#9a6700;--bad:#b3141d;--back:#0757a8}
@media (prefers-color-scheme:dark){:root{--bg:#101214;--card:#1a1d21;--ink:#ececec;--dim:#a3a8ad;--line:#33383d;--ok:#4ac26b;--warn:#e3b341;--bad:#ff6b6b;--back:#6cb6ff}}
*{box-sizing:border-box}
body{margin:0;padding:clamp(.6rem,1.5vw,2rem);background:var(--bg);color:var(--ink);font:1rem/1.4 system-ui,sans-serif}
h1{margin:0;font-size:clamp(1.2rem,2vw,2.2rem);line-height:1.2}
.sub{margin:.1rem 0 .8rem;color:var(--dim)}
.drill{margin:0 0 .6rem;padding:.3rem .8rem;background:#ffd54a;color:#1b1b1b;font-weight:700;letter-spacing:.1em}
.alarm{margin:0 0 1rem;padding:.7rem 1rem;border-left:.5rem solid var(--bad);background:var(--card);font-weight:700}
.alarm p{margin:0}.alarm .detail{font-weight:400}
.sum{display:flex;flex-wrap:wrap;gap:.6rem;margin:0 0 1rem;padding:0;list-style:none}
.sum li{flex:1 1 8rem;padding:.5rem .9rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.sum li:first-child{flex-basis:15rem}
.sum strong{display:block;font-size:clamp(1.4rem,2.4vw,2.8rem);line-height:1.1;font-variant-numeric:tabular-nums}
.sum span{color:var(--dim)}
.sum .al-dia strong{color:var(--ok)}.sum .falla strong{color:var(--warn)}.sum .interrumpido strong{color:var(--bad)}
main{display:grid;gap:.7rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
article{--tone:var(--ok);min-width:0;padding:.7rem .9rem;background:var(--card);border:1px solid var(--line);border-left:.5rem solid var(--tone);border-radius:.4rem;overflow-wrap:anywhere}
article[class$=falla],article[class$=fallas]{--tone:var(--warn)}
article.interrumpido{--tone:var(--bad)}article.recuperado{--tone:var(--back)}
h2{margin:0;font-size:1.15rem;line-height:1.3}
h2 small{color:var(--dim);font-weight:400}
.sign,.state{color:var(--tone)}
.state{margin:.1rem 0 .4rem;font-weight:700}
.trouble{margin:.2rem 0;font-weight:600}
.detail{margin:0 0 .5rem;color:var(--dim);font-size:.85rem}
dl{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.3rem 0}
dt{color:var(--dim);font-size:.8rem}dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.strip{display:flex;gap:2px;margin:.5rem 0;padding:0;list-style:none;color:var(--dim)}
.strip li{flex:0 1 .8rem;height:1.1rem;border-radius:2px;background:var(--ok)}
.strip .no{background:var(--bad);background-image:repeating-linear-gradient(45deg,transparent 0 2px,rgba(0,0,0,.35) 2px 4px)}
.contact{margin:.4rem 0 0;font-size:.9rem}
footer{margin-top:1.2rem;color:var(--dim);font-size:.85rem}
@media (min-width:110rem){body{font-size:1.2rem}}
`;
