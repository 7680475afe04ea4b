import { type Check, checkOf, fails, judged, meets } from '../check.ts';
import type { Known } from '../known.ts';
import { type DefenceFacts, judgeDefence } from './defence.ts';
import { judgeDrill, type LeftByDrill } from './drill.ts';
import { type EntryFacts, judgeEntry } from './entry.ts';
import { judgeMachine, judgeSize, type MachineFacts } from './machine.ts';
import { judgePaths, type PathFact } from './paths.ts';
import { judgeRedundancy, type RedundancyFacts } from './redundancy.ts';
import { judgeService, judgeUnits, type UnitFacts } from './services.ts';
import { judgeSite, type SiteFacts } from './site.ts';
import { judgeTraer, type TraerFacts } from './traer.ts';
import { judgeTrust, type TrustFact } from './trust.ts';
import { words } from './words.ts';

/** All that was measured of a Difusor's node. */
export interface NodeFacts {
  readonly machine: MachineFacts;
  readonly redundancy: RedundancyFacts;
  readonly defence: DefenceFacts;
  /** whether state, inbox and outbox lie on one file system */
  readonly isOneFileSystem: Known<boolean>;
  readonly paths: readonly PathFact[];
  readonly trust: Known<TrustFact>;
  readonly entry: EntryFacts;
  readonly site: SiteFacts;
  readonly daemon: UnitFacts;
  /** when the daemon last wrote its status, UTC; null where it never did */
  readonly work: { readonly isAtWork: boolean; readonly lastSign: string | null };
  readonly guard: UnitFacts;
  readonly traer: TraerFacts;
  readonly leftByDrill: LeftByDrill;
  /** every unit of cotejo that a node may have */
  readonly units: readonly UnitFacts[];
}

/** Judges a node. Pure. @param now ms since the epoch */
export function judgeNode(facts: NodeFacts, now: number): Check[] {
  const { machine, isOneFileSystem, trust, work } = facts;
  const since = work.lastSign === null ? words.neverWorked : words.nobodySince(work.lastSign);
  const says = work.isAtWork ? words.lastSign(work.lastSign ?? '') : since;
  return [
    ...judgeSize(machine),
    ...judgeRedundancy(facts.redundancy),
    ...judgeDefence(facts.defence),
    ...judgeMachine(machine),
    checkOf(
      'un-solo-sistema',
      judged(isOneFileSystem, (isOne) => (isOne ? meets(words.one) : fails(words.apart))),
    ),
    judgePaths(facts.paths),
    checkOf(
      'confianza',
      judged(trust, (fact) => judgeTrust(fact, now)),
    ),
    ...judgeEntry(facts.entry),
    ...judgeSite(facts.site, now),
    judgeService('demonio', facts.daemon, { isAlive: work.isAtWork, says }),
    judgeService('guardia', facts.guard, null),
    ...judgeTraer(facts.traer, now),
    judgeUnits(facts.units),
    judgeDrill(facts.leftByDrill),
  ];
}
