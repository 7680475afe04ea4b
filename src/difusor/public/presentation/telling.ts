import type { Said } from '../../../format/said.ts';
import { saidBy } from '../../../format/thrown.ts';
import { Interrupted } from '../../../service/steps.ts';
import type { Setting } from '../../state/setting.ts';

/**
 * @returns what the work gave, or null where it failed; a failure is told once while it lasts
 * @throws Interrupted where the daemon is to stop; nothing else
 */
export type Try = <T>(what: Said, work: () => Promise<T>) => Promise<T | null>;

/** Presentations may fail, and nothing else with them. */
export function tellingOnce({ tell }: Pick<Setting, 'tell'>): Try {
  /** troubles that were told and last on, in English */
  const told = new Map<string, string>();
  return async (what, work) => {
    try {
      const result = await work();
      told.delete(what.en);
      return result;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const detail = saidBy(error);
      if (told.get(what.en) !== detail.en) tell({ event: 'error', what, detail });
      told.set(what.en, detail.en);
      return null;
    }
  };
}
