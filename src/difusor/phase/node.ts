import { writeIndex } from '../../chain/chain-folder.ts';
import { syncFileSystem } from '../../disk/durable.ts';
import { saidBy } from '../../format/thrown.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import type { Rooms } from '../state/rooms.ts';
import type { Setting } from '../state/setting.ts';
import type { TakenThere } from '../state/taken-there.ts';
import { words } from '../words.ts';
import type { Acknowledger } from './acuses.ts';
import { type OpenPhase, openPhases, type Policy } from './phase.ts';

/**
 * One node of a Difusor, opened: the trust that it holds and its phases. Code that needs the whole (a pass over the
 * inbox, the status, the daemon) works on this; code that needs one phase is given only that {@link OpenPhase}.
 */
export interface Node extends Setting {
  readonly rooms: Rooms;
  readonly inbox: string;
  /** where `cotejo traer` puts what it brought; null where it is switched off */
  readonly inboxOfTraer: string | null;
  readonly outbox: string;
  /** the pinned trust document's file */
  readonly anchor: string;
  readonly acknowledger: Acknowledger;
  readonly policy: Policy;
  /** how many bytes of refused deliveries are kept */
  readonly asideBytes: number;
  /** what was taken out of the way in the two inboxes and could not be removed */
  readonly taken: TakenThere;
  /** what is held now; {@link hold} sets it */
  trust: TrustChain;
  /** the phases of the newest trust document; {@link hold} and {@link openAnew} set them */
  phases: ReadonlyMap<string, OpenPhase>;
  /** whether every phase has been brought to what the trust and the chain ask for since {@link hold} */
  isReconciled: boolean;
  /** how many deliveries this process admitted; after each, deferred deliveries are judged again */
  admissions: number;
}

/**
 * Puts another trust document in force. The caller holds the state's lock, and then reconciles the phases. Everything
 * in the chain folder is made durable first, before anything depends on it.
 * @throws Error where the chain folder can't be read, or not be made durable
 */
export async function hold(node: Node, trust: TrustChain): Promise<void> {
  node.trust = trust;
  node.isReconciled = false;
  node.admissions += 1;
  const { phases } = await lookAt(node);
  await syncFileSystem(node.rooms.state, () => node.step('syncing'));
  node.phases = phases;
}

/**
 * Opens the phases as the chain folder has them now. To be called first whenever the lock was just taken: another
 * process may have admitted or revoked something meanwhile. Its work may not be durable yet (it may have been killed
 * between a rename and its sync), so it is made durable before anything depends on it.
 * @throws Error where the chain folder can't be read, or not be made durable: then the node keeps what it knew before
 */
export async function openAnew(node: Node): Promise<void> {
  const { phases, isNews } = await lookAt(node);
  if (isNews) await syncFileSystem(node.rooms.state, () => node.step('syncing'));
  node.phases = phases;
}

/** As {@link openAnew}, only to be read: nothing is made durable, so nothing may be published or signed by it. */
export async function openToLook(node: Node): Promise<void> {
  node.phases = (await lookAt(node)).phases;
}

function lookAt({ rooms, outbox, trust, acknowledger, policy, now, elapsed, tell, step, phases }: Node) {
  const setting = { now, elapsed, tell, step };
  return openPhases({ rooms, outbox, trust, acknowledger, policy, setting }, phases);
}

/** The number of the newest corte of each phase, 0 where there is none yet. */
export function headsOf({ phases }: Pick<Node, 'phases'>): Map<string, number> {
  return new Map([...phases].map(([name, { head }]) => [name, head?.statement.number ?? 0]));
}

/** Writes the chain folder's index, the hint by which readers over the web learn how far it goes. */
export async function showIndex({ rooms, trust, tell }: Pick<Node, 'rooms' | 'trust' | 'tell'>): Promise<void> {
  const { election, version } = trust.newest.document;
  const failure = await writeIndex(rooms.chain, election, version);
  if (failure) tell({ event: 'error', what: words.tiles, detail: saidBy(failure.error) });
}
