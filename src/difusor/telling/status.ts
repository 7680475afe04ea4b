import { existsSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../disk/durable.ts';
import { instantOf } from '../../format/time.ts';
import { type Ending, endingOf, isAllFresh, type Shown } from '../../verdict/publication.ts';
import { isExpired } from '../../verdict/trust-chain.ts';
import { latestRefused, type Reason } from '../inbox/reasons.ts';
import { refusedInLastHour } from '../inbox/refused-count.ts';
import { arrivingIn, takenIn, type WaitingDelivery, waitingIn } from '../inbox/waiting.ts';
import { headsOf, type Node } from '../phase/node.ts';
import { askedNow } from '../phase/phase.ts';
import type { AtWork } from './at-work.ts';

/** Where a node stands, as `difusor status --json` prints it and the IEC reads it in the outbox. */
export interface Status {
  readonly difusor: string;
  readonly node: string;
  /** when this was written; it lets the IEC notice a clock that is wrong, and a daemon that is not at work */
  readonly at: string;
  readonly daemon: AtWork;
  readonly trust: { readonly version: number; readonly expires_at: string; readonly expired: boolean };
  readonly phases: readonly PhaseStatus[];
  readonly refused_last_hour: number;
  readonly last_refused: Reason | null;
  /** the first deliveries in the inbox, with what is in the way of others */
  readonly waiting: readonly WaitingDelivery[];
  /** deliveries that the IEC is uploading right now */
  readonly arriving: readonly string[];
  /** how many names in the inbox begin with `.taken-`: what could not be removed, mostly, and takes the quota of the IEC's account */
  readonly taken: number;
  /** bytes that the state's file system has left for us */
  readonly free_bytes: number;
  /** files and folders that it has left, each corte taking one for every new content and name; null where it has no such bound */
  readonly free_inodes: number | null;
}

interface PhaseStatus {
  readonly phase: string;
  readonly kind: 'oficial' | 'simulacro';
  /** null before the first corte */
  readonly number: number | null;
  readonly corte: string | null;
  readonly taken_at: string | null;
  readonly age_seconds: number | null;
  readonly public: Shown;
  /** the newest corte is shown, and it is not stale */
  readonly fresh: boolean;
  /** `open-ended`: the phase has closed and its last corte is not a final one */
  readonly ending: Ending;
}

/**
 * Where a node stands now.
 * @param daemon what is known of the daemon; absent where it asks this itself
 * @throws Error where its state can't be read
 */
export async function statusOf(node: Node, daemon?: AtWork): Promise<Status> {
  const now = node.now();
  const at = new Date(now).toISOString();
  const { version, expires_at, phases } = node.trust.newest.document;
  const refusals = await latestRefused(node);
  const { bavail, bsize, files, ffree } = statfsSync(node.rooms.state);
  const states: PhaseStatus[] = [];
  for (const phase of phases) {
    const opened = node.phases.get(phase.name);
    const head = opened?.head ?? null;
    const shown = opened?.link.shown();
    const newest = head?.statement ?? null;
    states.push({
      phase: phase.name,
      kind: phase.kind,
      number: newest?.number ?? null,
      corte: head?.sha256 ?? null,
      taken_at: newest?.taken_at ?? null,
      age_seconds: newest && Math.max(0, Math.floor((now - instantOf(newest.taken_at)) / 1000)),
      public: shown?.public ?? 'espera',
      fresh: newest !== null && shown?.number === newest.number && opened !== undefined && askedNow(opened) === 'corte',
      ending: endingOf(phase, newest, now),
    });
  }
  return {
    difusor: node.acknowledger.difusor,
    node: node.acknowledger.node,
    at,
    daemon: daemon ?? { at_work: true, last_sign: at },
    trust: { version, expires_at, expired: isExpired(node.trust, now) },
    phases: states,
    refused_last_hour: refusedInLastHour(node.rooms.refusedCount, now),
    last_refused: refusals.at(-1) ?? null,
    waiting: await waitingIn(node.inbox, now, headsOf(node)),
    arriving: await arrivingIn(node.inbox, now),
    taken: await takenIn(node.inbox),
    free_bytes: bavail * bsize,
    // btrfs makes them as it needs them, and says that there are none at all.
    free_inodes: files === 0 ? null : ffree,
  };
}

/** Whether a load balancer may send readers here. */
export function isHealthy(node: Node, status: Status): boolean {
  const told = new Map(status.phases.map((state) => [state.phase, state]));
  const states = node.trust.newest.document.phases.map((phase) => {
    const { fresh, number } = told.get(phase.name) ?? { fresh: false, number: null };
    return { phase, standing: fresh ? 'fresh' : number === null ? 'none' : 'stale' } as const;
  });
  return isAllFresh(states, node.now());
}

/** Writes `status.json` for the administrator and for the IEC, and `health`. */
export async function writeStatus(node: Node, status: Status, healthy: boolean): Promise<void> {
  await write(node, status);
  if (!healthy) rmSync(node.rooms.health, { force: true });
  else if (!existsSync(node.rooms.health)) await replaceFile(node.rooms.health, 'true\n');
}

/**
 * The last status of a daemon that ends: from now on nobody is at work. Whether readers may be sent here is another
 * question, and `health` stays: what is public stays right for a while, and a restart takes seconds.
 */
export async function writeLastStatus(node: Node): Promise<void> {
  await write(node, await statusOf(node, { at_work: false, last_sign: new Date(node.now()).toISOString() }));
}

async function write(node: Node, status: Status): Promise<void> {
  const text = `${JSON.stringify(status)}\n`;
  await replaceFile(node.rooms.status, text);
  await replaceFile(join(node.outbox, 'status.json'), text);
}
