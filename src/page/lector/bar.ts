import { cardOf, obstacleCard } from './card.ts';
import { localHour } from './details.ts';
import { headingOf, obstacleHeading, sentenceOf } from './heading.ts';
import type { CorteFacts, Estado } from './messages.ts';
import { type Beside, notesOf } from './notes.ts';
import { isClockDoubtful, type Standing } from './standing.ts';
import { noteOf, type Shown } from './view.ts';
import type { LectorWords } from './words-es.ts';
import type { Obstacle } from './worker-line.ts';

/** All that the bar shows, out of how things stand. */

export interface Seeing extends Beside {
  /** the worker's last word; null before the first */
  readonly estado: Estado | null;
  readonly standing: Standing;
  /** whether the mirrors are being looked at, as the reader asked for */
  readonly isLooking: boolean;
  /** whether the details are unfolded, which list all that there is to be told */
  readonly isUnfolded: boolean;
  /** ms since the epoch, by the reader's clock */
  readonly now: number;
}

/** @returns what is seen, and all that there is to be told, a sentence each */
export function barOf(seeing: Seeing, words: LectorWords): { readonly shown: Shown; readonly sentences: readonly string[] } {
  const { estado, standing, isLooking, isUnfolded, now } = seeing;
  const seen = standing.kind === 'corte' ? standing : null;
  const notes = notesOf(estado, standing, seeing);
  const sentences = notes.map((note) => sentenceOf(note, seen !== null, localHour, words));
  const shown: Shown = {
    kind: standing.kind,
    isDrill: seen?.document.isDrill ?? estado?.phase?.isDrill ?? false,
    heading: headingOf(standing, now, estado === null || !isClockDoubtful(estado), words),
    newer: seen?.newer ? offerOf(seen.newer, seen.document.corte, words) : null,
    note: noteOf(isUnfolded ? notes.slice(0, 1) : notes, sentences),
    card: cardOf(standing, isLooking, words),
    isFrameSeen: seen !== null,
    hasDetails: estado !== null,
  };
  return { shown, sentences };
}

/** Where nothing can be verified at all. */
export function obstacleBar(what: Obstacle, words: LectorWords): Shown {
  const nothing = { isDrill: false, newer: null, note: null, isFrameSeen: false, hasDetails: false };
  return { ...nothing, kind: what, heading: obstacleHeading(words), card: obstacleCard(what, words) };
}

function offerOf(newer: CorteFacts, shown: CorteFacts, words: LectorWords): string {
  return newer.phase === shown.phase ? words.newer(newer) : words.newerPhase;
}
