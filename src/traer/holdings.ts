import { deliveryName, parseDeliveryName } from '../format/naming.ts';
import type { Head } from '../verdict/corte.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import type { OwnInbox } from './own-inbox.ts';
import type { OwnNode } from './own-node.ts';

/**
 * What this node has, and what of ours waits to be taken: the next corte is fetched while the daemon is still at the one
 * before it.
 */
export interface Holdings {
  /** Looks again. @returns deliveries of ours that are gone from the inbox and were not admitted */
  look(node: () => Promise<OwnNode>): Promise<string[]>;
  /** as of the last look */
  own(): OwnNode;
  /** with what waits */
  trust(): TrustChain;
  /** the corte that the next one must follow, be it admitted or waiting */
  head(phase: string): Head | null;
  brought(phase: string, head: Head): void;
  broughtTrust(chain: TrustChain): void;
  /** Whether this node has it, however it came: by its name, of a corte or of a trust document. */
  hasAdmitted(delivery: string): boolean;
  isWaiting(): boolean;
  /** Changes where something was brought or taken. */
  mark(): string;
  /** Whether the inbox may take another: the daemon may not be at work, and the disk is everybody's. */
  mayBringMore(): boolean;
}

const MOST_WAITING = 8;
const MOST_BYTES = 2 * 1024 ** 3;

export function newHoldings(inbox: Pick<OwnInbox, 'waiting' | 'head'>): Holdings {
  let own: OwnNode | null = null;
  let trustAhead: TrustChain | null = null;
  let waiting: ReadonlySet<string> = new Set();
  /** by phase, ascending and without a gap from the newest admitted */
  const ahead = new Map<string, Head[]>();
  const held = () => {
    if (own === null) throw new Error('nothing was looked at yet');
    return own;
  };

  return {
    async look(node) {
      // In this order: what is not in the inbox any more has been taken, and then the chain shows it.
      waiting = await inbox.waiting();
      own = await node();
      const gone: string[] = [];
      for (const { name, head } of own.phases) {
        const number = head?.statement.number ?? 0;
        const later = (ahead.get(name) ?? []).filter(({ statement }) => statement.number > number);
        // What was disowned meanwhile takes with it what followed it.
        const left = later[0] && follows(later[0], head) ? later : [];
        const isThere = ({ statement }: Head) =>
          waiting.has(deliveryName({ kind: 'corte', phase: name, number: statement.number }));
        const firstGone = left.findIndex((one) => !isThere(one));
        const missing = left[firstGone];
        if (missing) gone.push(deliveryName({ kind: 'corte', phase: name, number: missing.statement.number }));
        const kept = firstGone < 0 ? left : left.slice(0, firstGone);
        // Of an earlier process, perhaps.
        for (let next = (kept.at(-1)?.statement.number ?? number) + 1; ; next++) {
          if (!waiting.has(deliveryName({ kind: 'corte', phase: name, number: next }))) break;
          const found = await inbox.head(name, next);
          if (!found || !follows(found, kept.at(-1) ?? head)) break;
          kept.push(found);
        }
        ahead.set(name, kept);
      }
      const version = trustAhead?.newest.document.version ?? 0;
      if (version <= own.trust.newest.document.version || !waiting.has(`trust-${version}`)) trustAhead = null;
      return gone;
    },
    own: held,
    trust: () => trustAhead ?? held().trust,
    head: (phase) => ahead.get(phase)?.at(-1) ?? held().phases.find(({ name }) => name === phase)?.head ?? null,
    brought: (phase, head) => void ahead.set(phase, [...(ahead.get(phase) ?? []), head]),
    broughtTrust: (chain) => void (trustAhead = chain),
    hasAdmitted(delivery) {
      const name = parseDeliveryName(delivery);
      const { trust, phases } = held();
      if (name?.kind !== 'corte') return name !== null && trust.newest.document.version >= name.version;
      const head = phases.find((phase) => phase.name === name.phase)?.head;
      return (head?.statement.number ?? 0) >= name.number;
    },
    isWaiting: () => waiting.size > 0 || [...ahead.values()].some(({ length }) => length > 0),
    mark() {
      const brought = [...ahead].map(([phase, heads]) => `${phase} ${heads.at(-1)?.sha256 ?? ''}`);
      const taken = own?.phases.map(({ name, head }) => `${name} ${head?.sha256 ?? ''}`);
      const versions = [own?.trust, trustAhead].map((chain) => chain?.newest.document.version);
      return JSON.stringify([brought, taken, versions, [...waiting].sort()]);
    },
    mayBringMore() {
      const all = [...ahead.values()].flat();
      const bytes = all.reduce((sum, { statement }) => sum + statement.package.bytes, 0);
      return Math.max(all.length, waiting.size) < MOST_WAITING && bytes < MOST_BYTES;
    },
  };
}

function follows({ statement }: Head, before: Head | null): boolean {
  return statement.number === (before?.statement.number ?? 0) + 1 && statement.previous === (before?.sha256 ?? null);
}
