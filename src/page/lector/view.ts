import { asOneLine } from '../../format/text.ts';
import { byId, element, hashLine, toneSign } from '../dom.ts';
import type { Action, Card } from './card.ts';
import type { Heading } from './heading.ts';
import { type Gravity, gravityOf } from './notes.ts';
import type { LectorWords } from './words-es.ts';

/** Draws the page. Everything is text, and a region that is read aloud is touched only if its text is another one. */

/** All that is seen, but for the publication. */
export interface Shown {
  readonly kind: string;
  readonly isDrill: boolean;
  readonly heading: Heading;
  /** of the newer corte, where one is offered */
  readonly newer: string | null;
  readonly note: { readonly text: string; readonly gravity: Gravity; readonly more: number } | null;
  readonly card: Card | null;
  readonly isFrameSeen: boolean;
  readonly hasDetails: boolean;
}

export function show(shown: Shown, words: LectorWords, onAction: (name: Action['name']) => void): void {
  const { heading, card, note, newer, isDrill } = shown;
  const root = document.documentElement;
  root.dataset['standing'] = shown.kind;
  root.dataset['tone'] = heading.tone;
  byId('drill').hidden = !isDrill;
  say('name', isDrill ? words.fixed.rehearsal : words.fixed.results);
  const title = [...(isDrill ? [words.fixed.drill.toUpperCase()] : []), heading.what, words.fixed.results].join(' · ');
  if (document.title !== title) document.title = title;
  drawSign(heading.tone);
  say('what', heading.what);
  for (const part of ['when', 'day', 'age', 'by'] as const) say(part, heading[part]);
  byId('day').classList.toggle('plain', heading.isOfToday);
  const offer = byId('newer');
  offer.hidden = newer === null;
  say('newer', newer ?? '');
  const strip = byId('note');
  strip.hidden = note === null;
  strip.dataset['gravity'] = note?.gravity ?? 'calm';
  say('note-text', note?.text ?? '');
  const more = note?.more ?? 0;
  byId('more').hidden = more === 0;
  say('more', more === 0 ? '' : words.more(more));
  byId('details').hidden = !shown.hasDetails;
  byId('publication').classList.toggle('unseen', !shown.isFrameSeen);
  drawCard(card, words, onAction);
  byId('fallback').hidden = !card?.hasLinks;
}

function drawSign(tone: Heading['tone']): void {
  const place = byId('sign');
  if (place.dataset['tone'] === tone) return;
  place.dataset['tone'] = tone;
  const sign = tone === 'busy' ? element('span', { class: 'busy', 'aria-hidden': 'true' }) : toneSign(SIGNS[tone]);
  place.replaceChildren(sign);
}

const SIGNS = { good: 'good', warn: 'unknown', bad: 'bad', unknown: 'unknown' } as const;

let drawn = '';

function drawCard(card: Card | null, words: LectorWords, onAction: (name: Action['name']) => void): void {
  const place = byId('card');
  const now = JSON.stringify([card, words.lang]);
  if (now === drawn) return;
  drawn = now;
  place.hidden = card === null;
  if (card === null) {
    place.replaceChildren();
    return;
  }
  const isHeld = place.contains(document.activeElement);
  place.dataset['tone'] = card.tone;
  const buttons = card.actions.map(({ name, text }, i) => {
    const made = element('button', { type: 'button', class: i === 0 ? null : 'quiet', 'data-action': name }, text);
    made.addEventListener('click', () => onAction(name));
    return made;
  });
  place.replaceChildren(
    element('h2', { id: 'card-title' }, toneSign(SIGNS[card.tone]), element('span', {}, card.title)),
    ...card.paragraphs.map((text) => element('p', {}, text)),
    ...card.codes.flatMap(([whose, code]) => [element('h3', {}, whose), hashLine(code, false)]),
    ...(card.after === null ? [] : [element('p', {}, card.after)]),
    ...(buttons.length === 0 ? [] : [element('p', { class: 'buttons' }, ...buttons)]),
  );
  // Whoever was on a button of the card goes on from there.
  if (isHeld) place.querySelector('button')?.focus();
}

/** What is said of a note, and how many others there are. */
export function noteOf(notes: ReadonlyArray<Parameters<typeof gravityOf>[0]>, sentences: readonly string[]): Shown['note'] {
  const [first] = notes;
  const [text] = sentences;
  return first && text !== undefined ? { text, gravity: gravityOf(first), more: notes.length - 1 } : null;
}

/** Says everything that does not change in the language that was chosen. */
export function speak(words: LectorWords): void {
  document.documentElement.lang = words.lang;
  const other = byId('language');
  other.textContent = words.other;
  other.lang = words.otherLang;
  const texts: Readonly<Record<string, string>> = words.fixed;
  for (const place of document.querySelectorAll<HTMLElement>('[data-word]')) {
    const text = texts[place.dataset['word']!] ?? '';
    if (place.textContent !== text) place.textContent = text;
  }
  byId('publication').title = words.fixed.publication;
  for (const link of document.querySelectorAll<HTMLElement>('#difusores [data-check]')) link.textContent = words.check;
}

function say(id: string, text: string): void {
  const place = byId(id);
  const shown = asOneLine(text);
  if (place.textContent !== shown) place.textContent = shown;
}
