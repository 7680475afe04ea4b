import { promises as fs, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readStatement, trustFolder } from '../chain/chain-folder.ts';
import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { whatToShow } from '../verdict/publication.ts';
import { openTrust } from './admission/trust.ts';
import { viewNode } from './open.ts';
import { type Node, openToLook } from './phase/node.ts';
import { askedNow, type OpenPhase } from './phase/phase.ts';
import { showNoticeIfDue } from './phase/settle.ts';
import type { DifusorConfig } from './setup/config.ts';
import { eventLog, type Tell } from './state/events.ts';
import { roomsOf } from './state/rooms.ts';
import { atWork } from './telling/at-work.ts';
import { newRecordSign, setSign } from './telling/signs.ts';
import { words } from './words.ts';

/**
 * The guard: a small process beside the daemon that does one thing. When the newest corte has grown stale and the
 * daemon has not shown the notice (it is dead, it hangs, it has no descriptors left), the guard shows it. Where even
 * that can't be done (the disk is read-only or full), it removes the sign file without which the web server does not
 * show the publication.
 *
 * The signs lie in a folder in memory, outside the state. An absent sign means "do not show", so that readers see the
 * notice after a restart of the machine, an end of the guard or a loss of the folder. One sign is the other way round:
 * where it is, the web server records no requests any more, since the space that is left is the cortes'.
 */
export interface GuardPlan {
  /** the hour, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms */
  readonly elapsed: () => number;
  readonly tell: Tell;
  /** holds the signs; null where no web server asks for them */
  readonly signs: string | null;
  readonly supervisor: Supervisor;
}

/** How often the guard looks, ms. */
const LOOK_MS = 1000;

/**
 * Looks every second until the signal. A node whose folders are not there yet, or can't be read, is tried again: until
 * then there are no signs, and the web server shows no corte.
 */
export async function runGuard(config: DifusorConfig, plan: GuardPlan, stop: AbortSignal): Promise<void> {
  let guard: Guard | null = null;
  let trouble = '';
  const record = plan.signs === null ? null : newRecordSign(config.state, plan.signs, recorded(config, plan));
  await plan.supervisor.ready('vigila');
  for (let looks = 0; !stop.aborted; looks++) {
    await record?.look(); // whatever becomes of the chain
    try {
      guard ??= await openGuard(config, plan);
      await guard.look();
      trouble = '';
    } catch (error) {
      const detail = saidBy(error);
      if (detail.en !== trouble) plan.tell({ event: 'error', what: words.guardNode, detail });
      trouble = detail.en;
      // A guard before this one may have left them, and nobody watches what they allow.
      if (guard === null && plan.signs !== null) removeSigns(plan.signs);
    }
    if (looks % 3 === 0 && plan.supervisor.watchdogMs !== null) await plan.supervisor.alive().catch(() => {}); // one lost signal does no harm
    await setTimeout(LOOK_MS, undefined, { signal: stop }).catch(() => {}); // the signal ends the loop
  }
  await plan.supervisor.stopping();
}

interface Guard {
  /** One look: shows what is due and sets the signs. Never throws; a failure is reported once while it lasts. */
  look(): Promise<void>;
}

/** @throws Refusal, Error where the trust or the chain can't be read @internal */
export async function openGuard(config: DifusorConfig, plan: GuardPlan): Promise<Guard> {
  const { now, elapsed, tell, signs } = plan;
  const node: Node = { ...(await viewNode(config, now)), now, elapsed, tell: recorded(config, plan) };
  let trustSeen = trustTime(node);
  const told = new Set<string>();

  async function tried(what: Said, work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
      told.delete(what.en);
    } catch (error) {
      if (!told.has(what.en)) tell({ event: 'error', what: words.guard(what), detail: saidBy(error) });
      told.add(what.en);
    }
  }

  async function lookAtChain(): Promise<void> {
    const trustNow = trustTime(node);
    if (trustNow !== trustSeen) node.trust = await openTrust(node.anchor, node.rooms.chain);
    trustSeen = trustNow;
    await openToLook(node);
  }

  return {
    async look() {
      // If the chain can't be read, the corte known so far still counts and grows stale.
      await tried(words.guardChain, lookAtChain);
      for (const phase of node.phases.values()) {
        await tried(words.notice(phase.name), () => void showNoticeIfDue(phase));
        if (signs === null) continue;
        // What can't be judged is not shown.
        let may = false;
        await tried(words.guardShows(phase.name), async () => void (may = await mayBeShown(phase, node.now())));
        await tried(words.guardSigns, () => setSign(signs, `vigente/${phase.name}`, may));
      }
      if (signs === null) return;
      let isSound = false;
      await tried(words.guardHealth, async () => void (isSound = await isWell(node)));
      await tried(words.guardHealthSign, () => setSign(signs, 'sano', isSound));
    },
  };
}

/** Readers saw the notice, and requests are in no record for a while: the node's record must say so, whichever process did it. */
function recorded(config: DifusorConfig, { now, tell }: GuardPlan): Tell {
  const log = eventLog(roomsOf(config.state), now, () => {});
  return (event) => {
    log(event);
    tell(event);
  };
}

/** Whether the web server may show what the link leads to: a page, or a corte that is not stale. */
async function mayBeShown(phase: OpenPhase, now: number): Promise<boolean> {
  const shown = phase.link.shown();
  if (!shown) return false;
  if (shown.public !== 'corte' || phase.policy.whenStale !== 'aviso') return true;
  if (shown.number === null || shown.number === phase.head?.statement.number) return askedNow(phase) !== 'aviso';
  // The daemon ended between a corte's admission and its publication.
  const { statement } = await readStatement(phase.chain, phase.name, shown.number);
  return whatToShow(phase.rules, statement, now) !== 'aviso';
}

function removeSigns(signs: string): void {
  for (const name of ['vigente', 'sano']) rmSync(join(signs, name), { recursive: true, force: true });
}

/** Whether a balancer may send readers here: the daemon says that all is well, and has written its status lately. */
async function isWell(node: Node): Promise<boolean> {
  if (!atWork(node.rooms.status).at_work || !(await isThere(node.rooms.health))) return false;
  const shown = [...node.phases.values()].filter((phase) => phase.link.shown()?.public === 'corte');
  return (await Promise.all(shown.map((phase) => mayBeShown(phase, node.now())))).every((may) => may);
}

async function isThere(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

function trustTime(node: Node): number {
  return statSync(trustFolder(node.rooms.chain), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
