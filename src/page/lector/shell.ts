import { byId } from '../dom.ts';
import { cardOf, obstacleCard } from './card.ts';
import { detailsOf, localHour } from './details.ts';
import { type InFrame, openPublication } from './frame.ts';
import { headingOf, obstacleHeading, sentenceOf } from './heading.ts';
import { chosenLanguage, keepLanguage } from './language.ts';
import type { CorteFacts, Documento, Estado } from './messages.ts';
import { notesOf } from './notes.ts';
import { hasFrame, isClockDoubtful, passOf, type Standing, standingOf } from './standing.ts';
import { type Doing, noteOf, show, speak } from './view.ts';
import { lectorInEnglish } from './words-en.ts';
import { type LectorWords, lectorInSpanish } from './words-es.ts';
import { type Line, type Obstacle, ObstacleError, openLine } from './worker-line.ts';

/** Wires the bar: what the worker says, the publication in its frame, the clock and the reader. */

/** ms between two questions to the worker, which then looks at the mirrors if that is due: it decides on the pace. */
const EVERY = 20_000;
/** ms: how often what depends on the hour is looked at */
const TICK = 2000;

const WORDS = { es: lectorInSpanish, en: lectorInEnglish } as const;

let words: LectorWords = WORDS[chosenLanguage()];
let line: Line | null = null;
let obstacle: Obstacle | null = null;
let estado: Estado | null = null;
let inFrame: InFrame = 'asking';
let isOpen = false;
let isLooking = false;
let isFocusOwed = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const passed = new Set<string>();

const panel = byId('panel');
const forget = byId('forget', HTMLDialogElement);
const frame = byId('publication', HTMLIFrameElement);

const publication = openPublication({
  frame,
  askWorker: (marco, url) => (line === null ? Promise.resolve(null) : line.document(marco, url)),
  onDocument: (document) => {
    inFrame = document;
    draw();
  },
  // What the reader copies, keeps or loads again is the page that he reads.
  onPath: (path) => {
    if (path !== here()) history.replaceState(null, '', path);
  },
});

function here(): string {
  return location.pathname + location.search + location.hash;
}

function standing(): Standing {
  return standingOf({ estado, document: inFrame, passed, now: Date.now() });
}

/** Opens the publication where it is to be seen and is not yet, and takes away what may not be seen any more. */
function settle(): void {
  const now = standing();
  const head = estado?.head ?? null;
  if (!hasFrame(now)) {
    if (isOpen) publication.close();
    isOpen = false;
  } else if (!isOpen && head !== null) {
    isOpen = true;
    publication.open(head, path ?? undefined);
    path = null;
  }
}

/** that the reader came for; null once it was opened */
let path: string | null = here();

function draw(): void {
  settle();
  if (obstacle !== null) {
    const shown = { kind: obstacle, isDrill: false, newer: null, note: null, isFrameSeen: false, hasDetails: false };
    show({ ...shown, heading: obstacleHeading(words), card: obstacleCard(obstacle, words) }, words, doing);
    return;
  }
  const now = standing();
  const isSeen = now.kind === 'corte';
  const notes = notesOf(estado, now, navigator.onLine);
  const sentences = notes.map((note) => sentenceOf(note, isSeen, localHour, words));
  const document = isSeen ? now.document : null;
  const newer = isSeen ? now.newer : null;
  show(
    {
      kind: now.kind,
      isDrill: document === null ? (estado?.phase?.isDrill ?? false) : document.isDrill,
      heading: headingOf(now, Date.now(), estado === null || !isClockDoubtful(estado), words),
      newer: newer === null ? null : offerOf(newer, document),
      // Unfolded, the details list them all.
      note: noteOf(panel.hidden === false ? notes.slice(0, 1) : notes, sentences),
      card: cardOf(now, words),
      isFrameSeen: isSeen,
      hasDetails: estado !== null,
    },
    words,
    doing,
  );
  drawPanel(document, sentences);
  // Whoever asked for a newer one reads on there; what is not seen yet can't have the focus.
  if (isSeen && isFocusOwed) {
    isFocusOwed = false;
    frame.focus();
  }
}

function offerOf(newer: CorteFacts, shown: Documento | null): string {
  return newer.phase === shown?.corte.phase ? words.newer(newer) : words.newerPhase;
}

let drawn = '';

/** Only when something in it is another: whoever reads or is on a button in it is not thrown out. */
function drawPanel(document: Documento | null, notes: readonly string[]): void {
  if (panel.hidden || estado === null) return;
  const details = { estado, document, notes, isLooking };
  const now = JSON.stringify([details, words.lang]);
  if (now === drawn) return;
  drawn = now;
  const held = panel.contains(window.document.activeElement) ? window.document.activeElement?.id : '';
  panel.replaceChildren(...detailsOf(details, { onLook: () => void look(), onForget: () => forget.showModal() }, words));
  if (typeof held === 'string' && held !== '') window.document.getElementById(held)?.focus();
}

const doing: Doing = {
  onAction(name) {
    if (name === 'look') void look();
    else if (name === 'reload') location.reload();
    else if (name === 'https') location.protocol = 'https:';
    else if (name === 'own-tab') window.open(location.href, '_blank', 'noopener');
    else if (name === 'pass') pass();
    else if (estado?.head) goTo(estado.head);
  },
};

function pass(): void {
  const past = passOf(standing());
  if (past !== null) passed.add(past);
  draw();
}

/** Goes over to a corte, at the page that is open. */
function goTo(corte: CorteFacts): void {
  isOpen = true;
  isFocusOwed = true;
  publication.open(corte);
}

function take(told: Estado): void {
  estado = told;
  draw();
}

/** Because the reader wants it, or the machine has a network again. */
async function look(): Promise<void> {
  if (line === null || isLooking) return;
  isLooking = true;
  draw();
  try {
    take(await line.look());
  } catch {
    // What the worker could not say this time it says the next.
  }
  isLooking = false;
  draw();
}

/** A worker that nobody asks is ended by the browser, with its clocks. */
async function ask(): Promise<void> {
  clearTimeout(timer);
  if (line === null || document.visibilityState !== 'visible') return;
  try {
    take(await line.estado());
  } catch {
    // As above.
  }
  askLater();
}

function askLater(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), EVERY);
}

function openPanel(isWanted: boolean): void {
  panel.hidden = !isWanted;
  drawn = '';
  byId('details').setAttribute('aria-expanded', String(isWanted));
  draw();
}

async function start(): Promise<void> {
  try {
    line = await openLine(take);
    take(await line.estado());
  } catch (error) {
    obstacle = error instanceof ObstacleError ? error.obstacle : 'late';
  }
  draw();
  askLater();
}

byId('newer').addEventListener('click', () => {
  if (estado?.head) goTo(estado.head);
});
byId('details').addEventListener('click', () => openPanel(panel.hidden !== false));
byId('more').addEventListener('click', () => {
  openPanel(true);
  panel.focus();
});
panel.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  openPanel(false);
  byId('details').focus();
});
byId('forget-no').addEventListener('click', () => forget.close());
byId('forget-yes').addEventListener('click', () => {
  forget.close();
  passed.clear();
  line?.forget().then(take, () => draw());
});
byId('language').addEventListener('click', () => {
  const other = words.language === 'es' ? 'en' : 'es';
  words = WORDS[other];
  keepLanguage(other);
  speak(words);
  drawn = '';
  draw();
});
document.addEventListener('visibilitychange', () => void ask());
for (const event of ['online', 'offline']) {
  window.addEventListener(event, () => {
    draw();
    if (navigator.onLine) void look();
  });
}
setInterval(() => {
  if (document.visibilityState !== 'visible') return;
  if (!panel.hidden) publication.ask();
  draw();
}, TICK);

document.documentElement.dataset['started'] = '';
speak(words);
draw();
void start();
