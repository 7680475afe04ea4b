import { instantOf } from '../../format/time.ts';
import { KEPT } from './messages.ts';
import type { Note } from './notes.ts';
import type { Standing } from './standing.ts';
import type { LectorWords } from './words-es.ts';

/** What is always in the bar: which corte, of when, verified, and from whom. */
export interface Heading {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown' | 'busy';
  readonly what: string;
  readonly when: string;
  /** follows `when`; where there is little room it is left to those who are read to, if the age is told and short */
  readonly day: string;
  /** how old it is, by the reader's clock: not read aloud each minute */
  readonly age: string;
  readonly isOfToday: boolean;
  readonly by: string;
}

const SILENT = { when: '', day: '', age: '', isOfToday: false, by: '' } as const;

/** seconds: as long as one does not doubt which day an hour is of */
const SAME_DAY = 10 * 3600;

/**
 * @param now ms since the epoch, by the reader's clock
 * @param isClockRight false where the mirrors have another hour: then no age is told
 */
export function headingOf(standing: Standing, now: number, isClockRight: boolean, words: LectorWords): Heading {
  switch (standing.kind) {
    case 'preparing':
    case 'searching':
      return { ...SILENT, tone: 'busy', what: words[standing.kind] };
    case 'opening':
      return { ...SILENT, tone: 'busy', what: words.opening(standing.corte) };
    case 'nothing':
      return { ...SILENT, tone: 'unknown', what: words.barNothing };
    case 'espera':
      return { ...SILENT, tone: 'unknown', what: words.barEspera };
    case 'aviso':
      return {
        ...SILENT,
        tone: 'warn',
        what: words.barAviso,
        when: standing.last === null ? '' : words.barLast(standing.last),
      };
    case 'trust-fork':
      return { ...SILENT, tone: 'bad', what: words.trustFork.bar(standing.fork.version) };
    case 'fork':
      return { ...SILENT, tone: 'bad', what: words.barFork(standing.fork) };
    case 'revoked':
      return { ...SILENT, tone: 'warn', what: words.barRevoked(standing.revoked) };
    case 'ended':
      return { ...SILENT, tone: 'unknown', what: words.ended.bar };
    case 'unverified':
      return { ...SILENT, tone: 'unknown', what: words.barUnverified };
    case 'corte': {
      const { corte, from, files } = standing.document;
      const mirrors = from.filter((name) => name !== KEPT);
      const whence = mirrors.length > 0 ? words.from(mirrors) : from.includes(KEPT) ? words.kept : '';
      const age = (now - instantOf(corte.takenAt)) / 1000;
      // After the last corte the hour alone matters.
      const hasAge = isClockRight && age >= 0 && !corte.isFinal;
      const isOwn = files === 0;
      return {
        tone: isOwn ? 'unknown' : standing.isOld ? 'warn' : 'good',
        what: words.corte(corte),
        when: words.hour(corte.takenAt),
        day: words.day(corte.takenAt),
        age: hasAge ? words.ago(age) : '',
        isOfToday: hasAge && age < SAME_DAY,
        by: isOwn ? words.notOfIt : whence === '' ? words.verified : `${words.verified}, ${whence}`,
      };
    }
  }
}

/** Where nothing can be verified at all. */
export function obstacleHeading(words: LectorWords): Heading {
  return { ...SILENT, tone: 'unknown', what: words.barObstacle };
}

/** @param hour `20:41` by the reader's own clock, of an instant */
export function sentenceOf(note: Note, isSeen: boolean, hour: (instant: number) => string, words: LectorWords): string {
  switch (note.kind) {
    case 'unanswered':
      return words.unanswered[note.what];
    case 'trust-fork':
      return words.trustFork.note(note.version);
    case 'fork':
      return words.fork(note.number);
    case 'contrary':
      return words.recibos.note(note.number, note.nodes);
    case 'revoked':
      return words.revoked(note.number, note.version);
    case 'old':
      return words.old;
    case 'offline': {
      const since = note.since === null ? null : hour(note.since);
      if (!isSeen) return words.offlineCard(note.isOwn, since);
      return note.isOwn ? words.offlineOwn : words.offline(since);
    }
    case 'older':
      return words.older(note.number, note.seen);
    case 'clock':
      return words.clock(note.seconds);
    case 'files':
      return words.files(note.paths);
    case 'altered':
      return words.altered(note.mirrors);
    case 'refused':
      return words.refused(note.mirror, note.code);
    case 'expired':
      return words.expired;
    case 'unkept':
      return words.unkept;
  }
}
