import { checkHistory, checkTrust } from '../audit/check/chain-check.ts';
import { readManifest, shownPhase } from '../audit/check/live-check.ts';
import type { Dated } from '../audit/check/stale.ts';
import { mayBeNewer } from '../audit/check/unread.ts';
import { PADRON_FILE } from '../format/padron.ts';
import { whatToShow } from '../verdict/publication.ts';
import { phaseOf, type SignedTrust } from '../verdict/trust-chain.ts';
import { findAnchor } from './anchor.ts';
import { attributed, blame } from './blame.ts';
import { breather } from './breathe.ts';
import { type CheckPlan, type Findings, nothingFound } from './findings.ts';
import { type Head, lookAtHead } from './head-first.ts';
import { authorizedAt } from './presentations.ts';
import { lookAtSite } from './site-files.ts';
import { isWrong } from './tone.ts';
import { prepareTrust, webEquation } from './web-equation.ts';
import { webClient } from './web-get.ts';
import { askAhead, rememberingSource, webSource } from './web-source.ts';
import { WebTrouble } from './web-trouble.ts';

/** The whole check, from two addresses to what is shown. It touches no document: it is told to, step by step. */

export type CheckStep = 'trust' | 'seen' | 'cortes' | 'manifest' | 'files';

export interface CheckProgress {
  readonly step: CheckStep;
  readonly done: number;
  /** null where no one knows yet */
  readonly of: number | null;
  readonly phase: string | null;
  /** all that came over the network so far */
  readonly bytes: number;
  /** What the reader sees, once it is known to be what was signed; what is behind it may not be known yet. */
  readonly head: Head | null;
  /** how many cortes of that phase are linked and signed from the first on; null as long as it is not known */
  readonly unbroken: number | null;
}

/**
 * Never throws: what goes wrong is part of what was found. A corte that is published meanwhile makes a site look
 * altered: then everything is checked once more; where that can't be, or yet another came, what was found is not sure.
 * @param now milliseconds, by the reader's own clock
 */
export async function check(
  plan: CheckPlan,
  signal: AbortSignal,
  now: () => number,
  tell: (progress: CheckProgress) => void,
): Promise<Findings> {
  let found = await checkOnce(plan, signal, now, tell);
  for (let looks = 1; ; looks++) {
    if (!found.live || !isWrong(found.live)) return found;
    const chain = await checkOnce({ ...plan, sampling: 'none' }, signal, now, tell);
    if (chain.stop) return isDue(found, chain.checkedAt) ? unsure(found, chain) : found;
    if (!goesOn(found, chain)) return found;
    if (looks === LOOKS) return unsure(found, chain);
    const later = await checkOnce(plan, signal, now, tell);
    const isCompared = goesOn(found, later) || later.fault;
    if ((later.stop && !later.live) || !isCompared) return unsure(found, later);
    found = later;
  }
}

/** A chain that goes on faster than a site can be looked at is none that anybody publishes. */
const LOOKS = 2;

/** What was found stands where it can't be looked at again, and may be a newer corte's; who cancels gets no verdict. */
function unsure(found: Findings, later: Findings): Findings {
  if (later.stop?.kind === 'cancelled') return { ...later, plan: found.plan };
  const stop = later.stop?.kind === 'no-chain' ? null : later.stop; // the site was compared
  return { ...found, stop: stop ?? found.stop, mayBeNewer: true };
}

/** Whether a newer corte may be out by this hour (ms). */
function isDue({ live, chain, shown }: Findings, hour: number): boolean {
  const phase = chain && shown && phaseOf(chain.trust.chain, shown.summary.phase);
  return live && phase ? mayBeNewer(live, phase, shown.cortes.at(-1)?.statement ?? null, hour) : false;
}

/** Whether the chain has a newer corte to compare the site with, or shows another phase by then. */
function goesOn({ shown: before }: Findings, { shown: after }: Findings): boolean {
  if (!after) return false;
  return after.summary.phase !== before?.summary.phase || after.cortes.length > before.cortes.length;
}

async function checkOnce(
  plan: CheckPlan,
  signal: AbortSignal,
  now: () => number,
  tell: (progress: CheckProgress) => void,
): Promise<Findings> {
  let bytes = 0;
  const found: { -readonly [K in keyof Findings]: Findings[K] } = nothingFound(plan, now());
  // Also ends what is still under way when the verdict is found.
  const over = new AbortController();
  const cancel = () => over.abort(signal.reason);
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  const client = webClient(over.signal, (more) => {
    bytes += more;
  });
  const breathe = breather(signal);
  const web = await webEquation();
  const trust: SignedTrust[] = [];
  const onTrust = async (signed: SignedTrust) => {
    trust.push(signed);
    await prepareTrust(web, signed);
  };
  const { source, kept, stop: forgetTheRest } = rememberingSource(webSource(plan.chain, client), onTrust);
  found.kept = { trust, file: kept, padron: null };
  let unbroken: number | null = null;
  const progress = (step: CheckStep, done: number, of: number | null, phase: string | null = null) =>
    tell({ step, done, of, phase, bytes, head: found.head, unbroken });
  try {
    progress('trust', 0, null);
    void askAhead(source);
    const anchor = await findAnchor(source, plan.pin);
    trust.push(anchor);
    const beginning = await checkTrust(source, anchor, web.equation);
    found.anchor = beginning.trust.chain.anchor;
    if (plan.site && plan.sampling !== 'none') {
      progress('seen', 0, null);
      const phase = phaseNamedBy(plan.site, beginning.trust.chain.newest.document.phases)?.name ?? null;
      found.head = await lookAtHead(beginning, { source, client, web, site: plan.site, phase, now: now() }, breathe).catch(
        (error: unknown) => {
          if (error instanceof WebTrouble) return null; // the whole check meets it again
          throw error;
        },
      );
    }
    forgetTheRest();
    const onProgress = async (phase: string, number: number) => {
      progress('cortes', number, null, phase);
      await breathe();
    };
    progress('cortes', 0, null);
    const chain = await checkHistory(source, beginning, {
      onProgress,
      equation: web.equation,
      prepare: (corteJson, signature) => web.prepare(corteJson, signature, 'corte@cotejo'),
    });
    found.chain = chain;
    found.fault = chain.refused;
    const shown =
      phaseNamedBy(
        plan.site,
        chain.phases.map((audit) => ({ name: audit.summary.phase, audit })),
      )?.audit ?? shownPhase(chain.phases);
    const head = shown?.cortes.at(-1);
    found.shown = shown ?? null;
    if (found.fault || !shown || !head) return found;

    unbroken = shown.cortes.length;
    progress('manifest', 0, null, shown.summary.phase);
    const manifest = await attributed(head.statement, () => readManifest(source, head), found);
    if (!manifest) return found;
    found.listed = manifest.length;
    found.kept = { ...found.kept, padron: manifest.find(({ path }) => path === PADRON_FILE)?.sha256 ?? null };
    const phase = phaseOf(chain.trust.chain, shown.summary.phase);
    found.expected = phase ? whatToShow(phase, head.statement, now()) : null;
    if (!plan.site || plan.sampling === 'none') return found;
    const older = async (corte: Dated) => {
      await breathe();
      return attributed(corte.statement, () => readManifest(source, corte), found).catch(unlessOver);
    };
    const { expected, sampling } = { expected: found.expected ?? 'corte', sampling: plan.sampling };
    const look = { site: plan.site, manifest, cortes: shown.cortes, sampling, expected, older };
    const { live, seed } = await lookAtSite(client, look, breathe, (done, of) => progress('files', done, of, shown.summary.phase));
    found.live = live;
    found.seed = seed;
    if (live.shows === 'corte')
      found.presentations = await authorizedAt((...file) => client.read(...file), plan.site, head, manifest);
    signal.throwIfAborted();
    return found;
  } catch (error) {
    blame(error, found, signal);
    return found;
  } finally {
    signal.removeEventListener('abort', cancel);
    over.abort();
    found.bytes = bytes;
    found.hasMoved = client.hasMoved();
    found.checkedAt = now();
  }
}

/** A site whose address ends in a phase's name shows that phase: a Difusor has its drills there. */
function phaseNamedBy<T extends { readonly name: string }>(site: URL | null, phases: readonly T[]): T | undefined {
  return phases.find(({ name }) => site?.pathname.endsWith(`/${name}/`));
}

/** What the network does not give explains no file, and takes back nothing of what was found. */
function unlessOver(error: unknown): null {
  if (error instanceof WebTrouble) return null;
  throw error;
}
