import { isName } from '../../format/document.ts';
import { byId } from '../dom.ts';
import { webClient } from '../web-get.ts';
import { webSource } from '../web-source.ts';
import { type Answer, isSame, moveFor, newLasting, readAnswer, serverHour } from './answer.ts';
import { newAround } from './around.ts';
import { isMisplaced } from './document-corte.ts';
import { type Facts, readFacts } from './facts.ts';
import { newServerClock, standingOf } from './judge.ts';
import { mayReload, nextAsking, nextLoading, SETTLING } from './pace.ts';
import { type Loaded, openPublication } from './publication.ts';
import { newWatch } from './reading.ts';
import { followSeen, makeCompact, openView } from './view.ts';

/** Wires the publication in the frame, what the site answers, the clocks, and the page around. Nothing is kept or sent. */

/** ms */
const PATIENCE = 10_000;
const LOOK = 2000;
/** failures in a row from which on it is said that nobody answers */
const SILENT = 2;
/** ms: the reader came back, or went to another page; what was asked for since then need not be asked again */
const RECENT = 10_000;

const NO_FACTS: Facts = { phase: null, corte: null };

const asked = new URLSearchParams(location.search).get('fase') ?? '';
const home = new URL(isName(asked) ? `/cotejo/fases/${asked}/` : '/', location.origin);
const chain = new URL('/cotejo/chain/', location.origin);

const clock = newServerClock();
/** By then no browser has a file of what was revoked, and the other node of two has caught up. */
const lasting = newLasting(SETTLING);
const watch = newWatch(() => performance.now());
const view = openView({ onNewer: () => load(true), onAgain: () => void ask(), home });
const around = newAround(followSeen);
const publication = openPublication(byId('publication', HTMLIFrameElement), home, onLoad);

/** what the frame was last loaded with, and what is known of it */
let inside: { readonly answer: Answer; readonly facts: Facts } | null = null;
/** the last answer in earnest, and the newer corte that it told of */
let seen: Answer | null = null;
let newer: { readonly answer: Answer; readonly facts: Facts; readonly since: number } | null = null;
/** what the document in the frame told of itself; it may come before the first answer */
let seenIn: Loaded['corte'] = null;
/** how often a document that is not what the site shows was loaded anew, and when it will be again, by `performance.now` */
let again: { readonly vain: number; readonly due: number } | null = null;
let failures = 0;
let answeredAt = Date.now();
let askedAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;
let isAsking = false;

async function ask(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  askedAt = performance.now();
  try {
    const answer = await look();
    failures = answer === null ? failures + 1 : 0;
    if (answer !== null) await take(answer);
  } finally {
    isAsking = false;
  }
  show();
  schedule();
}

/** @returns null where nobody answered in earnest */
async function look(): Promise<Answer | null> {
  try {
    const response = await fetch(home, { method: 'HEAD', cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) });
    const header = (name: string) => response.headers.get(name);
    const answer = readAnswer(response.status, header);
    if (answer !== null) {
      clock.told(serverHour(header), performance.now());
      answeredAt = Date.now();
    }
    return answer;
  } catch {
    return null; // no connection, no answer in time, or one that leads elsewhere
  }
}

async function take(answer: Answer): Promise<void> {
  const before = lasting.before(answer, performance.now());
  seen = answer;
  if (answer.kind === 'momento' || answer.kind === 'nada') return;
  const move = moveFor(inside?.answer ?? null, answer, before);
  if (inside === null || move === 'load') {
    const isFirst = inside === null;
    const facts = await factsOf(answer);
    // A notice need not tell of the last corte; its hour is known from before.
    const corte = facts.corte ?? (answer.kind === 'corte' ? null : (inside?.facts.corte ?? null));
    inside = { answer, facts: { phase: facts.phase ?? inside?.facts.phase ?? null, corte } };
    newer = null;
    if (!isFirst) publication.reload();
    else if (seenIn !== null) await recognise(seenIn);
  } else if (move === 'newer') {
    if (newer === null || !isSame(newer.answer, answer)) newer = { answer, facts: await factsOf(answer), since: performance.now() };
  } else {
    if (newer !== null && isSame(answer, inside.answer)) newer = null;
    if (inside.facts.phase === null || inside.facts.corte === null) inside = { answer: inside.answer, facts: await factsAgain() };
  }
}

async function factsOf(answer: Extract<Answer, { readonly phase: string }>): Promise<Facts> {
  try {
    return await readFacts(
      webSource(
        chain,
        webClient(AbortSignal.timeout(3 * PATIENCE), () => {}),
      ),
      answer,
    );
  } catch {
    return NO_FACTS; // it is said that the hour is not known, and asked again
  }
}

async function factsAgain(): Promise<Facts> {
  if (inside === null || !('phase' in inside.answer)) return NO_FACTS;
  const facts = await factsOf(inside.answer);
  return { phase: facts.phase ?? inside.facts.phase, corte: facts.corte ?? inside.facts.corte };
}

function standing() {
  return standingOf({
    answer: inside?.answer ?? seen,
    hasFailed: failures > 0,
    phase: inside?.facts.phase ?? null,
    corte: inside?.facts.corte ?? null,
    newer: newer !== null && performance.now() - newer.since >= SETTLING ? newer.facts.corte : null,
    document: seenIn,
    silentSince: failures >= SILENT ? answeredAt : null,
    clocks: { reader: Date.now(), server: clock.at(performance.now()) },
  });
}

/** Loads the newer corte if its time has come. @param isWanted whether the reader asked for it */
function load(isWanted: boolean): void {
  if (newer === null) return;
  const now = performance.now();
  const isStale = standing().kind === 'stale';
  if (!isWanted && !isStale && (now - newer.since < SETTLING || !mayReload(watch.reading(now)))) return;
  inside = { answer: newer.answer, facts: newer.facts };
  newer = null;
  publication.reload();
  if (isWanted) publication.frame.focus();
  show();
}

function onLoad({ document, isOther, isOurs, corte }: Loaded): void {
  watch.follow(document);
  if (isOther) {
    around.tellBeginning();
    if (!around.isGrowing()) window.scrollTo({ top: 0, behavior: 'instant' });
  }
  seenIn = corte;
  if (corte !== null) void recognise(corte);
  show();
  const isAsked = !isOurs || isMisplaced(inside?.answer ?? null, corte);
  if (isAsked && performance.now() - askedAt > RECENT) void ask();
}

/**
 * A store between, or the browser's own, may have the results still that a notice is told of, or the notice when there is
 * a corte. The document is asked for again, but not by every frame in one second.
 */
function loadAgain(): void {
  if (!isMisplaced(inside?.answer ?? null, seenIn)) again = null;
  else if (document.visibilityState === 'visible') {
    const now = performance.now();
    again ??= { vain: 0, due: now + nextLoading(0, Math.random()) };
    if (now < again.due) return;
    const vain = again.vain + 1;
    again = { vain, due: now + nextLoading(vain, Math.random()) };
    publication.reload();
  }
}

/** What is said is said of the very document that is seen: it may be older than what the site shows now, or newer. */
async function recognise(corte: number | 'stand-in'): Promise<void> {
  const shown = inside?.answer;
  if (shown?.kind !== 'corte' || shown.number === corte || corte === 'stand-in') return; // for the last, see `loadAgain`
  const answer: Answer = { kind: 'corte', phase: shown.phase, number: corte, mark: '' };
  const facts = await factsOf(answer);
  if (inside?.answer !== shown) return; // something else was loaded meanwhile
  inside = { answer, facts: { phase: facts.phase ?? inside.facts.phase, corte: facts.corte } };
  if (newer !== null && isSame(newer.answer, answer)) newer = null;
  lasting.begin(); // the site may show this one only since now
  show();
  setTimeout(() => void ask(), LOOK);
}

function show(): void {
  view.show(standing(), inside?.facts.phase?.kind ?? null);
}

function schedule(): void {
  clearTimeout(timer);
  if (document.visibilityState === 'hidden') return;
  const { phase, corte } = (newer ?? inside)?.facts ?? NO_FACTS;
  const isShown = (newer ?? inside)?.answer.kind === 'corte';
  const plan = { failures, phase, takenAt: isShown ? (corte?.taken_at ?? null) : null, now: Date.now() };
  timer = setTimeout(() => void ask(), nextAsking(plan, Math.random()));
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && performance.now() - askedAt > RECENT) void ask();
  else schedule();
});
window.addEventListener('online', () => void ask());
window.addEventListener('resize', () => publication.fit());
window.addEventListener('scroll', () => makeCompact(window.scrollY > 0), { passive: true });
document.addEventListener('fullscreenchange', () => {
  view.showFullScreen();
  publication.fit();
});
new ResizeObserver(() => around.tellHeight(document.documentElement.offsetHeight)).observe(document.documentElement);
setInterval(() => {
  load(false);
  loadAgain();
  show();
}, LOOK);

view.showFullScreen();
show();
void ask();
