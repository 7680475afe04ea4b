import { momentInEnglish } from '../html/hour.ts';
import { countOf } from '../html/size.ts';
import { cameraInEnglish } from './camera/words.ts';
import { constanciaInEnglish } from './constancia/words.ts';
import { recibosInEnglish } from './recibos/words.ts';
import { stepsInEnglish as todoInEnglish } from './steps/words.ts';
import type { PageWords } from './words-es.ts';

const files = (n: number) => (n === 1 ? '1 file' : `${countOf(n)} files`);

export const pageInEnglish: PageWords = {
  lang: 'en-GB',
  language: 'en',
  moment: momentInEnglish,
  other: 'Español',
  otherLang: 'es-MX',
  codes: {
    'delivery-malformed': 'There is something that is no file of the chain.',
    'delivery-incomplete': 'One of its files is missing.',
    'too-large': 'A file is larger than it can be; it was not read to its end.',
    'signature-malformed': 'The signature file is no signature of this kind.',
    'signature-invalid': 'The signature does not fit this content: one of the two was changed.',
    'signer-unknown': 'It was signed by a key that the custodians did not authorise.',
    'signer-out-of-range':
      'It was signed by a key that could not sign this number; this is how a revoked or stolen key is refused.',
    'statement-malformed': 'The statement of the corte does not have its exact form.',
    'wrong-election': 'It is of another election.',
    'wrong-phase': 'It is of another phase, a drill for instance.',
    'trust-missing': 'It names a trust document that is not here.',
    'trust-mismatch': 'It names another trust document than it should.',
    'trust-expired': 'The trust document has expired.',
    gap: 'This corte is missing, and there are others after it: the chain is broken.',
    fork: 'It does not follow the corte before it: someone changed history.',
    'after-final': 'It comes after the corte that was declared final.',
    'time-order': 'Its hour is not after that of the corte before it.',
    'time-future': 'Its hour is in the future.',
    'phase-closed': 'Its hour is after the close of the phase.',
    'manifest-mismatch': 'The list of files is not the one that the Institute signed.',
    'manifest-malformed': 'The list of files does not have its form.',
    'path-forbidden': 'The list of files has a forbidden file name.',
    'package-mismatch': 'The package is not the one that the Institute signed.',
    'package-malformed': 'The package does not have its form.',
    'content-mismatch': 'The content of the package is not what the list of files says.',
    'content-missing': 'Content is missing that the list of files names.',
    'trust-malformed': 'The trust document does not have its exact form.',
    'trust-version': 'The trust document does not follow the one before it.',
    'trust-threshold': 'It was not signed by as many custodians as it needs.',
    'trust-rewrites': 'It forgets or changes what an earlier document said.',
    'trust-fork': 'The custodians signed two different documents of one version. This is an alarm: tell the Institute.',
  },
  troubles: {
    unreachable: () =>
      'The server does not answer, or does not let this page read it (for that it must send “Access-Control-Allow-Origin: *”).',
    status: (what) => `The server answers with error ${what}.`,
    'stand-in': () => 'The server shows a notice in place of what it was asked for.',
    stalls: () => 'The server stopped answering.',
    drips: () => 'The server answers too slowly to come to an end.',
    elsewhere: (what) => `The server sends elsewhere${what === '' ? '' : `: ${what}`}. It was not followed.`,
    cut: () => 'The connection broke.',
  },
  tones: {
    good: 'It matches: it is what the Institute signed',
    uncompared: 'All matches; one code is left for you to compare',
    bad: 'It does not match: do not trust this copy',
    unknown: 'The check could not be finished',
  },

  fixed: {
    title: 'Cotejo',
    lead: 'Is what a Difusor shows, byte for byte, what the electoral institute signed? This page checks it in your browser.',
    site: 'The Difusor’s site',
    siteHelp: 'The address where the preliminary results are shown.',
    code: 'Printed code of integrity',
    codeHelp:
      'The 64 digits of the trust document, as the Institute published them on paper or elsewhere. If you do not have them, leave this empty and compare them at the end.',
    scan: cameraInEnglish.start,
    scanHelp: 'The acta has it as a QR, too: read it with the telephone’s camera, copy the text and paste it here.',
    more: 'More options',
    recibosAt: 'Address of the published receipts',
    recibosHelp: 'Only if it is not that of the Institute, which the corte tells, with “recibos/” at its end.',
    chain: 'Address of the chain',
    chainHelp: 'Only if it is not that of the site with “cotejo/chain/” at its end.',
    sampling: 'Files of the site to compare',
    sample: 'A random sample of 100',
    all: 'All of them',
    none: 'None: only the chain',
    anchorFiles: 'Or the files of the anchor',
    anchorHelp: 'Instead of the code: the trust document (1.json) and its signatures (.sig), if you have them.',
    start: 'Check',
    cancel: 'Cancel',
    progress: 'Progress',
    verdict: 'Result',
    aboutTitle: 'What this page is',
    about1:
      'On election night the Institute signs each corte of the preliminary results and links it to the one before. The custodians say, in trust documents that they sign, which keys may sign.',
    about2:
      'Everything is computed in this browser. The page stores nothing, sends nothing to anyone and reads only the addresses that you enter and, at the end, the receipts that the Institute publishes where the corte says.',
    about3:
      'If you mistrust whoever shows you this page, do not use it from there: open it from the Institute’s site, or save it and compare its code of integrity (SHA-256) with the published one. The same file serves for any Difusor.',
    noscript: 'This page needs JavaScript: the check is made in your browser and nowhere else.',
  },

  steps: {
    trust: 'Trust documents',
    seen: 'What you see: the newest corte and its front page',
    cortes: 'Signatures and links of the cortes',
    manifest: 'List of files of the newest corte',
    files: 'Files that the site shows',
  },
  checking: 'Checking…',
  seen: {
    title: 'What you see is what the Institute signed',
    titleUncompared: 'What you see matches the signature of this chain',
    why: (corte, phase, when, { compared, named }) =>
      `${named === 0 ? 'The front page is' : `The front page and ${compared < named ? `${countOf(compared)} of the ${files(named)}` : files(named)} that it names are`}, byte for byte, of corte ${corte} of phase ${phase}, of ${when}.`,
    uncompared: 'That the chain is the Institute’s is told only by the code of integrity, which is compared at the end.',
    historyNext: (corte) =>
      corte === 1
        ? 'It is the first corte. The rest is still to be checked: this is no result yet.'
        : 'The history since corte 1 and the other files are still to be checked: this is no result yet.',
    unbroken: (n) =>
      n === 1
        ? 'There is one corte only, and it is signed. The other files are still to be compared.'
        : `Unbroken since corte 1: all ${countOf(n)} are linked and signed. The other files are still to be compared.`,
    broken:
      'What this page said a moment ago of what you see is withdrawn: its signature matches by itself, but the history behind it does not.',
    others: 'What this page said a moment ago holds for the front page alone: other files of the site do not match.',
  },
  cortesDone: (phase, n) => `phase ${phase}: ${n}`,
  filesDone: (n, of) => `${countOf(n)} of ${countOf(of)}`,
  read: (bytes) => `${bytes} read`,
  badSite: 'This is no address. Write it like https://prep.example.mx/',
  noAddress: 'Enter the address of the site or that of the chain.',
  badCode: 'This is no code of integrity: it has 64 digits, 0 to 9 and a to f, in groups or in a row.',
  keyCode: 'That is the fingerprint of a key. What belongs here is the document’s code of integrity: 64 digits, 0 to 9 and a to f.',
  badFiles: 'Choose one trust document (.json) and, if you have them, its signatures (.sig).',
  mixed: 'This page was opened by https and can’t read an http address. Open it from a saved file.',

  simulacro: 'DRILL (simulacro): what was checked here are not results of the election',
  preliminary: 'They are preliminary results.',
  cancelled: 'The check was cancelled',
  cancelledWhy: 'What was checked until then is not enough to say anything.',
  liveBad: 'This site does not show what the Institute signed',
  liveStale: 'This site shows files that are behind',
  otherAnchor: 'The code that you gave is not of this chain',
  otherAnchorWhy:
    'No trust document of this chain has that code of integrity. See whether you wrote it correctly; if you did, this chain is not the one that the custodians signed.',
  noChain: 'There is no chain here',
  noChainWhy: (at) => `The first trust document is not at ${at}. See whether the address is right.`,
  noCortes: 'The chain has no cortes yet',
  noCortesWhy: 'The trust documents match, but there is no corte to check.',
  standIn: {
    aviso: 'The site shows a notice instead of results',
    espera: 'The site says that publication has not begun',
  },
  standInWhy: (when) =>
    `The newest corte of the chain is of ${when}. The site shows no results: there is nothing to compare, and nothing falsified.`,
  noSite: 'The publication is not at that address',
  noSiteWhy: (at) => `Not one of the corte’s files is at ${at}. See whether the address is right.`,
  moved: 'The address that you entered, with http, leads to https on the same server, and was followed. Use https.',
  notCurrent: 'The site does not show the newest corte',
  aviso: (when) =>
    `The newest corte is of ${when}. By the hour, the site should show a notice instead of results, and what it shows is not that corte.`,
  espera: 'The phase has not opened: by the hour, the site should show a waiting page.',
  bug: 'There was an error of this page, which says nothing of the chain.',

  goodWhy: (corte, phase, when) =>
    `Corte ${corte} of phase ${phase}, of ${when}, is signed by a key that the custodians authorised, and all cortes from the first on are linked and signed.`,
  uncomparedWhy:
    'The documents, signatures and links match each other. That they are the Institute’s is told only by the code of integrity below: compare it with the printed one.',
  faultTrust: (version) => `In trust document ${version}:`,
  faultAnchor: 'In the trust document to start from (the anchor):',
  faultCorte: (number, phase) => `In corte ${number} of phase ${phase}:`,
  until: (number, when) => `Up to corte ${number}, of ${when}, all matches.`,
  noneBefore: 'No corte before it matches.',
  faultCode: 'Code',
  technical: 'Technical detail',
  withheld: (number, newest, phase) =>
    `The index of this copy announces corte ${number} of phase ${phase}, and the newest that it has is ${newest}: it may be incomplete, or hide what is newest.`,
  withheldTrust: (number, newest) =>
    `The index of this copy announces trust document ${number}, and the newest that it has is ${newest}.`,
  otherHead: (number, phase) =>
    `The index of this copy announces another corte ${number} of phase ${phase} than the one that it has.`,
  passedOver: (n) =>
    `${n === 1 ? 'One tile of the history did not serve' : `${countOf(n)} tiles of the history did not serve`}, and those cortes were read one by one; that is no fault of the chain.`,
  elsewhere: (asked, at) => `The publication is not at ${asked}; what was checked is ${at}`,
  reading: 'Reading',
  expired: (when) => `The trust document expired on ${when}: what was published stands, but there can be no new cortes.`,

  anchorTitle: (version) => `Compare this code: trust document ${version}`,
  anchorGiven: (version) => `Where it started from: trust document ${version}`,
  anchorNone:
    'You gave no code, and the page started from the first document that this very chain brings. That proves that the rest follows from it, but not who made it: whoever forges a whole chain forges its first document too. Compare each group with the code that the Institute printed.',
  anchorCode: 'It is the code that you gave: the chain starts from the document that has it.',
  anchorFile:
    'It is the file that you chose: the chain starts from it. If you downloaded it from this same site, compare the code too.',
  anchorHash: 'Code of integrity (SHA\u2011256)',
  compared: 'I compared it: the eight groups are the same as the printed ones',
  custodians: (threshold, count) => `Custodians (${threshold} signatures of ${count} are needed)`,
  newest: (version, when) => `Trust document in force: version ${version}, expires on ${when}`,

  detailTitle: 'What was checked',
  election: 'Election',
  phase: 'Phase',
  kinds: { oficial: 'official', simulacro: 'DRILL' },
  lastCorte: 'Newest corte',
  lastSound: 'Newest corte that matches',
  lastCorteIs: (n, when, final) => `${n}, of ${when}${final ? ' (final)' : ''}`,
  unbroken: 'Unbroken',
  unbrokenSince: (n, when) => (n === 1 ? `there is one corte only, of ${when}` : `${n} cortes, since ${when}`),
  cadence: 'Between cortes',
  cadenceIs: (median, longest) => `usually ${median}, ${longest} at most`,
  signedWith: 'Signed with',
  signerRange: (name, range) => `${name}, cortes ${range}`,
  headHash: 'Code of the newest corte',
  notes: 'Notes by the Institute',
  note: (n, note) => `Corte ${n}: “${note}”`,
  siteFiles: 'Files of the site',
  same: (n, of) => (n === of ? `${files(n)}, all the same` : `${countOf(n)} of ${files(of)} are the same`),
  sampleOnly: (n, of) =>
    `It was a random sample: ${countOf(n)} of the site’s ${countOf(of)} files were compared, and nothing is known of the others.`,
  siteNotCompared: 'Only the chain was checked: no file of the site was compared.',
  sampled: (n, of, seed) => `sample of ${n} among ${countOf(of)}; seed ${seed}`,
  listed: 'List of files',
  listedIs: (n) => `${files(n)}; the list is the signed one`,
  traffic: 'Read',
  checkedAt: 'Checked',
  ownClock: (when) => `${when}, by the clock of this device`,
  presentations: 'Own presentations',
  presentationIs: (title, difusor, first) =>
    `“${title}”, a presentation of ${difusor}, authorised from corte ${first} on; it is not checked here`,
  otherPhases: 'Other phases of the chain',
  otherPhase: (name, kind, n) => `${name} (${kind}): ${n === 1 ? '1 corte' : `${n} cortes`}`,

  unread: (number) =>
    `The list of files of corte ${number} could not be had: a file as it was in that corte counts as altered here. Try again, or with another copy of the chain.`,
  officialShown: (official) =>
    `Phase ${official} has begun, and this copy of the chain has no corte of it: the site was compared with a drill. Use another copy of the chain.`,
  mayBeNewer: (number) =>
    `A newer corte than ${number} may be out, which could not be compared: what differs may be of that one. Try again.`,
  folder: (path) => `${path}, the address at which readers open index.html`,
  altered: (n) => `Altered: ${files(n)} with other content than was signed`,
  stale: (n) => `Behind: ${files(n)} of an earlier corte`,
  staleFrom: (path, number) => `${path} (as it was in corte ${number})`,
  missing: (n) => `Missing: ${files(n)} that the site does not have`,
  blocked: (n) => `Blocked: another page, or an error, in the place of ${files(n)}`,
  redirected: (n) => `Redirected: ${files(n)} that ${n === 1 ? 'leads' : 'lead'} to another site`,
  failed: (n) => `Not read: ${files(n)} that could not be asked for; nothing is known of that`,
  andMore: (n) => `and ${countOf(n)} more`,
  checkAll: 'Check all files',

  camera: cameraInEnglish,
  /** What comes after the verdict. */
  recibos: recibosInEnglish,
  constancia: constanciaInEnglish,
  todo: todoInEnglish,

  uncheckedTitle: 'What was not checked',
  unchecked: {
    newer:
      'That there is no newer corte: a copy can hide what is newest. Compare number, hour and code of the newest corte with another Difusor or with the Institute.',
    unserved: (n) =>
      `${n === 1 ? 'One file that not every site shows' : `${countOf(n)} files that not every site shows`}, because of its name.`,
    rest: (n) => `The other ${files(n)} of the site, which were not in the sample.`,
    site: 'The files that the site shows.',
    anchor:
      'That the chain is the Institute’s: only the code of integrity tells, which is still to be compared with the printed one.',
    recibos: 'How many nodes of the Difusores signed that they publish this corte.',
    packages: 'The packages, and the lists of files of earlier cortes; the program does that, “cotejo audit chain --packages”.',
    others: 'What other people see: a site can show something else at another moment or to another visitor.',
    truth: 'That the data were captured well: the signature tells who published them and that no one changed them since.',
    page: 'This page itself: if it is served by whom you want to check, it could lie.',
  },
};
