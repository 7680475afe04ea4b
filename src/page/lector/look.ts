import { type ChainIndex, readChainIndex } from '../../audit/check/chain-index.ts';
import type { ChainReads } from '../../audit/check/chain-reads.ts';
import { Refusal } from '../../format/refusal.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import type { WebEquation } from '../web-equation.ts';
import type { WebClient } from '../web-get.ts';
import { webSource } from '../web-source.ts';
import { type Claim, claimsOf, toFollow } from './claims.ts';
import { type Climbed, climb, isLate, isToClimb, mayLackTrust } from './climb.ts';
import { showsStill } from './clock-doubt.ts';
import { readCorte } from './corte-reads.ts';
import type { HeldCorte } from './cortes.ts';
import type { Adopted, Known } from './known.ts';
import type { MirrorAt, Mirrors } from './mirrors.ts';
import { isByTrust, isFork, newComparison } from './trust-comparison.ts';

/**
 * Looking at the mirrors for what is newer: each says, unsigned, what it has; what it says is newer is fetched and checked,
 * and only then known. One that is slow, silent or lies keeps nobody waiting but itself.
 */

export interface LookPlan {
  readonly known: Known;
  readonly mirrors: Mirrors;
  readonly web: WebEquation;
  readonly clientFor: (signal: AbortSignal) => WebClient;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** aborted after so many ms */
  readonly timeout: (ms: number) => AbortSignal;
  /** the newest corte, where by the reader's clock it is stale */
  readonly overdue: () => { readonly phase: string; readonly number: number } | null;
  readonly onAdopted: (held: HeldCorte, how: Adopted) => void;
  /** what a mirror gave is refused */
  readonly onRefused: (mirror: MirrorAt, refusal: Refusal) => void;
  /** all that a mirror gave this time was in order */
  readonly onFine: (mirror: MirrorAt) => void;
  readonly onChange: () => void;
}

export interface Looker {
  /** Looks now, or waits for the look that is under way. Never throws. */
  look(): Promise<void>;
  /** ms since the epoch of the last look's end; null before the first */
  lastAt(): number | null;
}

/** ms for what one mirror says, and as many for its statements; for its manifest, which may have 16 MiB, so many more. */
const VISIT = 12_000;
const MANIFEST = 60_000;
/** ms for the trust documents of one mirror. Those that came in time are known; the next look goes on from them. */
const CLIMB = 30_000;
/** ms after which the same corte is also fetched of the next mirror that has it. */
const MOMENT = 1000;

export function newLooker(plan: LookPlan): Looker {
  const { known, mirrors, web, clientFor, now, pause, timeout, overdue, onAdopted, onRefused, onFine, onChange } = plan;
  const compared = newComparison(known, web);
  const underWay = new Map<string, Promise<boolean>>();
  /** the addresses of those of whom something was refused in this look */
  const wrong = new Set<string>();
  let current: Promise<void> | null = null;
  let lastAt: number | null = null;

  async function visit(mirror: MirrorAt): Promise<void> {
    const began = now();
    let how: Climbed = 'whole';
    wrong.delete(mirror.url);
    try {
      const told = await readChainIndex(sourceOf(mirror, VISIT));
      if (!told) return mirrors.silent(mirror);
      const ms = Math.max(0, now() - began);
      how = isToClimb(known.trust(), told.trust) ? await climbed(mirror) : 'whole';
      const claims = claimsOf(told, known.trust().newest.document.phases);
      const answered = (these: readonly Claim[]) =>
        mirrors.answered(mirror, new Map(these.map(({ phase, number }) => [phase, number])), ms, now());
      answered(claims);
      onChange();
      // By a trust that is not known yet, what is right would be refused.
      if (how === 'begun') return;
      const other = isFork(how) ? Promise.resolve(how) : compared(mirror, sourceOf(mirror, VISIT), told.trust);
      // What is right by the other document of a fork is refused by ours, and no new fault.
      const isExcused = async (error: unknown) => isByTrust(error) && isFork(await other);
      if (how instanceof Refusal && !(await isExcused(how))) refused(mirror, how);
      const source = sourceOf(mirror, VISIT);
      const disowned = new Set<string>();
      await Promise.all(
        toFollow(claims).map((claim) =>
          follow(mirror, source, claim).catch(async (error: unknown) => {
            if ((await isExcused(error)) || (await isLate(error, source, known.trust()))) disowned.add(claim.phase);
            else if (isEarly(error, told)) mirrors.lacks(mirror, claim.phase);
            else throw error;
          }),
        ),
      );
      const refusal = await other;
      if (refusal) refused(mirror, refusal);
      if (disowned.size > 0) answered(claims.filter(({ phase }) => !disowned.has(phase)));
      if (!wrong.has(mirror.url)) onFine(mirror);
      const doubtful = overdue();
      const site = new URL(`${SITE_NAME}/`, mirror.url);
      mirrors.showed(mirror, doubtful && (await showsStill(clientFor(timeout(VISIT)), site, doubtful)));
    } catch (error) {
      if (!(error instanceof Refusal)) mirrors.silent(mirror);
      // That a document is missing follows from its refusal, which was told.
      else if (!(how instanceof Refusal) || error.code !== 'trust-missing') refused(mirror, error);
    } finally {
      onChange();
    }
  }

  function sourceOf(mirror: MirrorAt, ms: number): ChainReads {
    return webSource(new URL(`${SITE_NAME}/chain/`, mirror.url), clientFor(timeout(ms)));
  }

  async function climbed(mirror: MirrorAt): Promise<Climbed> {
    const how = await climb(sourceOf(mirror, CLIMB), known, web);
    onChange();
    return how;
  }

  /** Whether it may be refused only because the trust by which it is right is not at the mirror yet. */
  function isEarly(error: unknown, told: ChainIndex): boolean {
    return error instanceof Refusal && mayLackTrust(error) && told.trust > known.trust().newest.document.version;
  }

  async function follow(mirror: MirrorAt, source: ChainReads, claim: Claim): Promise<void> {
    const seen = known.seen(claim.phase);
    const isHeld = known.head(claim.phase) !== null;
    if (seen && (claim.number < seen.number || (isHeld && claim.number === seen.number && claim.corte === seen.sha256))) return;
    // Where another mirror brings the very one that both say they have, this one is spared.
    const key = `${claim.phase}/${claim.number}/${claim.corte}`;
    const other = underWay.get(key);
    if (other && (await Promise.race([other, pause(MOMENT).then(() => false)]))) return;
    const work = bring(mirror, source, claim);
    const mine = work.catch(() => false);
    underWay.set(key, mine);
    try {
      await work;
    } finally {
      if (underWay.get(key) === mine) underWay.delete(key);
    }
  }

  /** @returns whether it gave the very corte that it said it has */
  async function bring(mirror: MirrorAt, source: ChainReads, { phase, number, corte }: Claim): Promise<boolean> {
    const read = await readCorte(source, sourceOf(mirror, MANIFEST), web, phase, number);
    if (!read) {
      mirrors.lacks(mirror, phase);
      return false;
    }
    let held: HeldCorte;
    try {
      held = known.verify({ phase, number }, read.files, read.before);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'trust-missing') throw error;
      // It names a document that the mirror's own index did not tell of.
      const how = await climbed(mirror);
      if (how instanceof Refusal) throw how;
      if (how === 'begun') return false;
      held = known.verify({ phase, number }, read.files, read.before);
    }
    // Who gave another than it said stands for nobody else: what that one has may be the other side of a fork.
    const isAsSaid = held.corte.sha256 === corte;
    if (!isAsSaid && known.seen(phase)?.sha256 === held.corte.sha256) return false;
    const how = await known.adopt(held);
    onAdopted(held, how);
    return isAsSaid;
  }

  function refused(mirror: MirrorAt, refusal: Refusal): void {
    // Who shows the other document of a fork gave what was signed: both are kept, and told as that.
    if (isFork(refusal)) return onChange();
    wrong.add(mirror.url);
    mirrors.gaveOther(mirror, now());
    onRefused(mirror, refusal);
  }

  async function lookAtAll(): Promise<void> {
    await Promise.all(mirrors.toLookAt(now()).map(visit));
    lastAt = now();
    current = null;
    onChange();
  }

  return {
    look: () => (current ??= lookAtAll()),
    lastAt: () => lastAt,
  };
}
