import type { SigningKey } from '../../keys/signing-key.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import type { OtherDifusor } from '../public/aviso-page.ts';
import type { ContentStore } from './content.ts';
import type { Tell } from './events.ts';
import type { Rooms } from './rooms.ts';

/** One node of a Difusor, opened: what every step of an admission works on. */
export interface Node {
  readonly difusor: string;
  readonly node: string;
  readonly rooms: Rooms;
  readonly inbox: string;
  readonly outbox: string;
  readonly anchor: string;
  readonly acuseKey: SigningKey;
  /**
   * What to do when no corte comes any more: show the notice, only warn the administrator, or leave it as it is (the
   * rule of the missed periods is the daemon's; a single command publishes what it admits and nothing else).
   */
  readonly whenStale: 'aviso' | 'warn' | 'leave';
  /** a folder that replaces the notice's default page, if the administrator has one */
  readonly avisoFolder: string | null;
  /** the other official Difusores, to whom the notice leads */
  readonly difusores: readonly OtherDifusor[];
  /** trees kept besides the newest, for those who are still reading them */
  readonly keepTrees: number;
  /** grows as trust documents are admitted; only `trust-admission` sets it */
  trust: TrustChain;
  readonly contents: Map<string, ContentStore>;
  /** how many deliveries this process admitted: what was deferred before is looked at again */
  admissions: number;
  /** the clock, ms since the epoch */
  readonly now: () => number;
  readonly tell: Tell;
  /**
   * Called before and after every durable step with its name. Work may stop here (a thrown error leaves what a kill
   * would), and a daemon shows here that it is alive.
   */
  readonly step: (name: string) => void;
}
