import { toldOf } from '../link/trouble.ts';
import type { Tell } from '../record/bitacora.ts';

/** Something about the panel that fails again at each try: told when it begins and when it changes, not every ten seconds. */
export interface PanelTrouble {
  lasts(error: unknown): void;
  isOver(): void;
}

/** @param heard is told, whatever becomes of the log, which lies in the panel's folder */
export function newPanelTrouble(heard: Tell | undefined): PanelTrouble {
  let told: string | null = null;
  return {
    lasts(error) {
      const { detail } = toldOf(error);
      if (detail.en === told) return;
      told = detail.en;
      heard?.({ event: 'panel-trouble', detail });
    },
    isOver: () => void (told = null),
  };
}
