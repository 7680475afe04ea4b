import { type KnownCorte, lastNumber, phasesOf, readHead } from '../disk/chain-folder.ts';
import type { Entry } from '../format/manifest.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import type { Node } from './node.ts';
import { readRight, restorePublic } from './repair.ts';
import { survey, treeFolder } from './tree.ts';

/**
 * The patrol: re-reads every public byte at least once a period, a little at a time between two looks at the inbox, so
 * that it never stands in the way of a corte. A round goes over the newest tree of every phase.
 */
export interface Patrol {
  /**
   * Reads the next slice.
   * @param seconds how long ago the slice before was; the slice is as large as that time asks for
   * @param locked runs a change of state with the state's lock held
   */
  slice(seconds: number, locked: (work: () => Promise<void>) => Promise<void>): Promise<void>;
  /** when the last whole round ended, ms; null before the first */
  lastRound(): number | null;
  /** whether some public file is known to be wrong and could not be restored */
  broken(): boolean;
}

interface Round {
  readonly corte: KnownCorte;
  readonly root: string;
  next: number;
}

/** Rounds aim at this part of a period, so that one that is late still ends within it. */
const PART_OF_PERIOD = 0.5;

export function newPatrol(node: Node): Patrol {
  let waiting: string[] = [];
  let round: Round | null = null;
  let ended: number | null = null;
  let lost = 0;
  let lostInRound = 0;
  return { slice, lastRound: () => ended, broken: () => lost > 0 };

  async function slice(seconds: number, locked: (work: () => Promise<void>) => Promise<void>): Promise<void> {
    round ??= await nextRound();
    if (!round) return;
    const { corte, root } = round;
    const { phase, number } = corte.statement;
    // A newer corte was published meanwhile: what is public now is read from its beginning.
    if ((await lastNumber(node.rooms.chain, phase)) !== number) {
      round = null;
      return;
    }
    const period = phaseOf(node.trust, phase)?.period_seconds ?? 600;
    let budget = Math.max(1024 * 1024, (corte.statement.manifest.content_bytes * seconds) / (period * PART_OF_PERIOD));
    let files = Math.max(50, (corte.manifest.length * seconds) / (period * PART_OF_PERIOD));
    const altered: Entry[] = [];
    while (round.next < corte.manifest.length && budget > 0 && files > 0) {
      const entry = corte.manifest[round.next++] as Entry;
      node.step('patrol');
      const size = readRight(root, entry);
      if (size === null) altered.push(entry);
      budget -= size ?? 0;
      files -= 1;
    }
    const isEnd = round.next >= corte.manifest.length;
    const strays = isEnd ? survey(root, corte.manifest).strays : [];
    if (altered.length + strays.length > 0) await locked(() => putRight(corte, strays, altered));
    if (!isEnd) return;
    round = null;
    if (waiting.length > 0) return;
    ended = node.now();
    lost = lostInRound;
    lostInRound = 0;
  }

  async function putRight(corte: KnownCorte, strays: readonly string[], altered: readonly Entry[]): Promise<void> {
    const right = new Set(await restorePublic(node, corte, strays, altered));
    lostInRound += altered.filter(({ path }) => !right.has(path)).length;
  }

  /** The next phase of this round, or the first of a new one. */
  async function nextRound(): Promise<Round | null> {
    if (waiting.length === 0) {
      waiting = (await phasesOf(node.rooms.chain)).filter((phase) => phaseOf(node.trust, phase));
    }
    const phase = waiting.shift();
    const corte = phase === undefined ? null : await readHead(node.rooms.chain, phase);
    return corte && { corte, root: treeFolder(node.rooms, corte.statement.phase, corte.statement.number), next: 0 };
  }
}
