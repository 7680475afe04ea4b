import type { Action } from './card.ts';
import type { Standing } from './standing.ts';
import type { Wishes } from './wishes.ts';

/** What the buttons of a card do. */

export interface Doing {
  readonly standing: () => Standing;
  /** null before there is a worker to be asked */
  readonly wishes: () => Wishes | null;
  /** goes past what the card tells */
  readonly pass: () => void;
  /** goes to the publication's front page */
  readonly front: () => void;
  /** goes over to the newest corte */
  readonly open: () => void;
}

export function cardActions({ standing, wishes, pass, front, open }: Doing): (name: Action['name']) => void {
  const actions: Readonly<Record<Action['name'], () => void>> = {
    look: () => void wishes()?.look(),
    pass,
    front,
    save() {
      const now = standing();
      if (now.kind === 'fork') void wishes()?.saveFork(now.fork);
      if (now.kind === 'trust-fork') void wishes()?.saveTrustFork(now.fork);
    },
    open,
    reload: () => location.reload(),
    https() {
      location.protocol = 'https:';
    },
    'own-tab': () => void window.open(location.href, '_blank', 'noopener'),
  };
  return (name) => actions[name]();
}
