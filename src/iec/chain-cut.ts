import { newPanelTrouble } from './panel/panel-trouble.ts';
import type { Tell } from './record/bitacora.ts';
import type { ChainView } from './record/chain-view.ts';

/** Cortes that left the chain during a night, or are no more sent: what is remembered of them is nobody's any more. */
export interface ChainCut {
  /** To be called at each look. @param before the newest corte until then, where this look saw the chain cut; else 0 */
  seen(before: number): Promise<void>;
}

/**
 * @param forget forgets what is remembered of the cortes up to `before`. What can't be read now is tried at the next look
 * @param heard is told of trouble
 */
export function newChainCut(
  view: () => ChainView,
  forget: (view: ChainView, before: number) => Promise<void>,
  heard: Tell | undefined,
): ChainCut {
  const trouble = newPanelTrouble(heard);
  /** the newest corte of a chain that was cut, as long as what is remembered of it is not forgotten; 0 for none */
  let cutFrom = 0;
  return {
    async seen(before) {
      cutFrom = Math.max(cutFrom, before);
      if (cutFrom === 0) return;
      try {
        await forget(view(), cutFrom);
        cutFrom = 0;
        trouble.isOver();
      } catch (error) {
        trouble.lasts(error);
      }
    },
  };
}
