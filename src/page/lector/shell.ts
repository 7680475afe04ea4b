// The frame comes first of all.
import './marco.ts';
import { byId } from '../dom.ts';
import { cardActions } from './card-actions.ts';
import { watchForEnd } from './ended.ts';
import { type InFrame, openPublication } from './frame.ts';
import { chosenLanguage, keepLanguage } from './language.ts';
import type { Estado } from './messages.ts';
import { openPanel } from './panel.ts';
import { type Pulse, startPulse } from './pulse.ts';
import { contraryOf, newRounds, type Rounds } from './recibos/rounds.ts';
import { obstacleShown, shownOf } from './shown.ts';
import { hasFrame, passOf, type Standing, standingOf } from './standing.ts';
import { show, speak } from './view.ts';
import { newWishes, type Wishes } from './wishes.ts';
import { lectorInEnglish } from './words-en.ts';
import { type LectorWords, lectorInSpanish } from './words-es.ts';
import { type Line, type Obstacle, ObstacleError, openLine } from './worker-line.ts';

/** Wires the bar: what the worker says, the publication in its frame, the clock and the reader. */

/** ms: how often what depends on the hour is looked at */
const TICK = 2000;

const WORDS = { es: lectorInSpanish, en: lectorInEnglish } as const;

let words: LectorWords = WORDS[chosenLanguage()];
let line: Line | null = null;
let pulse: Pulse | null = null;
let wishes: Wishes | null = null;
let rounds: Rounds | null = null;
let obstacle: Obstacle | null = null;
let estado: Estado | null = null;
let inFrame: InFrame = 'asking';
/** whether the page opened the frame while it was read, before the worker has said that there is something to be seen */
let isEarly = byId('publication').hasAttribute('src');
let isOpen = isEarly;
let isFocusOwed = false;
/** that the reader came for; null once it was opened */
let path: string | null = here();
/** whether the browser ended this page in the publication; null before that is known */
let isEnded: boolean | null = null;
const watch = watchForEnd();
const passed = new Set<string>();

const frame = byId('publication', HTMLIFrameElement);
const publication = openPublication({
  frame,
  askWorker: (marco, url) => (line === null ? Promise.resolve(null) : line.document(marco, url)),
  onDocument: (document) => {
    // What was asked for early was not to be had at once: it is opened as things stand.
    if (document === null && isEarly) isOpen = false;
    else inFrame = document;
    if (document !== 'asking') isEarly = false;
    draw();
  },
  // What the reader copies, keeps or loads again is the page that he reads.
  onPath: (at) => {
    if (at !== here()) history.replaceState(null, '', at);
    watch.open(at);
  },
});
const panel = openPanel({
  onToggle: draw,
  onLook: () => void wishes?.look(),
  onKeep: () => {
    const now = standing();
    if (now.kind !== 'corte') return;
    const { corte } = now.document;
    void wishes?.saveRecibos(corte, rounds?.turn(corte, false) ?? null);
  },
  onForget: () => {
    passed.clear();
    void wishes?.forget();
  },
});

const act = cardActions({ standing, wishes: () => wishes, pass: goPast, front: goToFront, open: goToNewest });

function here(): string {
  return location.pathname + location.search + location.hash;
}

function standing(): Standing {
  return standingOf({ estado, document: inFrame, passed, isEnded: isEnded ?? false, now: Date.now() });
}

/** Opens the publication where it is to be seen and is not yet, and takes away what may not be seen any more. */
function settle(): void {
  if (estado === null) return;
  const { head } = estado;
  if (!hasFrame(standing())) {
    if (isOpen) publication.close();
    isOpen = false;
  } else if (!isOpen && head !== null && isEnded !== null) {
    isOpen = true;
    watch.open(path ?? here());
    publication.open(head, path ?? undefined);
    path = null;
  }
}

function draw(): void {
  if (obstacle !== null) return show(obstacleShown(obstacle, words), words, act);
  settle();
  const now = standing();
  const seen = now.kind === 'corte' ? now : null;
  const recibos = rounds?.turn(seen?.document.corte ?? null, panel.isOpen()) ?? null;
  const isLooking = pulse?.isLooking() ?? false;
  const { shown, sentences } = shownOf(
    {
      estado,
      standing: now,
      isLooking,
      isUnfolded: panel.isOpen(),
      isOnline: navigator.onLine,
      unanswered: wishes?.unanswered() ?? (pulse?.isMute() ? 'pulse' : null),
      contrary: contraryOf(recibos),
      now: Date.now(),
    },
    words,
  );
  show(shown, words, act);
  if (estado !== null) {
    panel.draw({ estado, document: seen?.document ?? null, notes: sentences, isLooking, recibos }, words);
  }
  // Whoever asked for a newer one reads on there; what is not seen yet can't have the focus.
  if (seen !== null && isFocusOwed) {
    isFocusOwed = false;
    frame.focus();
  }
}

/** Goes past what the reader was told. */
function goPast(): void {
  const now = standing();
  const past = passOf(now);
  if (now.kind === 'ended') isEnded = false;
  if (past !== null) passed.add(past);
  draw();
}

function goToFront(): void {
  path = '/';
  isEnded = false;
  draw();
}

/** Goes over to the newest corte, at the page that is open. */
function goToNewest(): void {
  if (!estado?.head) return;
  isOpen = true;
  isFocusOwed = true;
  publication.open(estado.head);
}

function take(told: Estado): void {
  estado = told;
  draw();
}

async function noteEnd(): Promise<void> {
  isEnded = await watch.ended();
  draw();
}

async function start(): Promise<void> {
  try {
    void noteEnd();
    line = await openLine(take, (entrega) => publication.hear(entrega));
    const opened = line;
    // A worker that is replaced by a newer one in this moment answers nothing: the newer one is asked.
    take(await opened.estado().catch(() => opened.estado()));
    pulse = startPulse(line, take, draw);
    const clock = { now: () => performance.now(), random: () => Math.random() };
    rounds = newRounds({ ...clock, ask: (corte, former) => opened.recibos(corte, former), isQuiet, onTold: draw });
    wishes = newWishes({ line, pulse, rounds, onEstado: take, onChange: draw });
  } catch (error) {
    obstacle = error instanceof ObstacleError ? error.obstacle : 'late';
    draw();
  }
}

/** What is seen has come, and somebody looks. */
function isQuiet(): boolean {
  return document.visibilityState === 'visible' && navigator.onLine && publication.isWhole();
}

byId('newer').addEventListener('click', goToNewest);
byId('language').addEventListener('click', () => {
  const other = words.language === 'es' ? 'en' : 'es';
  words = WORDS[other];
  keepLanguage(other);
  speak(words);
  draw();
});
window.addEventListener('offline', draw);
window.addEventListener('online', () => {
  draw();
  void pulse?.look();
});
setInterval(() => {
  if (document.visibilityState !== 'visible') return;
  if (panel.isOpen()) publication.ask();
  draw();
}, TICK);

if (isEarly) {
  watch.open(here());
  publication.expect();
  path = null;
}
document.documentElement.dataset['started'] = '';
speak(words);
draw();
void start();
