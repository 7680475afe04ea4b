import { idOf, type NodeTarget } from '../setup/config.ts';
import type { Courier } from './courier.ts';

/** The couriers of the night, one per node, as the configuration has them by now. */
export interface Couriers {
  /** the nodes that are served, `difusor/node` */
  ids(): string[];
  readonly serves: (id: string) => boolean;
  /** Whether a report is of who serves its node now: one who was dismissed speaks for nobody. */
  isFromUs(target: NodeTarget): boolean;
  /** Wakes those of these nodes. */
  wake(ids: readonly string[]): void;
  /** Sends for every node that is new or has changed, dismisses those whose node has left or changed. */
  appoint(targets: readonly NodeTarget[]): Appointed;
  /** Waits until all have left. */
  dismissAll(): Promise<void>;
}

export interface Appointed {
  /** nodes that were not served before, and that are not served any more */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** when those who were dismissed have left */
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
