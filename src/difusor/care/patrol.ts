import type { KnownCorte } from '../../chain/chain-folder.ts';
import type { Entry } from '../../format/manifest.ts';
import type { Node } from '../phase/node.ts';
import { lookAgain, type OpenPhase } from '../phase/phase.ts';
import { survey } from '../state/tree.ts';
import { dropCopies } from './copies.ts';
import { patrolOlder } from './older-trees.ts';
import { readRight, restorePublic } from './repair.ts';

/**
 * The patrol: re-reads every public byte at least once a period, a little at a time between two looks at the inbox, so
 * that it never delays a corte. A round goes over the newest tree of every phase, and over one of the older ones that are kept.
 */
export interface Patrol {
  /**
   * Reads the next slice.
   * @param seconds since the slice before, which decides how large this one is
   * @param locked runs a change of state with the state's lock held
   */
  slice(seconds: number, locked: Locked): Promise<void>;
  /** when the last whole round ended, ms; null before the first */
  lastRound(): number | null;
  /** whether some public file is known to be wrong and can't be restored */
  broken(): boolean;
}

type Locked = (work: () => Promise<void>) => Promise<void>;

interface Round {
  readonly phase: OpenPhase;
  readonly corte: KnownCorte;
  /** index of the manifest's entry that is read next */
  next: number;
  /** paths that were told as lost and are not there to be read */
  readonly lost: Set<string>;
}

/** A round is planned to take this part of a period, so that a slow one still ends within it. */
const PART_OF_PERIOD = 0.5;

/**
 * @param node its phases and their newest cortes are asked for at each slice
 * @param dropped called with the phase of which compressed copies were taken away
 */
export function newPatrol(node: Pick<Node, 'phases' | 'now' | 'step'>, dropped: (phase: string) => void = () => {}): Patrol {
  const waiting: string[] = [];
  let round: Round | null = null;
  let ended: number | null = null;
  let lost = 0;
  let lostInRound = 0;
  /** of each phase, the older tree that was looked at last */
  const older = new Map<string, number>();
  return { slice, lastRound: () => ended, broken: () => lost > 0 };

  async function slice(seconds: number, locked: Locked): Promise<void> {
    if (round && !isNewest(round)) round = null; // the newest corte is read from its beginning
    round ??= await nextRound(locked);
    if (!round) return;
    const { phase, corte } = round;
    const period = phase.rules.period_seconds;
    let budget = Math.max(1024 * 1024, (corte.statement.manifest.content_bytes * seconds) / (period * PART_OF_PERIOD));
    let files = Math.max(50, (corte.manifest.length * seconds) / (period * PART_OF_PERIOD));
    const altered: Entry[] = [];
    const wrong: Entry[] = [];
    while (round.next < corte.manifest.length && budget > 0 && files > 0) {
      const entry = corte.manifest[round.next++]!;
      node.step('patrol');
      const size = round.lost.has(entry.path) ? 0 : await readRight(phase, corte, entry);
      if (size === null) altered.push(entry);
      const copy = phase.compressed.readRight(corte.statement.number, entry);
      if (copy === null) wrong.push(entry);
      budget -= (size ?? 0) + (copy ?? 0);
      files -= 1;
    }
    if (altered.length > 0) await putRight(round, altered, locked);
    if (wrong.length > 0) await drop(round, wrong, locked);
    if (round.next < corte.manifest.length) return;
    round = null;
    if (waiting.length > 0) return;
    ended = node.now();
    lost = lostInRound;
  }

  async function putRight(of: Round, altered: readonly Entry[], locked: Locked): Promise<void> {
    await locked(async () => {
      // Another process may have admitted a corte meanwhile, and pruned this one's tree.
      await lookAgain(of.phase);
      if (!isNewest(of)) return;
      const { differing, restored } = await restorePublic(of.phase, of.corte, altered);
      const right = new Set(restored);
      for (const path of differing) if (!right.has(path)) of.lost.add(path);
      lostInRound += differing.length - restored.length;
      lost = Math.max(lost, lostInRound); // lowered only when a whole round finds less
    });
  }

  async function drop(of: Round, wrong: readonly Entry[], locked: Locked): Promise<void> {
    await locked(async () => {
      await lookAgain(of.phase);
      if (!isNewest(of)) return;
      if ((await dropCopies(of.phase, of.corte, wrong)).length > 0) dropped(of.phase.name);
    });
  }

  function isNewest({ corte, phase }: Round): boolean {
    return node.phases.get(phase.name)?.head?.sha256 === corte.sha256;
  }

  /** The next phase of this round, or the first of a new one. Missing files and strays are put right at once. */
  async function nextRound(locked: Locked): Promise<Round | null> {
    if (waiting.length === 0) {
      lostInRound = 0;
      for (const [name, { head }] of node.phases) if (head) waiting.push(name);
    }
    const phase = node.phases.get(waiting.shift() ?? '');
    const corte = await phase?.head?.whole();
    if (!phase || !corte) return null;
    const started: Round = { phase, corte, next: 0, lost: new Set() };
    const { strays, missing } = survey(phase.trees.of(corte.statement.number), corte.manifest);
    if (strays.length + missing.length > 0) await putRight(started, [], locked);
    if (phase.compressed.strays(corte.statement.number, corte.manifest).length > 0) await drop(started, [], locked);
    const seen = await patrolOlder(phase, older.get(phase.name) ?? 0, locked);
    if (seen !== null) older.set(phase.name, seen);
    return started;
  }
}
