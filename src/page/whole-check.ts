import { type ChainCheck, checkHistory, checkTrust, NoChain, type PhaseAudit } from '../audit/check/chain-check.ts';
import { type Dated, type LiveAudit, readManifest, shownPhase } from '../audit/check/live-check.ts';
import type { Autorizacion } from '../format/autorizacion.ts';
import type { Hash } from '../format/hash.ts';
import { PADRON_FILE } from '../format/padron.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { type Shown, whatToShow } from '../verdict/publication.ts';
import { type HeldTrust, phaseOf, type SignedTrust } from '../verdict/trust-chain.ts';
import { findAnchor, OtherAnchor, type Pin } from './anchor.ts';
import { breather } from './breathe.ts';
import { findNode } from './find-node.ts';
import { type Head, lookAtHead } from './head-first.ts';
import { authorizedAt } from './presentations.ts';
import { lookAtSite, type Sampling } from './site-files.ts';
import { webEquation } from './web-equation.ts';
import { webClient } from './web-get.ts';
import { askAhead, rememberingSource, webSource } from './web-source.ts';
import { WebTrouble } from './web-trouble.ts';

/** The whole check, from two addresses to what is shown. It touches no document: it is told to, step by step. */

export interface CheckPlan {
  readonly chain: URL;
  /** null: only the chain */
  readonly site: URL | null;
  readonly pin: Pin;
  readonly sampling: Sampling;
  /** The address that the reader gave, where the publication was found at another one. */
  readonly asked?: URL;
}

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

/** The first fault; for a trust document, `phase` is null and `number` is its version. */
export interface Fault {
  readonly phase: string | null;
  readonly number: number | null;
  readonly code: Code;
  readonly detail: Said;
}

/** Why the check did not come to its end. */
export type Stop =
  | { readonly kind: 'cancelled' | 'no-chain' }
  | { readonly kind: 'web'; readonly trouble: WebTrouble }
  | { readonly kind: 'bug'; readonly error: string };

/** What the check read of the chain, for what comes after the verdict: it need not be asked for again. */
export interface Kept {
  /** the trust documents, with what signatures came with them */
  readonly trust: readonly SignedTrust[];
  /** a file of the chain, by its path; nothing where it was not read, or not kept */
  readonly file: (path: string) => Promise<Uint8Array | null> | undefined;
  /** of the newest corte's padrón, by its list; null where it lists none, or was not reached */
  readonly padron: Hash | null;
}

/** What came out. Whatever the check did not reach is null. */
export interface Findings {
  readonly plan: CheckPlan;
  readonly anchor: HeldTrust | null;
  /** What was told before the history was known, and stands or falls with it. */
  readonly head: Head | null;
  readonly chain: ChainCheck | null;
  /** the phase that the site shows */
  readonly shown: PhaseAudit | null;
  /** what the site should show at this hour, by this machine's clock */
  readonly expected: Shown | null;
  readonly live: LiveAudit | null;
  /** how many files the newest corte has; `live` may cover fewer */
  readonly listed: number | null;
  readonly seed: string | null;
  /** The presentations of Difusores that the newest corte authorises, as far as the site showed their documents. */
  readonly presentations: readonly Autorizacion[];
  /** a server led to https though http was named, and was followed */
  readonly hasMoved: boolean;
  readonly fault: Fault | null;
  /** whether no document of this chain has the code of integrity that the reader brought */
  readonly otherAnchor: boolean;
  readonly stop: Stop | null;
  readonly kept: Kept;
  readonly bytes: number;
  /** milliseconds, by this machine's clock */
  readonly checkedAt: number;
}

/** How far the result can be trusted: `uncompared` means that the anchor is the chain's own. */
export type Tone = 'good' | 'uncompared' | 'bad' | 'unknown';

/** @param compared whether the reader said that he compared the anchor */
export function toneOf({ fault, otherAnchor, live, stop, plan, expected }: Findings, compared: boolean): Tone {
  if (fault || otherAnchor) return 'bad';
  if (live && live.shows !== 'corte') return 'unknown';
  if (live && isWrong(live)) return expected === 'corte' ? 'bad' : 'unknown';
  if (stop || (live && live.failed.length > 0)) return 'unknown';
  return plan.pin.kind === 'none' && !compared ? 'uncompared' : 'good';
}

/** Whether the site shows something else than the newest corte; files that could not be had say nothing. */
export function isWrong({ altered, missing, stale, redirected, blocked }: LiveAudit): boolean {
  return [altered, missing, stale, redirected, blocked].some((list) => list.length > 0);
}

/**
 * Never throws: what goes wrong is part of what was found. A corte that is published meanwhile makes a site look
 * altered: then everything is checked once more.
 * @param now milliseconds, by the reader's own clock
 */
export async function check(
  plan: CheckPlan,
  signal: AbortSignal,
  now: () => number,
  tell: (progress: CheckProgress) => void,
): Promise<Findings> {
  const first = await checkOnce(plan, signal, now, tell);
  if (!first.live || !isWrong(first.live)) return first;
  const second = await checkOnce({ ...plan, sampling: 'none' }, signal, now, tell);
  const isNewer = second.shown?.summary.head !== first.shown?.summary.head && !second.stop;
  return isNewer ? checkOnce(plan, signal, now, tell) : first;
}

/**
 * Whether the reader may have given the address of a portal, a page or a frame: nothing was found to check there. Then the
 * publication is looked for.
 * @param own the site that this page came from
 */
export async function planElsewhere({ plan, stop }: Findings, own: URL | null, signal: AbortSignal): Promise<CheckPlan | null> {
  const isNowhere = stop?.kind === 'no-chain' || (stop?.kind === 'web' && ['unreachable', 'status'].includes(stop.trouble.trouble));
  if (!isNowhere || !plan.site || plan.asked) return null;
  try {
    const found = await findNode(
      webClient(signal, () => {}),
      plan.site,
      own,
    );
    return found && { ...plan, asked: found.asked, site: found.site, chain: new URL('cotejo/chain/', found.site) };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function checkOnce(
  plan: CheckPlan,
  signal: AbortSignal,
  now: () => number,
  tell: (progress: CheckProgress) => void,
): Promise<Findings> {
  let bytes = 0;
  const found: { -readonly [K in keyof Findings]: Findings[K] } = {
    plan,
    anchor: null,
    head: null,
    chain: null,
    shown: null,
    expected: null,
    live: null,
    listed: null,
    seed: null,
    presentations: [],
    hasMoved: false,
    fault: null,
    otherAnchor: false,
    stop: null,
    kept: { trust: [], file: () => undefined, padron: null },
    bytes: 0,
    checkedAt: now(),
  };
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
    const { bytes: document, signatures } = signed;
    await Promise.all(signatures.map((signature) => web.prepare(document, signature, 'trust@cotejo')));
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
      return (await attributed(corte.statement, () => readManifest(source, corte), found)) ?? [];
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

/** A refusal of one corte's own files, which carries no number by itself. */
async function attributed<T>(
  { phase, number }: { phase: string; number: number },
  step: () => Promise<T>,
  found: { fault: Fault | null },
): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    found.fault = { phase, number, code: error.code, detail: error.said };
    return null;
  }
}

function blame(error: unknown, found: { fault: Fault | null; otherAnchor: boolean; stop: Stop | null }, signal: AbortSignal): void {
  if (signal.aborted) found.stop = { kind: 'cancelled' };
  else if (error instanceof Refusal) found.fault = { phase: null, number: null, code: error.code, detail: error.said };
  else if (error instanceof OtherAnchor) found.otherAnchor = true;
  else if (error instanceof NoChain) found.stop = { kind: 'no-chain' };
  else if (error instanceof WebTrouble) found.stop = { kind: 'web', trouble: error };
  else {
    console.error(error);
    found.stop = { kind: 'bug', error: error instanceof Error ? error.name : typeof error };
  }
}
