import { signersOf } from '../audit/check/signers.ts';
import type { Constancia } from '../format/constancia.ts';
import { fingerprint } from '../format/key.ts';
import { asOneLine } from '../format/text.ts';
import { instantOf } from '../format/time.ts';
import { trafficOf } from '../html/size.ts';
import { spanOf } from '../html/span.ts';
import type { Corte } from '../verdict/history.ts';
import type { Afterwards } from './afterwards.ts';
import { constanciaCard } from './constancia/card.ts';
import { element, hashLine } from './dom.ts';
import type { Findings } from './findings.ts';
import { recibosCard } from './recibos/card.ts';
import type { Recibos } from './recibos/count.ts';
import { toldOf } from './recibos/told.ts';
import { stepsCard } from './steps/card.ts';
import { kindOf } from './steps/steps.ts';
import { toneOf } from './tone.ts';
import { uncheckedOf, uncheckedSaid } from './unchecked.ts';
import type { PageWords } from './words-es.ts';

/** What stands below the verdict: the anchor to compare, what was checked, what differs and what was not checked. */

/** How many paths of one kind are listed. */
const LISTED = 40;

export interface Shown {
  readonly afterwards: Afterwards;
  /** null where there is nothing to keep */
  readonly constancia: Constancia | null;
  /** what comes after the verdict is still being asked for */
  readonly isWaiting: boolean;
}

export interface Actions {
  readonly compared: boolean;
  readonly onCompared: (compared: boolean) => void;
  readonly onCheckAll: () => void;
}

export function report(
  findings: Findings,
  { afterwards, constancia, isWaiting }: Shown,
  actions: Actions,
  words: PageWords,
): HTMLElement[] {
  const { plan, stop, shown } = findings;
  const kind = kindOf(findings, afterwards.recibos);
  // A chain that nobody compared may be anybody's, and so may the sites that its padrón names.
  const isAnchored = plan.pin.kind !== 'none' || actions.compared;
  const around = { site: plan.site, padron: isAnchored ? afterwards.padron : null, hasConstancia: constancia !== null };
  const steps = kind && stepsCard(kind, around, words);
  if (stop?.kind === 'cancelled' || stop?.kind === 'no-chain') return steps ? [steps] : [];
  const corte = shown?.cortes.at(-1);
  const recibos = corte && (isWaiting || afterwards.recibos) ? receipts(corte, afterwards.recibos, words) : null;
  // What is to be done comes after what it is about.
  const isContrary = kind === 'contrary';
  const sections = [
    isContrary ? recibos : null,
    steps,
    differences(findings, words),
    anchorCard(findings, actions, words),
    isContrary ? null : recibos,
    constancia && constanciaCard(constancia, words),
    detailCard(findings, actions, words),
    unchecked(findings, afterwards, actions, words),
  ];
  return sections.filter((section) => section !== null);
}

function receipts({ statement, sha256 }: Corte, recibos: Recibos | null, words: PageWords): HTMLElement {
  const keep = element('p', { class: 'help' }, words.recibos.save);
  return recibosCard(recibos && toldOf(recibos, sha256), statement.number, words, keep);
}

function anchorCard(findings: Findings, { compared, onCompared }: Actions, words: PageWords): HTMLElement | null {
  const { anchor, chain, plan, checkedAt } = findings;
  if (!anchor || !chain) return null;
  const { document, sha256 } = anchor;
  const newest = chain.trust.chain.newest.document;
  const { kind } = plan.pin;
  const why = { none: words.anchorNone, code: words.anchorCode, document: words.anchorFile }[kind];
  // What does not match is not made right by a comparison.
  const canCompare = toneOf(findings, true) === 'good';
  const box = element('input', { type: 'checkbox', id: 'compared' });
  box.checked = compared;
  box.addEventListener('change', () => onCompared(box.checked));
  return element(
    'section',
    { class: 'card', id: 'anchor' },
    element('h2', {}, kind === 'none' ? words.anchorTitle(document.version) : words.anchorGiven(document.version)),
    element('p', {}, asOneLine(document.title)),
    element('h3', {}, words.anchorHash),
    hashLine(sha256, false),
    element('p', {}, why),
    kind === 'none' && canCompare && element('label', { class: 'compare' }, box, words.compared),
    compared && element('p', { class: 'good echo' }, words.tones.good),
    element('h3', {}, words.custodians(document.threshold, document.custodians.length)),
    element('ul', {}, ...document.custodians.map(({ name, key }) => keyLine(name, fingerprint(key)))),
    element('p', {}, words.newest(newest.version, words.moment(newest.expires_at))),
    checkedAt > instantOf(newest.expires_at) && element('p', { class: 'warning' }, words.expired(words.moment(newest.expires_at))),
  );
}

function detailCard(
  { chain, shown, live, listed, seed, presentations, fault, bytes, checkedAt }: Findings,
  { onCheckAll }: Actions,
  words: PageWords,
): HTMLElement | null {
  const head = shown?.cortes.at(-1)?.statement;
  const first = shown?.cortes[0]?.statement;
  if (!chain || !shown || !head || !first) return null;
  const trust = chain.trust.chain.newest.document;
  const { summary, cortes } = shown;
  const notes = cortes.flatMap(({ statement: { number, note } }) =>
    note === null ? [] : [words.note(number, asOneLine(note, 500))],
  );
  const others = chain.phases.filter((phase) => phase !== shown);
  const all = element('button', { type: 'button', class: 'quiet', id: 'check-all' }, words.checkAll);
  all.addEventListener('click', onCheckAll);
  const rows: Array<[string, ...(HTMLElement | string)[]]> = [
    [words.election, asOneLine(trust.title)],
    [words.phase, `${summary.phase} (${words.kinds[summary.kind]})`],
    [fault ? words.lastSound : words.lastCorte, words.lastCorteIs(head.number, words.moment(head.taken_at), head.final)],
    [words.unbroken, words.unbrokenSince(cortes.length, words.moment(first.taken_at))],
  ];
  if (summary.median_gap_seconds !== null) {
    rows.push([words.cadence, words.cadenceIs(spanOf(summary.median_gap_seconds), spanOf(summary.longest_gap_seconds ?? 0))]);
  }
  const keys = signersOf(cortes).map(([name, range]) => {
    const key = trust.signers.find((signer) => signer.name === name)?.key;
    return element('div', {}, words.signerRange(name, range), element('div', { class: 'print' }, key ? fingerprint(key) : ''));
  });
  rows.push([words.signedWith, ...keys], [words.headHash, hashLine(summary.head ?? '', true)]);
  if (notes.length > 0) rows.push([words.notes, ...notes.map((note) => element('div', {}, note))]);
  if (listed !== null) rows.push([words.listed, words.listedIs(listed)]);
  if (live) rows.push([words.siteFiles, words.same(live.same, live.files)]);
  if (live && listed !== null && seed !== null) rows.push(['', words.sampled(live.files, listed, seed), element('div', {}, all)]);
  if (presentations.length > 0) {
    const lines = presentations.map(({ title, difusor, first }) =>
      element('div', {}, words.presentationIs(asOneLine(title), difusor, first)),
    );
    rows.push([words.presentations, ...lines]);
  }
  if (others.length > 0) {
    const lines = others.map(({ summary: { phase, kind, cortes: n } }) =>
      element('div', {}, words.otherPhase(phase, words.kinds[kind], n)),
    );
    rows.push([words.otherPhases, ...lines]);
  }
  const clock = new Intl.DateTimeFormat(words.lang, { dateStyle: 'full', timeStyle: 'long' }).format(checkedAt);
  if (chain.passedOver.length > 0) rows.push([words.reading, words.passedOver(chain.passedOver.length)]);
  rows.push([words.traffic, trafficOf(bytes)], [words.checkedAt, words.ownClock(clock)]);
  const list = element('dl', {}, ...rows.flatMap(([term, ...what]) => [element('dt', {}, term), element('dd', {}, ...what)]));
  return element('section', { class: 'card', id: 'detail' }, element('h2', {}, words.detailTitle), list);
}

function differences({ live }: Findings, words: PageWords): HTMLElement | null {
  if (!live) return null;
  const kinds = [
    [words.altered, live.altered.map((path) => (path.endsWith('/') ? words.folder(path) : path))],
    [words.stale, live.stale.map(({ path, number }) => words.staleFrom(path, number))],
    [words.missing, live.missing],
    [words.blocked, live.blocked.map(({ path }) => path)],
    [words.redirected, live.redirected.map(({ path, location }) => (location === '' ? path : `${path} → ${location}`))],
    [words.failed, live.failed.map(({ path }) => path)],
  ] as const;
  const lists = kinds.filter(([, paths]) => paths.length > 0).map(([title, paths]) => pathList(title(paths.length), paths, words));
  return lists.length === 0 ? null : element('section', { class: 'card', id: 'differences' }, ...lists);
}

function pathList(title: string, paths: readonly string[], words: PageWords): HTMLElement {
  const rest = paths.length - LISTED;
  return element(
    'div',
    {},
    element('h3', {}, title),
    element(
      'ul',
      { class: 'paths' },
      ...paths.slice(0, LISTED).map((path) => element('li', {}, asOneLine(path, 1024))),
      rest > 0 && element('li', {}, words.andMore(rest)),
    ),
  );
}

function unchecked(findings: Findings, afterwards: Afterwards, { compared }: Actions, words: PageWords): HTMLElement | null {
  if (!findings.shown) return null;
  const lines = uncheckedSaid(findings, uncheckedOf(findings, afterwards, compared), words);
  return element(
    'section',
    { class: 'card', id: 'unchecked' },
    element('h2', {}, words.uncheckedTitle),
    element('ul', {}, ...lines.map((line) => element('li', {}, line))),
  );
}

function keyLine(name: string, print: string): HTMLElement {
  return element('li', {}, `${name} `, element('span', { class: 'print' }, print));
}
