import type { Trouble } from './messages.ts';

/** The troubles that were met and are not over, the newest last. */
export interface Met {
  /** @param of what: told once for each, however often it is met */
  add(of: string, trouble: Trouble): void;
  over(of: string): void;
  all(): readonly Trouble[];
  clear(): void;
}

const MOST = 8;

export function newMet(onChange: () => void): Met {
  const met = new Map<string, Trouble>();
  return {
    add(of, trouble) {
      met.delete(of);
      met.set(of, trouble);
      for (const oldest of [...met.keys()].slice(0, -MOST)) met.delete(oldest);
      onChange();
    },
    over(of) {
      if (met.delete(of)) onChange();
    },
    all: () => [...met.values()],
    clear: () => met.clear(),
  };
}
