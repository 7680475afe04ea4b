import { asOneLine } from '../../format/text.ts';
import { element, hashLine } from '../dom.ts';
import { type Documento, type Estado, KEPT, type Mirror } from './messages.ts';
import type { Rounds } from './recibos/rounds.ts';
import { recibosSection } from './recibos/section.ts';
import type { LectorWords } from './words-es.ts';

/** What unfolds below the bar: what was verified, who was asked, and what the reader may do about it. */

export interface Details {
  readonly estado: Estado;
  /** of what is seen; null where nothing is */
  readonly document: Documento | null;
  /** all that there is to be told, a sentence each */
  readonly notes: readonly string[];
  readonly isLooking: boolean;
  /** of the corte of what is seen, as of {@link Rounds} */
  readonly recibos: ReturnType<Rounds['turn']>;
}

export interface Doing {
  readonly onLook: () => void;
  /** saves the proof that is in the receipts */
  readonly onKeep: () => void;
  readonly onForget: () => void;
}

/** characters of a Difusor's name */
const LONGEST = 80;

export function detailsOf(details: Details, { onLook, onKeep, onForget }: Doing, words: LectorWords): HTMLElement[] {
  const { estado, document, notes, isLooking, recibos } = details;
  const { detail, fixed } = words;
  const look = element('button', { type: 'button', class: 'quiet', id: 'look' }, isLooking ? words.looking : fixed.look);
  look.disabled = isLooking;
  look.addEventListener('click', onLook);
  const forget = element('button', { type: 'button', class: 'quiet', id: 'forget-ask' }, fixed.forget);
  forget.addEventListener('click', onForget);
  const parts: Array<HTMLElement | null> = [
    notes.length === 0 ? null : element('h2', {}, detail.notes),
    notes.length === 0 ? null : element('ul', { id: 'notes' }, ...notes.map((note) => element('li', {}, note))),
    element('h2', { id: 'panel-title' }, fixed.detailsTitle),
    factsOf(estado, document, words),
    ...forksOf(estado, words),
    document === null ? null : recibosSection(recibos, document.corte.number, words, onKeep),
    element('h2', {}, fixed.mirrorsTitle),
    element('p', { class: 'help' }, fixed.mirrorsWhy),
    mirrorsTable(estado.mirrors, words),
    element('p', { class: 'buttons' }, look, forget),
    element('p', { class: 'help' }, fixed.about),
  ];
  return parts.filter((part) => part !== null);
}

function factsOf(estado: Estado, document: Documento | null, words: LectorWords): HTMLElement {
  const { detail } = words;
  const rows: Array<[string, string | HTMLElement]> = [];
  if (estado.title !== '') rows.push([detail.election, asOneLine(estado.title)]);
  if (document !== null) {
    const { corte, files, bytes, from } = document;
    rows.push([detail.corte, `${words.corte(corte)}: ${words.when(corte.takenAt)}`]);
    rows.push([detail.code, hashLine(corte.sha256, true)]);
    rows.push([detail.from, from.map((name) => (name === KEPT ? words.kept : short(name))).join(', ')]);
    rows.push([detail.files, detail.filesIs(files, bytes)]);
  }
  rows.push([detail.trust, detail.trustIs(estado.trust)]);
  if (estado.seen !== null) rows.push([detail.seen, detail.seenIs(estado.seen.number)]);
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

/** Both sides of each fork: whoever went past the card still has the proof before him. */
function forksOf({ troubles }: Estado, words: LectorWords): HTMLElement[] {
  return troubles.flatMap((trouble) => {
    if (trouble.kind !== 'bifurcacion' && trouble.kind !== 'bifurcacion-confianza') return [];
    const [title, one, other] =
      trouble.kind === 'bifurcacion'
        ? [words.barFork(trouble), words.forkOne, words.forkOther]
        : [words.trustFork.bar(trouble.version), words.trustFork.one, words.trustFork.other];
    const sides = [element('dt', {}, one), element('dd', {}, hashLine(trouble.one, true))];
    sides.push(element('dt', {}, other), element('dd', {}, hashLine(trouble.other, true)));
    return [element('h2', {}, title), element('dl', { class: 'proof' }, ...sides)];
  });
}

function mirrorsTable(mirrors: readonly Mirror[], words: LectorWords): HTMLElement {
  const { fixed } = words;
  const heads = [fixed.difusor, fixed.state, fixed.newestCorte].map((text) => element('th', { scope: 'col' }, text));
  const rows = mirrors.map(({ name, url, state, number, last }) => {
    const told = last === null ? words.states[state] : `${words.states[state]}, ${localHour(last)}`;
    const link = siteLink(url, short(name));
    const check = siteLink(url, words.check, 'cotejo/');
    check?.setAttribute('aria-label', words.checkAt(short(name)));
    return element(
      'tr',
      { 'data-state': state },
      element('th', { scope: 'row' }, link ?? short(name), check === null ? null : ' ', check),
      element('td', {}, told),
      element('td', { class: 'number' }, number === null ? '' : String(number)),
    );
  });
  return element('table', { id: 'mirrors' }, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows));
}

/** @returns null for an address that is none of the web: the padrón is signed, and still no text is trusted with a link */
function siteLink(url: string, text: string, path = ''): HTMLAnchorElement | null {
  if (!URL.canParse(path, url) || !/^https?:$/.test(new URL(url).protocol)) return null;
  return element('a', { href: new URL(path, url).href, target: '_blank', rel: 'noopener noreferrer' }, text);
}

function short(text: string): string {
  return asOneLine(text, LONGEST);
}

/** `20:41`, by the reader's own clock. @param instant ms since the epoch */
export function localHour(instant: number): string {
  const date = new Date(instant);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
