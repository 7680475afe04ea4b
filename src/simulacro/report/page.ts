import { fingerprint } from '../../format/key.ts';
import { clockOf, momentOf, secondsOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { ruleSpan, spanOf } from '../../html/span.ts';
import { FAULTS, NOT_UNDONE, NOTHING } from '../faults.ts';
import { countsOf, type Sight, type Trial, type Verdict, wasMade } from '../judge.ts';
import type { Statement } from './statement.ts';
import { STYLE } from './style.ts';

/**
 * The report of a drill for the Consejo General: on its first page what it came to, fault by fault, and after it one record
 * for each with what was done, what was expected, what was seen and when. It prints on letter paper. The statement is in it
 * as JSON, too, from which the same page can be made again.
 */
export function reportPage(statement: Statement): string {
  const { difusor, node, title, phase, trials, cotejo, key, begun_at, ended_at } = statement;
  const who = difusor === null ? 'Instituto Electoral de Coahuila' : `${difusor}, nodo ${node}`;
  const body = html`<header>
<p class="over">Programa de Resultados Electorales Preliminares · ${title}</p>
<h1>Informe de simulacro</h1>
<p class="who">${who} · fase <code>${phase}</code></p>
</header>
${summary(statement)}
<h2>Resultado de cada falla</h2>
${table(trials)}
${statement.left.length === 0 ? nothing : html`<p class="alarm"><strong>Quedó algo sin deshacer:</strong> ${statement.left.join('; ')}. Se deshace con <code>${difusor === null ? 'cotejo iec simulacro --undo' : 'cotejo simulacro undo'}</code>.</p>`}
<section class="hands">
<div><span></span>Responsable técnico: nombre, cargo y firma</div>
<div><span></span>Por el Instituto: nombre, cargo y firma</div>
</section>
<h2 class="records">Lo que se hizo y lo que se vio</h2>
${joined(
  trials.map((trial, i) => record(trial, i + 1)),
  '\n',
)}
<h2>Cómo se hizo</h2>
${method(statement)}
<footer>Del ${momentOf(begun_at)} al ${momentOf(ended_at)}. Lo hizo el programa cotejo ${cotejo} y está firmado con la llave <code>${fingerprint(key)}</code>${difusor === null ? ' del IEC' : ' (la de acuses del nodo)'}; la firma está en el archivo
del mismo nombre terminado en <code>.sig</code>. Para comprobarla: <code>cotejo simulacro --verify ARCHIVO --key LLAVE.pub</code>, o sin este programa,
<code>ssh-keygen -Y verify -n simulacro@cotejo -f FIRMANTES -I nodo -s ARCHIVO.sig &lt; ARCHIVO</code>.</footer>
<pre id="datos" hidden>${JSON.stringify(statement)}</pre>`;
  return pageOf({ title: `Informe de simulacro: ${who}, ${phase}`, style: STYLE, body, schemes: 'light' });
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'como-se-esperaba': 'como se esperaba',
  distinto: 'distinto',
  'no-se-hizo': 'no se hizo',
};

/** What came of one; that it was made and then interrupted is not that it was not made. */
function verdictWords(trial: Trial): string {
  const word = trial.verdict === 'no-se-hizo' && wasMade(trial) ? 'se interrumpió' : VERDICT_WORDS[trial.verdict];
  return `${SIGNS[trial.verdict]} ${word}`;
}

/** Never told by colour alone. */
const SIGNS: Readonly<Record<Verdict, string>> = { 'como-se-esperaba': '●', distinto: '■', 'no-se-hizo': '○' };

function summary({ trials, begun_at, ended_at, whole }: Statement): Html {
  const counts = countsOf(trials);
  const isCut = trials.some((trial) => trial.verdict === 'no-se-hizo' && wasMade(trial));
  const notMade = isCut ? 'no se hizo, o se interrumpió' : VERDICT_WORDS['no-se-hizo'];
  const sentence =
    counts.distinto > 0
      ? html`<strong>Algo no fue como se esperaba</strong>: se señala abajo y debe atenderse antes de la jornada.`
      : counts['como-se-esperaba'] === 0
        ? html`<strong>${isCut ? 'No se alcanzó a ver' : 'No se hizo'} ninguna falla</strong>: este simulacro no prueba nada.`
        : html`<strong>Todo lo que se hizo fue como se esperaba.</strong>`;
  const figure = (verdict: Verdict) =>
    html`<li class="${counts[verdict] === 0 ? 'none' : verdict}"><b>${counts[verdict]}</b><span>${SIGNS[verdict]} ${verdict === 'no-se-hizo' ? notMade : VERDICT_WORDS[verdict]}</span></li>`;
  const figures = [figure('como-se-esperaba'), figure('distinto'), figure('no-se-hizo')];
  const short = whole ? nothing : html` <strong>El simulacro se interrumpió</strong>: lo que falta no se hizo.`;
  const none =
    counts['no-se-hizo'] === 0
      ? nothing
      : html` Lo que ${isCut ? 'no se hizo o se interrumpió' : 'no se hizo'} no está probado; la razón está en cada renglón.`;
  return html`<ul class="sum">${figures}</ul>
<p class="says">${sentence}${short}${none} Empezó el ${momentOf(begun_at)} y terminó a las ${clockOf(ended_at)} h.</p>`;
}

function table(trials: readonly Trial[]): Html {
  const line = (trial: Trial, i: number) =>
    html`<tr class="${trial.verdict}"><td class="n">${i + 1}<td>${trial.title}${trial.node === null ? nothing : html` <span class="node">${trial.node}</span>`}<td class="h">${secondsOf(trial.begun_at)}<td class="s">${longest(trial)}<td class="v">${verdictWords(trial)}</tr>`;
  return html`<table>
<thead><tr><th class="n"><th>Falla<th class="h">Hora<th class="s">Se vio en<th class="v">Resultado</tr></thead>
<tbody>
${joined(trials.map(line), '\n')}
</tbody></table>`;
}

/** How long it took until the last thing that was expected was seen. */
function longest({ sights }: Trial): string {
  const times = sights.filter(({ met }) => met).flatMap(({ after }) => (after === null ? [] : [after]));
  return times.length === 0 ? '—' : secondsIn(Math.max(...times));
}

function record(trial: Trial, number: number): Html {
  const { id, node, title, done, expected, within_seconds, begun_at, seconds, sights, verdict, reason } = trial;
  const isMade = wasMade(trial);
  const seen =
    reason === null ? html`<ul class="seen">${sights.map(sightLine)}</ul>` : html`<p class="reason">${sentence(reason)}.</p>`;
  const took =
    reason === null
      ? html`<dt>Duró<dd>${secondsIn(seconds)} en total; el límite para verlo era de ${spanOf(within_seconds)} <span class="id">${id}</span>`
      : html`<dt>Clave<dd><span class="id">${id}</span>`;
  return html`<article class="${verdict}">
<h3><span class="n">${number}</span> ${title}${node === null ? nothing : html` <span class="node">${node}</span>`} <span class="v">${verdictWords(trial)}</span></h3>
<dl>
<dt>${isMade ? 'Se hizo' : 'Se haría'}<dd>${isMade ? html`A las ${secondsOf(begun_at)} h. ${done}` : done}
<dt>${isMade ? 'Se esperaba' : 'Se esperaría'}<dd>${expected}
<dt>${reason === null ? 'Se vio' : 'Razón'}<dd>${seen}
${took}
<dt>Para deshacer<dd>${undoneWords(trial)}
</dl>
</article>`;
}

function sightLine({ what, met, after }: Sight): Html {
  const when =
    after === null ? nothing : html` <span class="after">${after < 0.1 ? 'de inmediato' : `a los ${secondsIn(after)}`}</span>`;
  return html`<li class="${met ? 'met' : 'unmet'}"><span class="mark">${met ? '✓' : '✗'}</span> ${sentence(what)}${when}</li>`;
}

/** How it is undone and, where there was something to undo, that it is. */
function undoneWords({ id, undone, reason }: Trial): Html {
  if (reason !== null && undone === null) return html`No hizo falta.`;
  const how = FAULTS[id].undone;
  if (undone?.ok === false) return html`<strong>No se pudo:</strong> ${undone.detail ?? ''}`;
  if (undone === null || how === NOTHING || how === NOT_UNDONE) return html`${how}.`;
  return html`${how}. Hecho en ${secondsIn(undone.seconds)}.`;
}

function method({ site, period_seconds, missed_limit, grace_seconds, difusor }: Statement): Html {
  const looked =
    site === null
      ? html`Lo que dice cada nodo se leyó en su bandeja de salida, y no está firmado. Sólo se leyeron, como lo pide un navegador, los sitios que se nombran arriba en «Se vio»; su página se comparó byte por byte con lo que firmó el Instituto.`
      : html`Lo que ven los lectores se leyó en <code>${site}</code> como lo pide un navegador, y se comparó byte por byte con lo que firmó el Instituto. Lo que anota el nodo se leyó en su registro de incidentes; lo que hace el servicio, en systemd.`;
  const rules = html`En esta fase hay un corte cada ${ruleSpan(period_seconds)}; el aviso toca a los ${missed_limit} periodos sin corte y ${ruleSpan(grace_seconds)} de gracia.`;
  const care =
    difusor === null
      ? nothing
      : html` El reloj de la máquina no se tocó; el disco que se llena es sólo el del nodo, si tiene uno propio, y el enlace se corta sólo para la dirección del Instituto. Cada falla se anotó en disco antes de hacerse, para poder deshacerla aunque la máquina se apagara.`;
  return html`<p>${looked} ${rules} Los tiempos se cuentan desde que se hizo la falla o, si se trata de lo que vuelve, desde que se deshizo.${care}</p>`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`: tenths where they say something. */
function secondsIn(seconds: number): string {
  return Math.abs(seconds) < 10 ? `${seconds.toFixed(1)} s` : spanOf(seconds);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
