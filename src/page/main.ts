import { trafficOf } from '../html/size.ts';
import { folderAddress } from './address.ts';
import { type Afterwards, hasAfterwards, lookAfterwards, NOTHING } from './afterwards.ts';
import { cameraPanel } from './camera/panel.ts';
import { constanciaOf } from './constancia/document.ts';
import { paper } from './constancia/paper.ts';
import { byId, element } from './dom.ts';
import type { CheckPlan, Findings } from './findings.ts';
import { chain, forgive, readForm, recibosAt, recibosPlace, sampling, site } from './form.ts';
import { planElsewhere } from './plan-elsewhere.ts';
import { report } from './report.ts';
import { seenCard } from './seen.ts';
import { uncheckedSaid } from './unchecked.ts';
import { verdictCard } from './verdict.ts';
import { type CheckProgress, type CheckStep, check } from './whole-check.ts';
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
 * What a link to this page may say: which site, chain, receipts and language. Never the anchor: a link comes from anyone,
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
  const plan = await readForm(words);
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
  try {
    const found = await lookAfterwards(of, recibosPlace(), until.signal);
    if (until.signal.aborted) return;
    afterwards = found;
  } catch (error) {
    if (until.signal.aborted) return;
    console.error(error); // the verdict stands without it
  }
  following = null;
  showReport();
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
  forgive();
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
