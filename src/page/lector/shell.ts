import { byId } from '../dom.ts';
import { barOf, obstacleBar } from './bar.ts';
import { cardActions } from './card-actions.ts';
import { chosenLanguage, keepLanguage } from './language.ts';
import type { Estado } from './messages.ts';
import { openPanel } from './panel.ts';
import { type Pulse, startPulse } from './pulse.ts';
import { contraryOf, newRounds, type Rounds } from './recibos/rounds.ts';
import { hasFrame, passOf, type Standing, standingOf } from './standing.ts';
import { show, speak } from './view.ts';
import { openWhereabouts } from './whereabouts.ts';
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
const passed = new Set<string>();

const whereabouts = openWhereabouts({
  askWorker: (marco, url) => (line === null ? Promise.resolve(null) : line.document(marco, url)),
  onChange: draw,
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

function standing(): Standing {
  return standingOf({ estado, document: whereabouts.inFrame(), passed, isEnded: whereabouts.isEnded(), now: Date.now() });
}

function draw(): void {
  if (obstacle !== null) return show(obstacleBar(obstacle, words), words, act);
  if (estado !== null) whereabouts.settle(estado.head, hasFrame(standing()));
  const now = standing();
  const seen = now.kind === 'corte' ? now : null;
  const recibos = rounds?.turn(seen?.document.corte ?? null, panel.isOpen()) ?? null;
  const isLooking = pulse?.isLooking() ?? false;
  const { shown, sentences } = barOf(
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
  if (seen !== null) whereabouts.seen();
}

/** Goes past what the reader was told. */
function goPast(): void {
  const now = standing();
  const past = passOf(now);
  if (now.kind === 'ended') whereabouts.passEnd();
  if (past !== null) passed.add(past);
  draw();
}

function goToFront(): void {
  whereabouts.goToFront();
  draw();
}

/** Goes over to the newest corte, at the page that is open. */
function goToNewest(): void {
  if (estado?.head) whereabouts.goTo(estado.head);
}

function take(told: Estado): void {
  estado = told;
  draw();
}

async function start(): Promise<void> {
  try {
    line = await openLine(take, (entrega) => whereabouts.hear(entrega));
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
  return document.visibilityState === 'visible' && navigator.onLine && whereabouts.isWhole();
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
  if (panel.isOpen()) whereabouts.ask();
  draw();
}, TICK);

whereabouts.begin();
document.documentElement.dataset['started'] = '';
speak(words);
draw();
void start();
