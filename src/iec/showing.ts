import type { Keeper } from './panel/panel-page.ts';
import { newPanelTrouble } from './panel/panel-trouble.ts';
import type { Tell } from './record/bitacora.ts';

/** When the panel of a night is written: one writing after the other, as soon as there is news, and often enough without. */
export interface Showing {
  /** Something changed that the panel does not show yet. */
  news(): void;
  /** @param keeper who will have written it: a night that goes on, or one that ends; the first if absent */
  show(keeper?: Keeper): Promise<void>;
  /** Whether it should be written now. */
  isDue(): boolean;
  /** Whether it has not been renewed for long at an instant (ms), and nobody is about to. */
  isLate(at: number): boolean;
}

/** The panel is written at least this often, ms. */
export const LOOK_MS = 10_000;

/**
 * @param write writes what there is to show. A full disk must not end the night: what it throws is told, and tried again
 * @param now ms
 * @param heard is told of trouble
 */
export function newShowing(write: (keeper: Keeper) => Promise<void>, now: () => number, heard: Tell | undefined): Showing {
  const trouble = newPanelTrouble(heard);
  /** whether something changed that the panel does not show yet, and when it was written, ms */
  let isNews = false;
  let shownAt = 0;
  let showing: Promise<void> = Promise.resolve();
  let isShowing = false;

  async function showNow(keeper: Keeper): Promise<void> {
    isNews = false;
    shownAt = now();
    try {
      await write(keeper);
      trouble.isOver();
    } catch (error) {
      isNews = true;
      trouble.lasts(error);
    }
  }

  /** Also where the clock was put back since. */
  function isOld(at: number): boolean {
    return Math.abs(at - shownAt) >= LOOK_MS;
  }

  return {
    news: () => void (isNews = true),
    show(keeper = 'run') {
      const before = showing;
      isShowing = true;
      showing = (async () => {
        await before; // a turn and a beat may both want to
        await showNow(keeper);
        isShowing = false;
      })();
      return showing;
    },
    isDue: () => isNews || isOld(now()),
    isLate: (at) => !isShowing && isOld(at),
  };
}
