import { instantOf, offsetOf } from '../../format/time.ts';
import { clockOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { lagSpan } from '../../html/span.ts';
import { factsOf } from '../link/facts.ts';
import { troubleWords } from '../link/trouble-words.ts';
import { isBad } from '../record/seen.ts';
import { type OnDuty, onDuty, stageOf } from '../setup/contacts.ts';
import { dialled, numberIn } from '../setup/phone.ts';
import { type NodeView, nodeName, SIGNS } from './node-view.ts';
import { strip } from './strip.ts';
import { stateWords } from './words.ts';

/** A node with trouble: large, with what happened, whom to call and whether somebody did. */

/** @param config the configuration's file, as the line to copy names it */
export function card(node: NodeView, config: string): Html {
  const { record, difusor, tone, view, now } = node;
  const { standing } = record;
  return html`<article class="${tone}">
<header><span class="sign" aria-hidden="true">${SIGNS[tone]}</span><h2>${difusor.title} ${small(nodeName(node))}</h2><p class="state">${state(node)}</p></header>
<div class="what">${trouble(node)}</div>
<p class="far">${far(node)}${strip(standing, view, now)}</p>
<p class="contact">${contacts(node)}</p>
${called(node, config)}
</article>`;
}

/** How far it has come. Who was never reached has no lag of his own: it is everyone's since the first corte. */
function far({ row, tone }: NodeView): Html {
  const number = row.number === null ? html`sin acuses` : html`corte <b>${row.number}</b>`;
  const lag = row.lag_seconds === 0 || tone === 'perdido' ? nothing : html` · atraso <b>${lagSpan(row.lag_seconds)}</b>`;
  const seen = row.seen?.state === 'al-dia' && row.seen.number !== null ? row.seen.number : null;
  const outside = seen === null ? nothing : html` · <i title="un lector ve el corte ${seen}">◎ ${seen}</i>`;
  return html`<span>${number}${lag}${outside}</span>`;
}

function small(text: string): Html {
  return text === '' ? nothing : html`<small>${text}</small>`;
}

/** How it stands, and since when. What is only noticed of a node that is served has no state of its own. */
function state({ row, record, tone }: NodeView): Html {
  const { standing, silent_since, episode } = record;
  const since = (words: string, hour: string | null) => html`<span class="how">${words}</span> desde las ${clockOf(hour ?? '')}`;
  if (tone === 'perdido') return since(stateWords(standing), episode.since);
  if (row.por_la_red)
    return since(
      standing.failed > 0 ? `${BY_NETWORK}; por SFTP, ${stateWords(standing).toLowerCase()}` : BY_NETWORK,
      standing.failed > 0 ? standing.since : episode.since,
    );
  if (standing.failed > 0) return since(stateWords(standing), standing.since);
  if (silent_since !== null) return since('Servicio sin señales', silent_since);
  if (record.trouble === null && record.site !== null) return since('Al día, y su sitio no', episode.since);
  return since(row.lag_seconds > 0 ? 'Con problemas' : 'Al día, con un aviso', episode.since);
}

/** What is known from its site and its receipt there, where SFTP brings nothing. */
const BY_NETWORK = 'Al día por la red';

/** What is wrong with what a reader sees at the Difusor's site; what is well there is in the line of how far it has come. */
function outside({ seen }: NodeView['row'], isAlone: boolean): Html {
  if (seen === null || !isBad(seen.state)) return nothing;
  return html`<p class="${isAlone ? 'trouble' : 'seen'}">Desde fuera: ${seen.detail.es}</p>`;
}

function trouble({ row, record }: NodeView): Html {
  const { trouble: told, silent_since, standing } = record;
  const words: Html[] = [];
  if (told) words.push(html`<p class="trouble">${troubleWords(told.code)}</p>`);
  else if (silent_since === null && record.site === null)
    words.push(html`<p class="trouble">Se le está entregando el corte que le falta</p>`);
  if (silent_since !== null) {
    const since =
      standing.failed > 0 ? `Su servicio no da señales desde las ${clockOf(silent_since)}` : troubleWords('daemon-silent');
    words.push(html`<p class="trouble">${since}</p>`);
  }
  words.push(outside(row, words.length === 0));
  const facts = factsOf(row.detail?.en ?? '');
  if (facts.length > 0) words.push(html`<p class="facts">${facts.join(' · ')}</p>`);
  return joined(words);
}

/** Who is on duty at this stage and hour; where the configuration has no such list, the one line about whom to call. */
function contacts(node: NodeView): Html {
  const { difusor, view, now } = node;
  const { phase } = view;
  const all = difusor.contacts ?? [];
  if (all.length === 0) return contact(node);
  const stage = stageOf(phase, instantOf(phase.opens_at), now);
  return joined(onDuty(all, stage, now, offsetOf(phase.opens_at)).slice(0, MOST_CONTACTS).map(person));
}

/** A card is read from afar: those who are called first. */
const MOST_CONTACTS = 3;

function person({ contact: { name, post, phone, hours }, isOn }: OnDuty): Html {
  const when = hours === undefined ? '' : `, de ${hours.replace('-', ' a ')} h`;
  const off = isOn ? nothing : html` <b>fuera de su horario</b>`;
  return html`<span class="person"><a href="tel:${dialled(phone) ?? ''}">${phone}</a> ${name}, ${post}${when}${off}</span>`;
}

/** Whom to call: first the number to dial, as a link, then the rest. */
function contact({ difusor }: NodeView): Html {
  const { before, number, after } = numberIn(difusor.contact);
  const { phone } = difusor;
  const isOther = phone !== undefined && dialled(phone) !== dialled(number);
  const who = isOther ? difusor.contact : `${before.replace(/[\s,;:]+$/, '')}${after}`.replace(/^[\s,;:]+/, '');
  const dial = phone ?? number;
  if (dial === '') return html`${difusor.contact === '' ? 'sin datos de contacto' : difusor.contact}`;
  return html`<a href="tel:${dialled(dial) ?? ''}">${dial}</a> ${who}`;
}

/** Whether somebody called about this trouble, and how to note that one did. */
function called({ row }: NodeView, config: string): Html {
  const line = `cotejo iec called ${row.difusor} ${row.node} --episode ${row.episode ?? 0} --config ${quoted(config)}`;
  if (row.called_at !== null) {
    const note = row.note ? html` <q>${row.note}</q>` : nothing;
    return html`<details class="call yes"><summary>✔ Ya se llamó, a las ${clockOf(row.called_at)}${note}</summary><p>Para quitar la marca, en el servidor del IEC:</p><code>${line} --undo</code></details>`;
  }
  return html`<details class="call"><summary>☎ Sin llamar</summary><p>Después de llamar, en el servidor del IEC:</p><code>${line}</code></details>`;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
