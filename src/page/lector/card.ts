import type { Hash } from '../../format/hash.ts';
import type { Standing } from './standing.ts';
import type { LectorWords } from './words-es.ts';
import type { Obstacle } from './worker-line.ts';

/** What stands in the place of the publication where that is not seen. */
export interface Card {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** to be compared by eye, each with whose it is */
  readonly codes: ReadonlyArray<readonly [string, Hash]>;
  /** what is to be done after the codes */
  readonly after: string | null;
  /** the first one is the one to be expected */
  readonly actions: readonly Action[];
  /** whether the Difusores' own sites are listed below */
  readonly hasLinks: boolean;
}

export interface Action {
  readonly name: 'look' | 'pass' | 'front' | 'save' | 'open' | 'reload' | 'https' | 'own-tab';
  readonly text: string;
}

const NONE = { codes: [], after: null, actions: [], hasLinks: false } as const;

/**
 * @param isLooking whether the mirrors are being looked at, as the reader asked for
 * @returns null where the publication, or the way to it, needs no card
 */
export function cardOf(standing: Standing, isLooking: boolean, words: LectorWords): Card | null {
  const look: Action = { name: 'look', text: isLooking ? words.looking : words.askAgain };
  switch (standing.kind) {
    case 'preparing':
    case 'searching':
    case 'opening':
    case 'corte':
      return null;
    case 'nothing': {
      const [title, why] = standing.isSilent ? [words.silentTitle, words.silentWhy] : [words.refusedTitle, words.refusedWhy];
      return { ...NONE, tone: 'unknown', title, paragraphs: [why], actions: [look], hasLinks: true };
    }
    case 'espera': {
      const why = standing.opensAt === null ? words.esperaUnknown : words.esperaWhy(standing.opensAt);
      return { ...NONE, tone: 'unknown', title: words.esperaTitle, paragraphs: [why] };
    }
    case 'aviso': {
      const { last, isDoubtful } = standing;
      const why = last === null ? words.avisoNone : words.avisoWhy(last);
      return {
        ...NONE,
        tone: 'warn',
        title: words.avisoTitle,
        paragraphs: [why, ...(isDoubtful ? [words.avisoDoubt] : []), words.avisoBack],
        actions: [look, ...(last === null ? [] : [{ name: 'pass', text: words.avisoPass(last) } as const])],
      };
    }
    case 'trust-fork': {
      const { title, why, whatToDo, one, other } = words.trustFork;
      return forkCard(standing.fork, words, { title: title(standing.fork.version), why, whatToDo, one, other });
    }
    case 'fork': {
      const { forkTitle, forkWhy: why, forkDo: whatToDo, forkOne: one, forkOther: other } = words;
      return forkCard(standing.fork, words, { title: forkTitle(standing.fork.number), why, whatToDo, one, other });
    }
    case 'revoked': {
      const { revoked, instead } = standing;
      const { number } = revoked;
      const now = instead === null ? [words.revokedNone] : instead.number === number ? [words.revokedAnew(number)] : [];
      return {
        ...NONE,
        tone: 'warn',
        title: words.revokedTitle(number),
        paragraphs: [words.revokedWhy(revoked.version), ...now],
        actions: [instead === null ? look : { name: 'open', text: words.see(instead) }],
      };
    }
    case 'ended': {
      const { title, why, front, pass } = words.ended;
      const actions = [{ name: 'front', text: front } as const, { name: 'pass', text: pass } as const];
      return { ...NONE, tone: 'warn', title, paragraphs: [why], actions, hasLinks: true };
    }
    case 'unverified':
      return {
        ...NONE,
        tone: 'unknown',
        title: words.unverifiedTitle,
        paragraphs: [words.unverifiedWhy],
        actions: [{ name: 'reload', text: words.again }],
      };
  }
}

/** @param said of the two sides, and of what to do about them */
function forkCard(
  { one, other }: { readonly one: Hash; readonly other: Hash },
  words: LectorWords,
  said: Readonly<Record<'title' | 'why' | 'whatToDo' | 'one' | 'other', string>>,
): Card {
  return {
    ...NONE,
    tone: 'bad',
    title: said.title,
    paragraphs: [said.why],
    codes: [
      [said.one, one],
      [said.other, other],
    ],
    after: said.whatToDo,
    actions: [
      { name: 'save', text: words.forkSave },
      { name: 'pass', text: words.forkPass },
    ],
  };
}

/** Where nothing can be verified at all. */
export function obstacleCard(obstacle: Obstacle, words: LectorWords): Card {
  const { title, why } = words.obstacles[obstacle];
  const actions: Readonly<Record<Obstacle, readonly Action[]>> = {
    insecure: [{ name: 'https', text: words.https }],
    unable: [],
    refused: [{ name: 'reload', text: words.retry }],
    late: [{ name: 'reload', text: words.retry }],
    framed: [{ name: 'own-tab', text: words.ownTab }],
  };
  return {
    ...NONE,
    tone: 'unknown',
    title,
    paragraphs: [why, words.obstacleTail],
    actions: actions[obstacle],
    hasLinks: true,
  };
}
