import type { LiveAudit } from '../../audit/check/live-check.ts';
import type { Shown } from '../../verdict/publication.ts';
import type { Seen } from '../record/seen.ts';
import type { Failure } from './failure.ts';
import type { Told } from './pointer.ts';
import { words } from './words.ts';

/** What a look at a site means, by what was found. Pure: the hour and the chain are arguments. */

/** What the IEC has, at the moment of the look. */
export interface Ours {
  readonly election: string;
  readonly phase: string;
  /** the newest corte, 0 before the first */
  readonly head: number;
  /** ms since it could be brought to a node, and the length of a period */
  readonly headAge: number;
  readonly periodMs: number;
  /** what readers should see at this hour */
  readonly expected: Shown;
}

/** What was found where a site answered as sites do. */
export interface Found {
  readonly pointer: Told;
  /** whether the corte that it names is ours, to the byte and the hour */
  readonly isOurs: boolean;
  /** whether it was ours until the custodians disowned it: the site has not heard of that yet */
  readonly isDisowned: boolean;
  /** the election of the corte that lies there, where that is not ours and could be read */
  readonly election: string | null;
  /** the newest corte for which a node signed, and what a node signed that is not ours */
  readonly receipt: number | null;
  readonly foreign: Failure | null;
  /** what is wrong with the files that were looked at; null where nothing is, or none could be looked at */
  readonly sample: Failure | null;
}

/** The pointer alone, before any file is asked for. @returns null where the files decide */
export function judgePointer(found: Omit<Found, 'sample'>, ours: Ours): Failure | null {
  const { pointer, isOurs, isDisowned, election, receipt, foreign } = found;
  const { phase, number, shows } = pointer;
  const { head, expected } = ours;
  if (phase !== ours.phase) return { state: 'otra-fase', detail: words.otherPhase(phase, ours.phase) };
  if (foreign) return foreign;
  if (shows === 'espera') {
    if (expected === 'espera' || head === 0) return { state: 'espera', detail: words.waits };
    return { state: 'en-espera', detail: words.stillWaits(head) };
  }
  if (number !== null && isDisowned && shows === 'corte') return { state: 'atrasado', detail: words.disowned(number, head) };
  if (number !== null && number > head && !isDisowned) return { state: 'corte-futuro', detail: words.future(number, head) };
  if (number !== null && !isOurs && !isDisowned) {
    const isOther = election !== null && election !== ours.election;
    if (isOther) return { state: 'otra-eleccion', detail: words.otherElection(election, ours.election) };
    return { state: 'otro-corte', detail: words.otherCorte(number) };
  }
  if (shows === 'aviso') {
    if (expected !== 'corte') return { state: 'aviso-debido', detail: words.noticeDue };
    return noticeFor(head, receipt);
  }
  return number === null ? { state: 'bloqueado', detail: words.blocked(words.notAPointer) } : null;
}

/** All of it. */
export function judge(found: Found, ours: Ours): Pick<Seen, 'state' | 'detail'> {
  const first = judgePointer(found, ours) ?? found.sample;
  if (first) return first;
  const { head, headAge, periodMs, expected } = ours;
  const number = found.pointer.number ?? 0;
  const isDue = number === head && expected === 'aviso';
  if (isDue) return { state: 'sin-aviso', detail: words.noNotice(number) };
  if (number === head) return { state: 'al-dia', detail: words.upToDate(number) };
  if (found.receipt !== null && found.receipt > number)
    return { state: 'cache-viejo', detail: words.oldCache(number, found.receipt) };
  // A corte that came when less than a quarter of its period has passed is on its way, as where periods are counted.
  if (number === head - 1 && headAge < periodMs / 4) return { state: 'en-camino', detail: words.onItsWay(number, head) };
  return { state: 'atrasado', detail: words.behind(number, head) };
}

/**
 * What is wrong with the files of a sample.
 * @param whole the older corte that the site shows whole, null where it shows none whole
 * @param receipt the newest corte for which a node signed
 * @returns null where nothing is
 */
export function judgeFiles(live: LiveAudit, whole: number | null, receipt: number | null): Failure | null {
  const { number, shows, altered, stale, redirected, blocked, missing, failed, same } = live;
  if (shows === 'aviso') return noticeFor(number, receipt);
  if (shows === 'espera') return { state: 'en-espera', detail: words.stillWaits(number) };
  if (shows === 'nada') return { state: 'sin-publicacion', detail: words.nothing };
  const [other] = altered;
  if (other !== undefined) return { state: 'alterado', detail: words.altered(number, altered.length, other) };
  if (stale.some((one) => one.off_chain)) return { state: 'cache-viejo', detail: words.disownedPages(number) };
  const [old] = stale;
  if (old && whole !== null) return { state: 'cache-viejo', detail: words.oldPages(whole, number) };
  if (old) return { state: 'mezcla', detail: words.mixed(number, old.number, old.path) };
  const [led] = redirected;
  if (led) return { state: 'otro-sitio', detail: words.elsewhere(led.location) };
  const [stopped] = blocked;
  if (stopped) return { state: 'bloqueado', detail: words.blocked(stopped.why) };
  const [gone] = missing;
  if (gone !== undefined) return { state: 'incompleto', detail: words.lacks(number, missing.length, gone) };
  const [lost] = failed;
  return lost && same === 0 ? { state: 'sin-respuesta', detail: words.noAnswer(lost.why) } : null;
}

function noticeFor(number: number, receipt: number | null): Failure {
  const isSigned = receipt !== null && receipt >= number;
  return isSigned
    ? { state: 'aviso-firmado', detail: words.noticeSigned(receipt) }
    : { state: 'aviso', detail: words.notice(number) };
}
