import { join } from 'node:path';
import { trustFolder } from '../chain/chain-folder.ts';
import { sweepAsides } from '../disk/aside.ts';
import { type Lock, lock } from '../disk/lock.ts';
import { makeFolderFor } from '../disk/make-folder.ts';
import { said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { Step } from '../service/steps.ts';
import { goBy } from './admission/judge.ts';
import { openTrust, publishAnchor } from './admission/trust.ts';
import { settlePresentations } from './care/presentations.ts';
import { emptyStaging } from './care/reconcile.ts';
import { sweepTaken } from './inbox/move-out.ts';
import { asideBytes } from './inbox/refused.ts';
import { type Node, openToLook } from './phase/node.ts';
import { type DifusorConfig, traerRooms } from './setup/config.ts';
import { eventLog, type Tell } from './state/events.ts';
import { makeRooms, roomsOf } from './state/rooms.ts';
import { newTakenThere } from './state/taken-there.ts';
import { words } from './words.ts';

/** What a node is given besides its configuration; tests give their own. */
export interface Surroundings {
  /** the hour, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms; this process's own, if absent */
  readonly elapsed?: () => number;
  readonly acuseKey: SigningKey;
  /** is told every event, besides the log */
  readonly heard?: Tell;
  readonly step?: Step;
  /** whether the rule of the missed periods is kept: by the daemon, not by a single command */
  readonly keepsTheRule?: boolean;
}

/**
 * Opens a node and reconciles it with its chain. The caller holds the state's lock.
 * @throws Refusal where the anchor or the chain folder can't be believed; Error where something can't be read
 */
export async function openNode(
  config: DifusorConfig,
  { now, elapsed, acuseKey, heard, step, keepsTheRule = false }: Surroundings,
): Promise<Node> {
  // The web server's account must be able to read what is public, whatever umask this process was started with.
  process.umask(0o022);
  makeRooms(roomsOf(config.state));
  for (const folder of [config.inbox, config.outbox]) makeFolderFor(folder);
  const log = eventLog(roomsOf(config.state), now, (error) =>
    heard?.({ event: 'error', what: words.eventLog, detail: saidBy(error) }),
  );
  const seen = await closedNode(config, now);
  const node: Node = {
    ...seen,
    ...(elapsed && { elapsed }),
    acknowledger: { ...seen.acknowledger, key: acuseKey },
    policy: { ...seen.policy, whenStale: keepsTheRule ? config.stale : 'leave' },
    tell(event) {
      log(event);
      heard?.(event);
    },
    step: step ?? (() => {}),
  };
  const waiting = () => node.step('pruning');
  if (!(await emptyStaging(node.rooms.staging, waiting)))
    node.tell({
      event: 'error',
      what: said(node.rooms.staging),
      detail: words.anothersThere,
    });
  await sweepAsides(foldersWrittenIn(node));
  await sweepTaken(node.inbox, node.inboxOfTraer, node.taken, waiting);
  await publishAnchor(config.anchor, node.trust, node.rooms.chain);
  // Files found here may not survive a power cut: the process that put them there may have been killed before its sync.
  await goBy(node, node.trust);
  await settlePresentations(node); // what is public of them was not read by this process yet
  return node;
}

/** The folders in which temporary files are written. */
function foldersWrittenIn({ rooms, outbox, trust }: Node): string[] {
  const phases = trust.newest.document.phases.map(({ name }) => name);
  return [
    rooms.state,
    rooms.chain,
    trustFolder(rooms.chain),
    rooms.public,
    outbox,
    ...phases.flatMap((phase) => [join(rooms.content, phase), join(rooms.pointers, phase), join(outbox, 'acuses', phase)]),
  ];
}

/**
 * A node as it stands, only to be read: nothing is reconciled, and nothing may be changed through it.
 * @throws as {@link openNode}
 */
export async function viewNode(config: DifusorConfig, now: () => number): Promise<Node> {
  const node = await closedNode(config, now);
  await openToLook(node);
  return node;
}

/** What the configuration and the trust say of a node, before any phase is opened. It can't sign and reports no events. */
async function closedNode(config: DifusorConfig, now: () => number): Promise<Node> {
  const rooms = roomsOf(config.state);
  const key = { publicKey: '', sign: () => Promise.reject(new Error('this node was opened to be looked at')) };
  return {
    rooms,
    inbox: config.inbox,
    inboxOfTraer: config.traer?.enabled === false ? null : traerRooms(config).inbox,
    outbox: config.outbox,
    anchor: config.anchor,
    acknowledger: { difusor: config.difusor, node: config.node, key },
    policy: {
      whenStale: config.stale,
      keepTreesMinutes: config.keep_trees_minutes,
      compress: config.compress,
      notice: { ownFolder: config.aviso, difusor: config.difusor, difusores: config.difusores },
    },
    asideBytes: asideBytes(config.sftp?.inbox_bytes ?? null),
    trust: await openTrust(config.anchor, rooms.chain),
    taken: newTakenThere(),
    phases: new Map(),
    admissions: 0,
    isReconciled: false,
    now,
    elapsed: () => performance.now(),
    tell() {},
    step() {},
  };
}

/**
 * Every process that changes a node's state holds this lock meanwhile: the daemon for each pass, `admit` and `repair`
 * for their whole run. So an administrator can repair by hand beside a running daemon.
 * @param stop ends the waiting
 * @throws AbortError where `stop` is what ended it
 */
export async function lockState(state: string, stop?: AbortSignal): Promise<Lock> {
  makeFolderFor(state);
  return (await lock(join(state, '.lock'), { wait: true, ...(stop && { stop }) }))!;
}

/** One daemon per state folder. @returns null where there is one already */
export async function lockDaemon(state: string): Promise<Lock | null> {
  makeFolderFor(state);
  return lock(join(state, '.daemon.lock'), { wait: false });
}
