import { trafficOf } from '../html/size.ts';
import { folderAddress } from './address.ts';
import { type Afterwards, hasAfterwards, lookAfterwards, NOTHING } from './afterwards.ts';
import { type Pin, parseCode } from './anchor.ts';
import { cameraPanel } from './camera/panel.ts';
import { constanciaOf } from './constancia/document.ts';
import { paper } from './constancia/paper.ts';
import { byId, element } from './dom.ts';
import { report } from './report.ts';
import { seenCard } from './seen.ts';
import { SAMPLINGS } from './site-files.ts';
import { uncheckedSaid } from './unchecked.ts';
import { verdictCard } from './verdict.ts';
import { type CheckPlan, type CheckProgress, type CheckStep, check, type Findings, planElsewhere } from './whole-check.ts';
import { pageInEnglish } from './words-en.ts';
import { type PageWords, pageInSpanish } from './words-es.ts';

/** Wires the form, the check and what is shown. Nothing is kept between two visits. */

const STEPS: readonly CheckStep[] = ['trust', 'seen', 'cortes', 'manifest', 'files'];

let words: PageWords = pageInSpanish;
let running: AbortController | null = null;
let progress: CheckProgress | null = null;
let findings: Findings | null = null;
/** What was found once the verdict stood. */
let afterwards: Afterwards = NOTHING;
/** What is still asked for after a verdict; another check ends it. */
let following: AbortController | null = null;
/** Whether the reader said that he compared the anchor with the printed one; it holds for these findings, in this tab. */
let compared = false;
/** Whether the check was given something to start from; what the form says may have changed since. */
let pinned = false;

const site = byId('site', HTMLInputElement);
const chain = byId('chain', HTMLInputElement);
const recibosAt = byId('recibos-at', HTMLInputElement);
const code = byId('code', HTMLTextAreaElement);
const files = byId('files', HTMLInputElement);
const sampling = byId('sampling', HTMLSelectElement);

fillFromAddress();
speak();
void cameraPanel(() => words);
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void start();
});
byId('cancel').addEventListener('click', () => running?.abort());
byId('language').addEventListener('click', () => {
  words = words === pageInSpanish ? pageInEnglish : pageInSpanish;
  speak();
});

/**
 * What a link to this page may say: which site, which chain, which language. Never the anchor: a link comes from anyone,
 * and the anchor must come from the reader.
 */
function fillFromAddress(): void {
  const asked = new URLSearchParams(location.hash.slice(1));
  const isServed = /^https?:$/.test(location.protocol);
  site.value = asked.get('sitio') ?? (isServed ? (folderAddress(location.href)?.href ?? '') : '');
  chain.value = asked.get('cadena') ?? '';
  recibosAt.value = asked.get('acuses') ?? '';
  if (asked.get('idioma') === 'en') words = pageInEnglish;
  if (chain.value !== '' || recibosAt.value !== '') byId('more', HTMLDetailsElement).open = true;
}

async function start(): Promise<void> {
  if (running) return;
  const plan = await readForm();
  if (!plan) return;
  await run(plan);
}

async function run(plan: CheckPlan): Promise<void> {
  running = new AbortController();
  following?.abort();
  findings = null;
  afterwards = NOTHING;
  compared = false;
  pinned = plan.pin.kind !== 'none';
  progress = { step: 'trust', done: 0, of: null, phase: null, bytes: 0, head: null, unbroken: null };
  show();
  byId('progress').scrollIntoView({ block: 'nearest' });
  let drawn = 0;
  const tell = (now: CheckProgress) => {
    const isNew = now.head !== progress?.head || now.unbroken !== progress?.unbroken;
    progress = now;
    if (isNew) showVerdict();
    if (performance.now() - drawn < 50) return;
    drawn = performance.now();
    showProgress();
  };
  findings = await check(plan, running.signal, Date.now, tell);
  // For a site that is one phase's own folder, `cotejo/fases/<phase>/`, is two folders above it.
  if (
    findings.stop?.kind === 'no-chain' &&
    plan.site &&
    chain.value.trim() === '' &&
    /\/fases\/[^/]+\/$/.test(plan.site.pathname)
  ) {
    const above = await check({ ...plan, chain: new URL('../../chain/', plan.site) }, running.signal, Date.now, tell);
    if (above.stop?.kind !== 'no-chain') findings = above;
  }
  const own = /^https?:$/.test(location.protocol) ? folderAddress(location.href) : null;
  const elsewhere = chain.value.trim() === '' ? await planElsewhere(findings, own, running.signal) : null;
  if (elsewhere) findings = await check(elsewhere, running.signal, Date.now, tell);
  running = null;
  following = new AbortController();
  show();
  byId('verdict').scrollIntoView({ block: 'start' });
  await follow(findings, following);
}

/** What the verdict does not wait for: the published receipts, and what a constancia encloses. */
async function follow(of: Findings, until: AbortController): Promise<void> {
  const at = recibosAt.value.trim() === '' ? null : folderAddress(recibosAt.value);
  try {
    const found = await lookAfterwards(of, at, until.signal);
    if (until.signal.aborted) return;
    afterwards = found;
  } catch (error) {
    if (until.signal.aborted) return;
    console.error(error); // the verdict stands without it
  }
  following = null;
  showReport();
}

/** @returns null where something must be put right first; the first such field has the focus then */
async function readForm(): Promise<CheckPlan | null> {
  const siteAt = folderAddress(site.value);
  const chainAt = chain.value.trim() === '' ? siteAt && new URL('cotejo/chain/', siteAt) : folderAddress(chain.value);
  const pin = await readPin();
  const isMixed = (url: URL | null) => location.protocol === 'https:' && url?.protocol === 'http:' && !isLoopback(url);
  const noAddress = site.value.trim() === '' && chain.value.trim() === '';
  const problems: ReadonlyArray<[HTMLInputElement | HTMLTextAreaElement, string | null]> = [
    [
      site,
      noAddress ? words.noAddress : site.value.trim() !== '' && !siteAt ? words.badSite : isMixed(siteAt) ? words.mixed : null,
    ],
    [code, typeof pin === 'string' && pin !== words.badFiles ? pin : null],
    [recibosAt, recibosAt.value.trim() !== '' && !folderAddress(recibosAt.value) ? words.badSite : null],
    [chain, chain.value.trim() !== '' && !chainAt ? words.badSite : isMixed(chainAt) ? words.mixed : null],
    [files, pin === words.badFiles ? pin : null],
  ];
  for (const [field, problem] of problems) complain(field, problem);
  const [first] = problems.find(([, problem]) => problem !== null) ?? [];
  if (first) {
    if (first === chain || first === recibosAt || first === files) byId('more', HTMLDetailsElement).open = true;
    first.focus();
    return null;
  }
  if (!chainAt || typeof pin === 'string') return null;
  const asked = SAMPLINGS.find((known) => known === sampling.value) ?? 'sample';
  return { chain: chainAt, site: siteAt, pin, sampling: siteAt ? asked : 'none' };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** What the reader brought to compare with, or the words for what is wrong with it. */
async function readPin(): Promise<Pin | string> {
  const typed = code.value.trim();
  if (typed !== '') {
    const sha256 = parseCode(typed);
    if (sha256) return { kind: 'code', sha256 };
    return /^SHA256:|^ssh-/.test(typed) ? words.keyCode : words.badCode;
  }
  const chosen = [...(files.files ?? [])];
  if (chosen.length === 0) return { kind: 'none' };
  const documents = chosen.filter(({ name }) => name.endsWith('.json'));
  const signatures = chosen.filter(({ name }) => name.endsWith('.sig'));
  const [document] = documents;
  if (!document || documents.length > 1 || documents.length + signatures.length !== chosen.length) return words.badFiles;
  if (chosen.length > MOST_FILES || chosen.some(({ size }) => size > MOST_BYTES)) return words.badFiles;
  const [bytes, ...rest] = await Promise.all(
    [document, ...signatures].map(async (file) => new Uint8Array(await file.arrayBuffer())),
  );
  return { kind: 'document', bytes: bytes!, signatures: rest };
}

/** A trust document and its signatures are far smaller and fewer. */
const MOST_BYTES = 1_000_000;
const MOST_FILES = 100;

function complain(field: HTMLElement, problem: string | null): void {
  const error = byId(`${field.id}-error`);
  error.textContent = problem ?? '';
  error.hidden = problem === null;
  if (problem === null) field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
}

/** Shows everything again in the language that was chosen. */
function speak(): void {
  document.documentElement.lang = words.lang;
  const other = byId('language');
  other.textContent = words.other;
  other.lang = words.otherLang;
  for (const place of document.querySelectorAll<HTMLElement>('[data-word]')) {
    const texts: Readonly<Record<string, string>> = words.fixed;
    place.textContent = texts[place.dataset['word']!] ?? null;
  }
  for (const field of [site, code, chain, recibosAt, files]) complain(field, null);
  show();
}

function show(): void {
  byId('start', HTMLButtonElement).disabled = running !== null;
  byId('cancel').hidden = running === null;
  byId('progress').hidden = running === null;
  showProgress();
  showVerdict();
  showReport();
}

/** The focus stays where it was: what comes after the verdict may come while the reader is at something. */
function showReport(): void {
  const at = document.activeElement?.id;
  const constancia = findings && constanciaOf(findings, afterwards, compared);
  const isWaiting = following !== null && findings !== null && hasAfterwards(findings);
  byId('report').replaceChildren(
    ...(findings ? report(findings, { afterwards, constancia, isWaiting }, actions(findings), words) : []),
  );
  const sheet =
    findings &&
    constancia &&
    paper(
      {
        constancia,
        title: findings.chain?.trust.chain.newest.document.title ?? '',
        result: byId('verdict').querySelector('h2')?.textContent ?? '',
        unchecked: uncheckedSaid(findings, constancia.not_checked, words),
      },
      words,
    );
  byId('paper').replaceChildren(...(sheet ? [sheet] : []));
  document.body.classList.toggle('has-paper', sheet !== null);
  if (at) document.getElementById(at)?.focus();
}

/** While the check runs, what is known of the head already; it is no verdict, and says so. */
function showVerdict(): void {
  const verdict = byId('verdict');
  const seen = running && progress?.head ? seenCard(progress.head, progress.unbroken, pinned, words) : null;
  const shown = running ? (seen ?? words.checking) : findings && verdictCard(findings, compared, words);
  verdict.replaceChildren(...(shown ? [shown] : []));
  verdict.classList.toggle('help', running !== null && !seen);
}

function actions({ plan }: Findings) {
  return {
    compared,
    onCompared: (is: boolean) => {
      compared = is;
      show();
      byId('compared').focus();
    },
    onCheckAll: () => {
      sampling.value = 'all';
      if (!running) void run({ ...plan, sampling: 'all' });
    },
  };
}

function showProgress(): void {
  if (!progress) return;
  const { step, done, of, phase, bytes } = progress;
  const at = STEPS.indexOf(step);
  const count = of === null ? (phase === null || done === 0 ? '' : words.cortesDone(phase, done)) : words.filesDone(done, of);
  const items = STEPS.map((name, i) =>
    element(
      'li',
      { class: i < at ? 'done' : i === at ? 'now' : '' },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, i < at ? '✓' : i === at ? '›' : '·'),
      element('span', {}, words.steps[name]),
      i === at && element('span', { class: 'count' }, count),
    ),
  );
  byId('steps').replaceChildren(...items);
  const bar = byId('bar', HTMLProgressElement);
  if (of === null) bar.removeAttribute('value');
  else {
    bar.max = Math.max(of, 1);
    bar.value = done;
  }
  byId('traffic').textContent = words.read(trafficOf(bytes));
}
