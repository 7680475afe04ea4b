import { idOf, type NodeTarget } from '../setup/config.ts';
import type { Courier } from './courier.ts';

/** The couriers of the night: one for each node of the current configuration. */
export interface Couriers {
  /** the nodes that are served, `difusor/node` */
  ids(): string[];
  readonly serves: (id: string) => boolean;
  /** Whether a report comes from the courier that serves its node now; a dismissed one's report does not count. */
  isFromUs(target: NodeTarget): boolean;
  /** Wakes the couriers of these nodes. */
  wake(ids: readonly string[]): void;
  /** Starts a courier for every node that is new or has changed, and dismisses those whose node was removed or changed. */
  appoint(targets: readonly NodeTarget[]): Appointed;
  /** Dismisses all and waits until they have ended. */
  dismissAll(): Promise<void>;
}

interface Appointed {
  /** nodes that are served now and were not before, and the other way round */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** fulfilled when the dismissed ones have ended */
  readonly gone: Promise<unknown>;
}

/** @param send sends a courier to a node */
export function newCouriers(send: (target: NodeTarget) => Courier): Couriers {
  const serving = new Map<string, Courier>();
  return {
    ids: () => [...serving.keys()],
    serves: (id) => serving.has(id),
    isFromUs: (target) => serving.get(idOf(target))?.target === target,
    wake(ids) {
      for (const id of ids) serving.get(id)?.wake();
    },
    appoint(targets) {
      const before = new Set(serving.keys());
      const wanted = new Map(targets.map((target) => [idOf(target), target]));
      const leaving = [...serving].filter(([id, { target }]) => !isSame(wanted.get(id), target));
      for (const [id] of leaving) serving.delete(id);
      for (const [id, target] of wanted) if (!serving.has(id)) serving.set(id, send(target));
      return {
        added: [...wanted.keys()].filter((id) => !before.has(id)),
        removed: [...before].filter((id) => !wanted.has(id)),
        gone: Promise.all(leaving.map(([, courier]) => courier.dismiss())),
      };
    },
    async dismissAll() {
      await Promise.all([...serving.values()].map((courier) => courier.dismiss()));
    },
  };
}

function isSame(a: NodeTarget | undefined, b: NodeTarget): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
