import type { Shows } from '../audit/check/live-check.ts';
import { asOneLine } from '../format/text.ts';
import { element, toneSign } from './dom.ts';
import type { Fault, Findings, Stop } from './findings.ts';
import { isUnsure, isWrong, officialShown, type Tone, toneOf } from './tone.ts';
import type { PageWords } from './words-es.ts';

/** The verdict, in one heading and few sentences: what a screen reader says when the check ends. */

export function verdictCard(findings: Findings, compared: boolean, words: PageWords): HTMLElement {
  const tone = toneOf(findings, compared);
  const [title, ...sentences] = told(findings, tone, words);
  return element(
    'div',
    { class: `verdict ${tone}`, 'data-tone': tone, 'data-chain': findings.plan.chain.href, ...faultData(findings.fault) },
    element('h2', {}, toneSign(tone), element('span', {}, title)),
    findings.plan.asked !== undefined &&
      element('p', {}, words.elsewhere(asOneLine(findings.plan.asked.href), asOneLine(findings.plan.site?.href ?? ''))),
    isDrill(findings) && element('p', { class: 'drill' }, words.simulacro),
    ...sentences,
  );
}

/** For programs that drive the page: the same members as the command's JSON. */
function faultData(fault: Fault | null): Record<string, string | null> {
  if (!fault) return {};
  const { phase, number, code } = fault;
  return { 'data-code': code, 'data-phase': phase, 'data-number': number === null ? null : String(number) };
}

function isDrill({ shown }: Findings): boolean {
  return shown?.summary.kind === 'simulacro';
}

type Told = [title: string, ...sentences: HTMLElement[]];

function told(findings: Findings, tone: Tone, words: PageWords): Told {
  const { fault, otherAnchor, live, stop, shown, expected } = findings;
  const head = shown?.cortes.at(-1)?.statement;
  const last = head ? words.moment(head.taken_at) : '';
  const warnings = claims(findings, words);
  if (fault)
    return [words.tones.bad, ...(findings.head ? [sentence(words.seen.broken)] : []), ...faultTold(fault, findings, words)];
  if (otherAnchor) return [words.otherAnchor, sentence(words.otherAnchorWhy)];
  if (live && live.shows !== 'corte') return [...insteadTold(live.shows, last, findings, words), ...warnings];
  if (live && isWrong(live)) {
    if (expected !== 'corte')
      return [words.notCurrent, sentence(expected === 'espera' ? words.espera : words.aviso(last)), ...warnings];
    const isBehind =
      live.stale.length > 0 && [live.altered, live.missing, live.redirected, live.blocked].every((l) => l.length === 0);
    const withdrawn = findings.head ? [sentence(words.seen.others)] : [];
    const unread = (live.unread ?? []).map((number) => sentence(words.unread(number)));
    const title = isBehind ? words.liveStale : words.liveBad;
    const official = officialShown(findings);
    const instead = official === null ? [] : [sentence(words.officialShown(official))];
    const newer = findings.mayBeNewer ? [sentence(words.mayBeNewer(live.number))] : [];
    const [, ...lost] = stop ? stopTold(stop, findings, words) : [''];
    const differing = counts(findings, words).map(sentence);
    return [
      isUnsure(findings) ? words.tones.unknown : title,
      ...withdrawn,
      ...differing,
      ...unread,
      ...instead,
      ...newer,
      ...lost,
      ...warnings,
    ];
  }
  // A site that shows the notice may answer so that no program takes it for data.
  if (stop?.kind === 'web' && expected && expected !== 'corte') {
    return [words.notCurrent, sentence(expected === 'espera' ? words.espera : words.aviso(last)), ...warnings];
  }
  if (stop) return stopTold(stop, findings, words);
  if (!head) return [words.noCortes, sentence(words.noCortesWhy), ...warnings];
  const good = words.goodWhy(head.number, head.phase, last);
  const rest = [...counts(findings, words).map(sentence), ...warnings];
  if (tone === 'unknown') return [words.tones.unknown, sentence(good), ...rest];
  if (tone === 'uncompared') return [words.tones.uncompared, sentence(good), sentence(words.uncomparedWhy), ...rest];
  const preliminary = isDrill(findings) ? [] : [sentence(words.preliminary)];
  return [words.tones.good, sentence(good), ...rest, ...preliminary];
}

/** Not the newest corte, and nothing that pretends to be it. */
function insteadTold(shows: Exclude<Shows, 'corte'>, last: string, { plan }: Findings, words: PageWords): Told {
  if (shows === 'nada') return [words.noSite, sentence(words.noSiteWhy(asOneLine(plan.site?.href ?? '')))];
  return [words.standIn[shows], sentence(words.standInWhy(last))];
}

function faultTold(fault: Fault, { chain, shown }: Findings, words: PageWords): HTMLElement[] {
  const { phase, number, code, detail } = fault;
  const where =
    number === null ? words.faultAnchor : phase === null ? words.faultTrust(number) : words.faultCorte(number, asOneLine(phase));
  const sound = phase === null ? null : (chain?.phases.find(({ summary }) => summary.phase === phase) ?? shown);
  const last = sound?.cortes.filter(({ statement }) => number === null || statement.number < number).at(-1)?.statement;
  const before = last ? words.until(last.number, words.moment(last.taken_at)) : words.noneBefore;
  return [
    element(
      'p',
      { class: 'fault' },
      element('strong', {}, where),
      ` ${words.codes[code]} ${words.faultCode}: `,
      element('code', {}, code),
    ),
    ...(sound ? [sentence(before)] : []),
    element('p', { class: 'help' }, `${words.technical}: ${detail.in(words.language)}`),
  ];
}

function stopTold(stop: Stop, { plan }: Findings, words: PageWords): Told {
  switch (stop.kind) {
    case 'cancelled':
      return [words.cancelled, sentence(words.cancelledWhy)];
    case 'no-chain':
      return [words.noChain, sentence(words.noChainWhy(asOneLine(plan.chain.href)))];
    case 'web': {
      const { trouble, what, url } = stop.trouble;
      return [words.tones.unknown, sentence(words.troubles[trouble](asOneLine(what))), sentence(asOneLine(url))];
    }
    case 'bug':
      // Its message is in the browser's console: it is in no language of the reader's.
      return [words.tones.unknown, sentence(words.bug), element('p', { class: 'help' }, element('code', {}, stop.error))];
  }
}

/** One line per kind of difference, or one that says that there is none. */
function counts({ live, listed, seed, plan }: Findings, words: PageWords): string[] {
  if (!live) return plan.site ? [words.siteNotCompared] : [];
  const kinds = ['altered', 'stale', 'missing', 'blocked', 'redirected', 'failed'] as const;
  const differing = kinds.filter((kind) => live[kind].length > 0).map((kind) => `${words[kind](live[kind].length)}.`);
  const sampled = seed !== null && listed !== null ? [words.sampleOnly(live.files, listed)] : [];
  return [`${words.siteFiles}: ${words.same(live.same, live.files)}.`, ...sampled, ...differing];
}

/** What the unsigned index says otherwise, and an expired document: no proof, but worth knowing. */
function claims({ chain, hasMoved }: Findings, words: PageWords): HTMLElement[] {
  if (!chain) return [];
  const moved = hasMoved ? [words.moved] : [];
  const said = chain.claims.map(({ phase, number, newest }) => {
    if (phase === null) return words.withheldTrust(number, newest);
    return number > newest ? words.withheld(number, newest, phase) : words.otherHead(number, phase);
  });
  return [...moved, ...said].map((text) => element('p', { class: 'warning' }, text));
}

function sentence(text: string): HTMLElement {
  return element('p', {}, text);
}
