import { promises as fs, statSync } from 'node:fs';
import { trustFolder } from '../chain/chain-folder.ts';
import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import { clockOf } from '../html/hour.ts';
import { Interrupted } from '../service/steps.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { endingOf, nextChange } from '../verdict/publication.ts';
import { goBy } from './admission/judge.ts';
import { newMemory } from './admission/memory.ts';
import { takeInbox } from './admission/pass.ts';
import { openTrust } from './admission/trust.ts';
import { newMaker } from './care/compress.ts';
import { newPatrol } from './care/patrol.ts';
import { patrolPresentations, settlePresentations } from './care/presentations.ts';
import { type Node, openAnew } from './phase/node.ts';
import { isShown, type OpenPhase } from './phase/phase.ts';
import { settlePublic } from './phase/settle.ts';
import type { Metrics } from './telling/metrics.ts';
import { isHealthy, type Status, statusOf, writeStatus } from './telling/status.ts';
import { words } from './words.ts';

/** Status and metrics are written at least this often, ms: they contain the age of a corte. */
const STATUS_MS = 15_000;

/** How long a turn is busy with compressed copies: a corte that arrives meanwhile waits that long, ms. */
const COMPRESS_MS = 150;

export interface TurnPlan {
  /** runs work with the state's lock held */
  readonly locked: <T>(work: () => Promise<T>) => Promise<T>;
  readonly metrics: Metrics;
  readonly supervisor: Supervisor;
  readonly stop: AbortSignal;
}

export interface Turns {
  /**
   * One turn: the clock, the inbox, a slice of the patrol, the status. Each is tried by itself: a missing inbox, a full
   * disk or a folder that can't be removed stops none of the others.
   * @returns whether something was decided, so that it is worth looking again at once; and how long nothing is due
   *   otherwise, ms
   * @throws Interrupted where the signal came
   */
  turn(): Promise<{ readonly isWork: boolean; readonly restMs: number }>;
}

interface Done {
  readonly isWork: boolean;
  readonly isNews: boolean;
  readonly isMore: boolean;
}

type Part = 'lock' | 'look' | 'clock' | 'inbox' | 'patrol' | 'status';

const PARTS: Readonly<Record<Part, Said>> = {
  lock: words.daemonLock,
  look: words.daemonLook,
  clock: words.daemonClock,
  inbox: words.daemonInbox,
  patrol: words.daemonPatrol,
  status: words.daemonStatus,
};

export function newTurns(node: Node, { locked, metrics, supervisor, stop }: TurnPlan): Turns {
  const memory = newMemory();
  const maker = newMaker();
  const patrol = newPatrol(node, maker.again);
  const troubles = new Map<Part, string>();
  let patrolAt = performance.now();
  let statusAt = -Infinity;
  /** where the links led when the status was last written: the guard, or we before a turn, may have switched one since */
  let shownThen = '';
  let isReady = false;
  let trustSeen = trustTime(node);

  /**
   * A failure changes nothing, and the work is tried again at the next turn: a daemon that ended could not even show
   * the notice.
   * @returns what the work gave, or null where it failed; a failure is reported once while it lasts
   */
  async function tried<T>(part: Part, work: () => Promise<T>): Promise<T | null> {
    try {
      const result = await work();
      troubles.delete(part);
      return result;
    } catch (error) {
      if (error instanceof Interrupted || stop.aborted) throw new Interrupted('stopping');
      const detail = saidBy(error);
      if (troubles.get(part) !== detail.en) node.tell({ event: 'error', what: PARTS[part], detail });
      troubles.set(part, detail.en);
      return null;
    }
  }

  /** Takes note of what another process may have left in the chain folder since we last held the lock. */
  async function look(): Promise<void> {
    const trustNow = trustTime(node);
    if (trustNow !== trustSeen || !node.isReconciled) await goBy(node, await openTrust(node.anchor, node.rooms.chain));
    else await openAnew(node);
    trustSeen = trustNow;
  }

  /**
   * What is done with the lock held. @returns whether anything was decided or switched, whether to look again at once, and
   * whether there is more to be compressed
   */
  async function work(): Promise<Done> {
    const isSound = (await tried('look', async () => (await look(), true))) ?? false;
    const before = (await tried('clock', () => settleByClock(node))) ?? false;
    const verdicts = isSound ? ((await tried('inbox', () => takeInbox(node, memory))) ?? []) : [];
    const after = verdicts.length > 0 && ((await tried('clock', () => settleByClock(node))) ?? false);
    trustSeen = isSound && node.isReconciled ? trustTime(node) : trustSeen;
    if (isSound) await settlePresentations(node);
    const isWork = verdicts.some(({ outcome }) => outcome !== 'deferred');
    // Only when nothing was delivered: what is new is looked for again first.
    let isMore = false;
    for (const phase of isSound && !isWork ? node.phases.values() : []) {
      isMore = (await maker.slice(phase, COMPRESS_MS)) || isMore;
      if (isMore) break;
    }
    return { isWork, isNews: before || after || verdicts.length > 0, isMore };
  }

  async function tellStatus(): Promise<void> {
    const status = await statusOf(node);
    const healthy = isHealthy(node, status) && !patrol.broken() && troubles.size === 0;
    await writeStatus(node, status, healthy);
    await metrics.write(node.rooms.metrics, status, healthy, patrol.lastRound());
    if (!isReady) await supervisor.ready(statusLine(status));
    await supervisor.status(statusLine(status));
    isReady = true;
  }

  return {
    async turn() {
      node.step('turn');
      const done = (await tried('lock', () => locked(work))) ?? { isWork: false, isNews: false, isMore: false };
      const now = performance.now();
      await tried('patrol', () => patrol.slice((now - patrolAt) / 1000, locked));
      await patrolPresentations(node, locked);
      patrolAt = now;
      // Without `health`, balancers send no readers here. If the same disk refuses even this, the age of the status
      // shows the trouble.
      if (troubles.size > 0) await fs.rm(node.rooms.health, { force: true }).catch(() => {});
      const shown = shownBy(node);
      if (done.isNews || shown !== shownThen || now - statusAt > STATUS_MS || !isReady || troubles.size > 0) {
        statusAt = now;
        shownThen = shown;
        await tried('status', tellStatus);
      }
      return { isWork: done.isWork, restMs: done.isMore ? 0 : untilNextChange(node) };
    },
  };
}

/** Publishes what the clock asks for: the opening, the notice, the close. @returns whether anything was switched */
async function settleByClock(node: Node): Promise<boolean> {
  let switched = false;
  let failure: { readonly error: unknown } | null = null;
  for (const phase of node.phases.values()) {
    try {
      tellEnding(phase);
      if (!(await settlePublic(phase))) continue;
      switched = true;
      const { head } = phase;
      if (head) await phase.acuses.acknowledge(head, node.now(), isShown(phase, head.statement.number));
    } catch (error) {
      failure ??= { error }; // one phase's failure must not keep another phase from being published
    }
  }
  if (failure) throw failure.error;
  return switched;
}

/**
 * A phase that closes without a final corte was never completed: that is reported once, and stays in the status. It is reported
 * anew where the close was still to come after all: the clock had jumped, or a trust document has put it off.
 */
function tellEnding({ name, rules, head, told, setting }: OpenPhase): void {
  if (head === null || endingOf(rules, head.statement, setting.now()) !== 'open-ended') return void told.delete('ending');
  if (told.has('ending')) return;
  told.add('ending');
  setting.tell({ event: 'closed-without-final', phase: name, number: head.statement.number });
}

/** Where the links lead. One that can't be read is told by whoever has to switch it. */
function shownBy(node: Node): string {
  try {
    return JSON.stringify([...node.phases.values()].map(({ link }) => link.shown()));
  } catch {
    return 'unreadable';
  }
}

function trustTime(node: Node): number {
  return statSync(trustFolder(node.rooms.chain)).mtimeMs;
}

/** Milliseconds until the clock alone may change what is shown. */
function untilNextChange(node: Node): number {
  const now = node.now();
  const changes = [...node.phases.values()].map(({ rules, head }) => nextChange(rules, head?.statement ?? null, now) ?? Infinity);
  return Math.max(0, Math.min(Infinity, ...changes) - now);
}

/** `jornada: corte 37 de 00:10 (corte)`: what is live and its hour, for `systemctl status`. */
function statusLine(status: Status): string {
  const parts = status.phases
    .filter(({ number, public: shown }) => number !== null || shown !== 'espera')
    .map(({ phase, number, taken_at, public: shown, ending }) => {
      const corte = number === null ? 'sin cortes' : `corte ${number} de ${clockOf(taken_at ?? '')}`;
      const ended = ending === 'open-ended' ? ', cerrada sin corte final' : '';
      return `${phase}: ${corte}${ended}${shown === 'corte' ? '' : ` (${shown})`}`;
    });
  return parts.length > 0 ? parts.join('; ') : 'en espera del primer corte';
}
