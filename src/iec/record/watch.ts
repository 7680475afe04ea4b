import { toldOf } from '../link/trouble.ts';
import type { Tell } from './bitacora.ts';
import type { ChainView } from './chain-view.ts';

/** The chain as it was last seen: cortes and trust documents may come from elsewhere (`iec pack --final`, the custodians). */
export interface Watch {
  /** as of the last look that succeeded */
  readonly view: () => ChainView;
  /**
   * Looks again. A chain that can't be used is reported once, and the view stays as it was.
   * @returns whether there is a corte or a trust document that was not there before, or whether one is gone
   */
  look(): Promise<boolean>;
}

/** @param look gives the chain as it stands; throws where it can't be used */
export function newWatch(seen: ChainView, look: () => Promise<ChainView>, tell: Tell): Watch {
  let view = seen;
  let trouble = '';
  return {
    view: () => view,
    async look() {
      try {
        const before = view;
        view = await look();
        trouble = '';
        return view.head !== before.head || view.trust.length !== before.trust.length;
      } catch (error) {
        const { detail } = toldOf(error);
        if (detail !== trouble) tell({ event: 'chain-trouble', detail });
        trouble = detail;
        return false;
      }
    },
  };
}
