import { byId } from '../dom.ts';
import { type Details, detailsOf } from './details.ts';
import type { LectorWords } from './words-es.ts';

/** The details below the bar, which the reader unfolds, and the question before what was seen is forgotten. */
export interface Panel {
  isOpen(): boolean;
  /** Draws what is in it, if it is open and something is another. */
  draw(details: Details, words: LectorWords): void;
}

export interface Doing {
  /** it was unfolded or folded */
  readonly onToggle: () => void;
  readonly onLook: () => void;
  readonly onKeep: () => void;
  /** the reader was asked, and wants it */
  readonly onForget: () => void;
}

export function openPanel({ onToggle, onLook, onKeep, onForget }: Doing): Panel {
  const [panel, button] = [byId('panel'), byId('details')];
  const question = byId('forget', HTMLDialogElement);
  const actions = { onLook, onKeep, onForget: () => question.showModal() };
  let drawn = '';

  function unfold(isWanted: boolean): void {
    panel.hidden = !isWanted;
    drawn = '';
    button.setAttribute('aria-expanded', String(isWanted));
    onToggle();
  }

  button.addEventListener('click', () => unfold(panel.hidden !== false));
  byId('more').addEventListener('click', () => {
    unfold(true);
    panel.focus();
  });
  panel.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    unfold(false);
    button.focus();
  });
  byId('forget-no').addEventListener('click', () => question.close());
  byId('forget-yes').addEventListener('click', () => {
    question.close();
    onForget();
  });

  return {
    isOpen: () => panel.hidden === false,
    draw(details, words) {
      if (panel.hidden) return;
      const now = JSON.stringify([details, words.lang]);
      // Whoever reads in it, or is on one of its buttons, is not thrown out.
      if (now === drawn) return;
      drawn = now;
      const held = panel.contains(document.activeElement) ? (document.activeElement?.id ?? '') : '';
      const unfolded = [...panel.querySelectorAll('details')].map(({ open }) => open);
      panel.replaceChildren(...detailsOf(details, actions, words));
      for (const [i, text] of panel.querySelectorAll('details').entries()) text.open = unfolded[i] ?? false;
      if (held !== '') document.getElementById(held)?.focus();
    },
  };
}
