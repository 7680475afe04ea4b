import { trustFile, trustSignatureFile } from '../../format/naming.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { reconcile } from '../care/reconcile.ts';
import { openCorteDelivery, readTrustDelivery } from '../inbox/delivery.ts';
import type { Waiting } from '../inbox/look.ts';
import type { Judged } from '../inbox/refused.ts';
import { hold, type Node, showIndex } from '../phase/node.ts';
import { asOwn } from '../phase/own-chain.ts';
import { isShown } from '../phase/phase.ts';
import { words } from '../words.ts';
import { admitCorte, type Place, publishAdmitted } from './corte.ts';
import { admitTrust } from './trust.ts';

/** What becomes of one delivery: its verdict, and what follows at once from a good one. */

/** As `difusor admit --json` prints it. */
export interface Verdict {
  readonly delivery: string;
  readonly outcome: Outcome;
  readonly code: Code | null;
  /** null for a trust document, and where the name announces nothing */
  readonly phase: string | null;
  /** the corte's number, or the trust document's version */
  readonly number: number | null;
  readonly detail: Said | null;
}

type Outcome = 'admitted' | 'already-admitted' | 'deferred' | 'refused';

export interface Judgement {
  readonly verdict: Verdict;
  /** the bytes that were judged, as far as they were read */
  readonly judged: Judged;
}

/**
 * Opens a delivery and, where it is good, admits and publishes what it brings.
 * @param since when it was first seen, ms since the epoch
 * @param isOver whether it has lacked files for so long that it is not waited for any more
 * @throws Error for a failure that is no verdict
 */
export async function judge(node: Node, { name, path, announces }: Waiting, since: number, isOver: boolean): Promise<Judgement> {
  const phase = announces?.kind === 'corte' ? announces.phase : null;
  const number = announces?.kind === 'trust' ? announces.version : (announces?.number ?? null);
  const base = { delivery: name, phase, number };
  let judged: Judged = {};
  try {
    if (!announces) throw new Refusal('delivery-malformed', words.noDelivery(JSON.stringify(name)));
    const opened =
      announces.kind === 'trust'
        ? await openTrustOf(String(path), announces.version)
        : await openCorteOf(String(path), announces, since);
    ({ judged } = opened);
    return { verdict: { ...base, outcome: await opened.take(node), code: null, detail: null }, judged };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const isLeft = isOver && error.code === 'delivery-incomplete';
    const outcome = error.deferred && !isLeft ? 'deferred' : 'refused';
    return { verdict: { ...base, outcome, code: error.code, detail: error.said }, judged };
  }
}

/** A delivery that could be opened, and was not judged yet. */
interface Opened {
  readonly judged: Judged;
  /** @throws Refusal */
  take(node: Node): Promise<'admitted' | 'already-admitted'>;
}

async function openTrustOf(folder: string, version: number): Promise<Opened> {
  const delivered = await readTrustDelivery(folder, version);
  const signatures = delivered.signatures.map((file, i) => [trustSignatureFile(version, delivered.names[i]!), file]);
  return {
    judged: { [trustFile(version)]: delivered.bytes, ...Object.fromEntries(signatures) },
    async take(node) {
      const trust = await admitTrust(node.rooms.chain, node.trust, version, delivered, node);
      if (trust === node.trust) return 'already-admitted';
      await asOwn(goBy(node, trust));
      return 'admitted';
    },
  };
}

async function openCorteOf(folder: string, place: Place, since: number): Promise<Opened> {
  const delivery = await openCorteDelivery(folder);
  return {
    judged: { 'corte.json': delivery.corteJson, 'corte.json.sig': delivery.signature },
    async take(node) {
      try {
        const began = node.now();
        const opened = node.phases.get(place.phase) ?? null;
        const { outcome, phase, corte } = await admitCorte(opened, node.trust, delivery, place, began);
        if (outcome === 'admitted') await follow(node, phase.name, began, () => publishAdmitted(phase, corte, since));
        else await phase.acuses.acknowledge(corte, since, isShown(phase, corte.statement.number));
        return outcome;
      } finally {
        await delivery.close();
      }
    },
  };
}

/** Publishes an admitted corte. Even where that fails the corte stays admitted, and the event says so. */
async function follow(node: Node, name: string, began: number, publish: () => Promise<void>): Promise<void> {
  const head = node.phases.get(name)?.head;
  node.admissions += 1;
  try {
    await asOwn(publish());
    await showIndex(node);
  } finally {
    if (head) {
      const { number } = head.statement;
      node.tell({ event: 'admitted', phase: name, number, corte: head.sha256, seconds: (node.now() - began) / 1000 });
    }
  }
}

/** Puts another trust document in force, which may disown cortes or move hours. */
export async function goBy(node: Node, trust: Node['trust']): Promise<void> {
  await hold(node, trust);
  for (const phase of node.phases.values()) await reconcile(phase, trust);
  node.isReconciled = true; // what follows is for readers far away, and nothing here depends on it
  await showIndex(node);
}
