import type { Hash } from '../format/hash.ts';
import { instantOf } from '../format/time.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { isInRange } from '../verdict/corte.ts';
import type { Corte } from '../verdict/history.ts';
import { checkSignedOnce } from '../verdict/signed-once.ts';
import { type HeldTrust, signerOf, type TrustChain } from '../verdict/trust-chain.ts';
import type { ChainAudit } from './chain.ts';

/** Whether several copies of the chain, each sound by itself, have one history. */

export interface ToldHistory {
  /** The place, as the user named it. */
  readonly name: string;
  readonly trusts: ReadonlyMap<number, HeldTrust>;
  /** The cortes of each phase, by number: all from 1 on, or a single one kept as evidence. */
  readonly phases: ReadonlyMap<string, ReadonlyMap<number, Corte>>;
}

/** Two documents that contradict each other about one place in the history. */
export interface Fork {
  /** null for a trust document, whose version is the number */
  readonly phase: string | null;
  readonly number: number;
  /** The first history that has one of the two, and the first that has the other. */
  readonly between: readonly [ToldHistory, ToldHistory];
}

interface ChainStanding {
  readonly name: string;
  readonly phase: string;
  readonly number: number;
  readonly head: Hash | null;
  readonly taken_at: string | null;
  /** how many cortes and seconds behind the one that is furthest */
  readonly behind: number;
  readonly behind_seconds: number;
}

export interface Comparison {
  readonly standings: readonly ChainStanding[];
  /** The first fork of each phase, and of the trust documents. */
  readonly forks: readonly Fork[];
}

/** What a whole chain tells. @param name of its place */
export function toldBy(name: string, audit: ChainAudit): ToldHistory {
  const phases = audit.phases.map(
    ({ summary, cortes }) => [summary.phase, new Map(cortes.map((corte) => [corte.statement.number, corte]))] as const,
  );
  return { name, trusts: audit.trust.chain.held, phases: new Map(phases) };
}

/**
 * Reads a single corte that was kept as evidence. Only its form and its signature by a key of the trust are checked:
 * its place in the chain, and whether the key has been revoked since, make no difference to what it proves.
 * @throws Refusal of its signature or its form
 */
export function toldAlone(name: string, corteJson: Uint8Array, signatureFile: Uint8Array, trust: TrustChain): ToldHistory {
  const corte = checkSignedOnce(corteJson, signatureFile, trust, nodeEquation);
  const { statement } = corte;
  return { name, trusts: new Map(), phases: new Map([[statement.phase, new Map([[statement.number, corte]])]]) };
}

/** One side of a fork whose signer may not sign that number by the newest trust document at hand. */
export interface Disowned {
  /** the history's */
  readonly name: string;
  readonly signer: string;
  /** the version of that document */
  readonly trust: number;
}

/**
 * Which sides of a fork do not count, as where the custodians ended a stolen key: whoever shows one of those may not have heard
 * of it yet. Both were signed all the same.
 */
export function disownedIn({ phase, number, between }: Fork, trust: TrustChain): Disowned[] {
  if (phase === null) return [];
  return between.flatMap(({ name, phases }) => {
    const corte = phases.get(phase)?.get(number);
    const signer = corte && signerOf(trust, corte.signer.key);
    return !signer || isInRange(number, signer) ? [] : [{ name, signer: signer.name, trust: trust.newest.document.version }];
  });
}

/** @param chains whole ones; only they can be behind @param loose single cortes kept as evidence */
export function compare(chains: readonly ToldHistory[], loose: readonly ToldHistory[], phases: readonly string[]): Comparison {
  const all = [...chains, ...loose];
  const forks = [
    firstFork(null, all, ({ trusts }) => trusts),
    ...phases.map((phase) => firstFork(phase, all, (told) => told.phases.get(phase))),
  ];
  return {
    standings: phases.flatMap((phase) => standingsOf(phase, chains)),
    forks: forks.filter((fork) => fork !== null),
  };
}

/** The lowest number at which two histories differ. */
function firstFork(
  phase: string | null,
  all: readonly ToldHistory[],
  of: (told: ToldHistory) => ReadonlyMap<number, { readonly sha256: Hash }> | undefined,
): Fork | null {
  let first: Fork | null = null;
  const seen = new Map<number, { sha256: Hash; told: ToldHistory }>();
  for (const told of all) {
    for (const [number, { sha256 }] of of(told) ?? []) {
      const other = seen.get(number);
      if (!other) seen.set(number, { sha256, told });
      else if (other.sha256 !== sha256 && (!first || number < first.number)) first = { phase, number, between: [other.told, told] };
    }
  }
  return first;
}

function standingsOf(phase: string, chains: readonly ToldHistory[]): ChainStanding[] {
  const heads = chains.map((told) => ({ name: told.name, head: [...(told.phases.get(phase)?.values() ?? [])].at(-1) ?? null }));
  const furthest = Math.max(...heads.map(({ head }) => head?.statement.number ?? 0));
  const latest = Math.max(...heads.map(({ head }) => (head ? instantOf(head.statement.taken_at) : 0)));
  const earliest = Math.min(...chains.map((told) => instantOfFirst(told, phase)));
  return heads.map(({ name, head }) => {
    const number = head?.statement.number ?? 0;
    const since = head ? instantOf(head.statement.taken_at) : earliest;
    return {
      name,
      phase,
      number,
      head: head?.sha256 ?? null,
      taken_at: head?.statement.taken_at ?? null,
      behind: furthest - number,
      behind_seconds: furthest === 0 ? 0 : (latest - since) / 1000,
    };
  });
}

function instantOfFirst(told: ToldHistory, phase: string): number {
  const first = told.phases.get(phase)?.get(1);
  return first ? instantOf(first.statement.taken_at) : Number.POSITIVE_INFINITY;
}
