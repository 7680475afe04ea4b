import { clockOf, dayInEnglish, hourInEnglish, momentInEnglish } from '../../html/hour.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import { lagSpan, spanOf } from '../../html/span.ts';
import { endedInEnglish } from './ended-words.ts';
import { recibosOfLectorInEnglish } from './recibos/words.ts';
import { trustForkInEnglish } from './trust-fork-words.ts';
import type { LectorWords } from './words-es.ts';

const names = (list: readonly string[]) => joined(list.map((name) => `“${name}”`));

/** `a, b and c`; from the fourth on they are counted. */
function joined(list: readonly string[]): string {
  const shown = list.length > 3 ? [...list.slice(0, 2), `${countOf(list.length - 2)} more`] : [...list];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

export const lectorInEnglish: LectorWords = {
  lang: 'en-GB',
  language: 'en',
  other: 'Español',
  otherLang: 'es-MX',

  fixed: {
    results: 'Preliminary election results',
    rehearsal: 'Rehearsal of the publication',
    drill: 'Drill',
    drillWhy: 'This is a rehearsal: these are not results of the election.',
    details: 'Details',
    detailsTitle: 'What was verified',
    mirrorsTitle: 'The Difusores',
    mirrorsWhy: 'All are asked and none is believed: what they give is compared with the signature before it is shown.',
    difusor: 'Difusor',
    state: 'How it answered',
    newestCorte: 'Corte',
    look: 'Look now',
    forget: 'Forget what was seen…',
    about:
      'Every file was compared here, in your browser, with what the Institute signed, before it was shown. That proves who published it and that nobody changed it; not that the data were captured rightly, nor that there is no newer corte elsewhere. A corte is a snapshot of the preliminary results, which are informative: they are not final and have no legal effect.',
    forgetTitle: 'Forget what this browser has seen?',
    forgetWhy:
      'This browser remembers the newest corte that you have seen, so that you are never shown an older one. If it forgets, it can no longer tell, and whatever proofs it kept are lost.',
    forgetNo: 'No, keep it',
    forgetYes: 'Yes, forget',
    links: 'The sites of the Difusores',
    linksWhy: 'They publish the same. On each of them, “Check” examines what it shows.',
    late: 'If this page does not go on, this browser cannot verify what it shows. Nothing unverified is shown here.',
    publication: 'The publication of the preliminary election results',
  },

  preparing: 'Preparing to verify…',
  searching: 'Looking for the newest corte…',
  opening: ({ number }) => `Verifying corte ${number}…`,
  corte: ({ number, isFinal }) => `Corte ${number}${isFinal ? ', the final one' : ''}`,
  hour: clockOf,
  day: dayInEnglish,
  when: hourInEnglish,
  moment: momentInEnglish,
  verified: 'Verified in your browser',
  from: (list) => `delivered by ${joined(list)}`,
  kept: 'kept on this device',
  notOfIt: 'What is below is said by this page: it is not of the publication',
  ago: (seconds) => (seconds < 60 ? 'less than 1 min ago' : `${lagSpan(Math.floor(seconds / 60) * 60)} ago`),
  newer: ({ number, takenAt, isFinal }) => `See corte ${number}${isFinal ? ', the final one,' : ','} of ${clockOf(takenAt)}`,
  newerPhase: 'See what is published now',
  more: (n) => (n === 1 ? 'and 1 more notice' : `and ${n} more notices`),

  barAviso: 'No new cortes',
  barLast: ({ number, takenAt }) => `The last one: corte ${number}, ${hourInEnglish(takenAt)}`,
  barEspera: 'Not begun yet',
  barNothing: 'Nothing verified to show',
  barFork: ({ number }) => `Two different cortes ${number}`,
  barRevoked: ({ number }) => `Withdrawn: the corte ${number} seen before`,
  barUnverified: 'Not verified: not shown',
  barObstacle: 'Cannot verify here',

  avisoTitle: 'There are no new cortes',
  avisoWhy: ({ number, takenAt }) =>
    `The last corte that was verified is number ${number}, of ${hourInEnglish(takenAt)}, and there should be others by now. That is why no results are shown that may have changed.`,
  avisoNone: 'The publication should have begun, and no corte has come.',
  avisoBack: 'This page returns to the results by itself as soon as a corte comes.',
  avisoDoubt:
    'Or the clock of this device is wrong: the Difusores have another hour, by which no corte is missing yet. Please check it.',
  avisoPass: ({ number }) => `See corte ${number} all the same`,
  esperaTitle: 'The publication has not begun yet',
  esperaWhy: (opensAt) => `It begins at ${hourInEnglish(opensAt)}. This page changes by itself at that hour.`,
  esperaUnknown: 'This page changes by itself when it begins.',
  silentTitle: 'No Difusor answers',
  silentWhy:
    'This browser has no verified corte in store, and none of the Difusores answered. It may be the connection of this device. They are still being asked.',
  refusedTitle: 'Nothing that came could be verified',
  refusedWhy:
    'The Difusores answered, but not with a corte that bears the signature it must bear. Nothing unverified is shown here. They are still being asked.',
  forkTitle: (number) => `There are two different cortes ${number}, and both are signed`,
  forkWhy:
    'That must never happen. Two versions of the same corte were signed with a key of the Institute. The signature does not say which is the right one, or who made the other. This browser kept both: they are the proof.',
  forkDo:
    'What to do: save the proof, or take a photograph of this screen, and show it to the Institute, a party, an observer or the press. Compare the two codes with those that the Institute publishes elsewhere.',
  forkOne: 'The one that this browser saw first',
  forkOther: 'The one that it saw later',
  forkSave: 'Save the proof',
  forkPass: 'Go on, with this warning',
  trustFork: trustForkInEnglish,
  ended: endedInEnglish,
  revokedTitle: (number) => `The corte ${number} that this browser saw before was withdrawn`,
  revokedWhy: (version) =>
    `The custodians later signed a trust document (version ${version}) which says that the key it was signed with could not sign it. What you saw of that corte does not count.`,
  revokedAnew: (number) => `There is another corte ${number} in its place by now, signed with a key that may sign it.`,
  revokedNone: 'There is no other corte in its place yet.',
  see: ({ number, takenAt }) => `See corte ${number}, of ${clockOf(takenAt)}`,
  unverifiedTitle: 'This page was not verified',
  unverifiedWhy:
    'The browser opened something that was not verified, or the publication meant to take you to another site. That is why it is not shown.',
  again: 'Open again',
  askAgain: 'Ask again',

  obstacles: {
    insecure: {
      title: 'Open this page with https',
      why: 'It was opened with http, and then no browser lets a page verify what it shows.',
    },
    unable: {
      title: 'This browser cannot verify what it shows',
      why: 'It lacks what that needs, or has it switched off. It is often so in private windows, inside other applications and in old browsers. Open the page in an ordinary window of a current browser.',
    },
    refused: {
      title: 'The browser did not allow the verification',
      why: 'It refused the part of this page that verifies. It is often so where cookies or storage are blocked, or there is no room left.',
    },
    late: {
      title: 'The verification did not start',
      why: 'The part of this page that verifies did not answer in time.',
    },
    framed: {
      title: 'Open this page in a tab of its own',
      why: 'It is inside another page, which could cover or imitate what is said here.',
    },
  },
  obstacleTail: 'Nothing unverified is shown here.',
  https: 'Open with https',
  ownTab: 'Open in its own tab',
  retry: 'Try again',

  unanswered: {
    save: 'The proof was not saved: the part of this page that verifies did not answer. Try again, or take a photograph of this screen.',
    gone: 'This browser has the proof no longer. If you still see the codes, take a photograph of them.',
    'not-now':
      'The proof was not saved: the padrón that is signed within the corte, and is part of it, could not be had just now. Try again, or take a photograph of this screen.',
    forget: 'It is not known whether anything was forgotten: the part of this page that verifies did not answer. Try again.',
    look: 'It could not look: the part of this page that verifies did not answer. Try again.',
    pulse:
      'The part of this page that verifies does not answer. What you see was verified before; there may be a newer corte. If it goes on, open the page again.',
  },
  fork: (number) => `There are two different signed cortes ${number}. Both codes are in “Details”.`,
  revoked: (number, version) =>
    `The custodians withdrew a corte ${number} that this browser saw before: they disowned the key it was signed with (trust document ${version}). That one does not count.`,
  old: 'You asked to see this corte although there should be others by now: it may have changed.',
  offlineOwn: 'This device has no connection. What you see was verified before; there may be a newer corte.',
  offline: (since) =>
    `No Difusor answers${since === null ? '' : ` since ${since}`}. What you see was verified before; there may be a newer corte.`,
  offlineCard: (isOwn, since) =>
    isOwn ? 'This device has no connection.' : `No Difusor answers${since === null ? '' : ` since ${since}`}.`,
  older: (number, seen) =>
    `The Difusores that answer have cortes up to ${number} only. You have already seen ${seen}, and are not shown an older one.`,
  clock: (seconds) =>
    `The clock of this device seems to be ${spanOf(Math.round(Math.abs(seconds) / 60) * 60)} ${seconds > 0 ? 'ahead' : 'behind'}. Please check it: by the hour one knows whether a corte is missing.`,
  files: (paths) =>
    paths.length === 1
      ? `“${paths[0]}” is missing: no Difusor gave it as it was signed.`
      : `${countOf(paths.length)} files are missing, among them “${paths[0]}”: no Difusor gave them as they were signed.`,
  altered: (list) => `${names(list)} gave something other than what was signed. It was discarded.`,
  refused: (mirror, code) => `What “${mirror}” gives as the newest is not signed as it must be (${code}). It was discarded.`,
  expired: 'The trust document has expired: what was published still stands, and there can be no new cortes.',
  unkept:
    'This browser keeps nothing (a private window, or no room). What you see is verified; it is forgotten when you close it, and you will not notice if you are shown something older later.',

  detail: {
    election: 'Election',
    corte: 'Corte',
    code: 'Integrity code of the corte',
    from: 'Came from',
    files: 'Verified so far',
    filesIs: (n, bytes) => `${n === 1 ? '1 file' : `${countOf(n)} files`}, ${sizeOf(bytes)}`,
    trust: 'Trust document',
    trustIs: (version) => `version ${version}`,
    seen: 'The newest that you have seen',
    seenIs: (number) => `corte ${number}`,
    notes: 'Notices',
  },
  states: {
    responde: 'answers',
    atrasado: 'has an earlier corte',
    calla: 'does not answer',
    'entrego-otra-cosa': 'gave something else',
    'por-preguntar': 'not asked yet',
  },
  recibos: recibosOfLectorInEnglish,
  check: 'Check',
  checkAt: (name) => `Check the site of ${name}`,
  looking: 'Asking…',
};
