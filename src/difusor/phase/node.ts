import { writeIndex } from '../../chain/chain-folder.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import type { Rooms } from '../state/rooms.ts';
import type { Setting } from '../state/setting.ts';
import type { Acknowledger } from './acuses.ts';
import { type OpenPhase, openPhases, type Policy } from './phase.ts';

/**
 * One node of a Difusor, opened: the trust that it holds and its phases. Who looks at the whole (a pass over the inbox,
 * the status, the daemon) works on this; who works on one phase is handed that {@link OpenPhase} alone.
 */
export interface Node extends Setting {
  readonly rooms: Rooms;
  readonly inbox: string;
  readonly outbox: string;
  /** the pinned trust document's file */
  readonly anchor: string;
  readonly acknowledger: Acknowledger;
  readonly policy: Policy;
  /** bytes of what was set aside that are kept */
  readonly asideBytes: number;
  /** what is held now; {@link hold} sets it */
  trust: TrustChain;
  /** the phases of the newest trust document; {@link hold} and {@link openAnew} set them */
  phases: ReadonlyMap<string, OpenPhase>;
  /** how many deliveries this process admitted: what was deferred before is looked at again */
  admissions: number;
}

/** Goes by another trust document from now on. With the state's lock held. */
export async function hold(node: Node, trust: TrustChain): Promise<void> {
  node.trust = trust;
  node.admissions += 1;
  await openAnew(node);
}

/**
 * Opens the phases as the chain folder has them now. To be called first whenever the lock was just taken: another process
 * may have admitted or revoked something meanwhile.
 * @throws Error where the chain folder can't be read
 */
export async function openAnew(node: Node): Promise<void> {
  const { rooms, outbox, trust, acknowledger, policy, now, tell, step } = node;
  node.phases = await openPhases({ rooms, outbox, trust, acknowledger, policy, setting: { now, tell, step } }, node.phases);
}

/** Writes the chain folder's index, the hint by which readers over the web learn how far it goes. */
export async function showIndex({ rooms, trust }: Pick<Node, 'rooms' | 'trust'>): Promise<void> {
  const { election, version } = trust.newest.document;
  await writeIndex(rooms.chain, election, version);
}
