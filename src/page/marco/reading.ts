import type { Reading } from './pace.ts';

/** Watches what a reader does in the publication, to find when it may be loaded anew. */
export interface Watch {
  /** Watches this document from now on, and the one before no more. */
  follow(document: Document): void;
  /** @param elapsed of a clock that only runs forward, ms */
  reading(elapsed: number): Reading;
}

export function newWatch(elapsed: () => number): Watch {
  let last = Number.NEGATIVE_INFINITY;
  let lastInput: Reading['lastInput'] = null;
  let followed: Document | null = null;
  let end = new AbortController();
  return {
    follow(document) {
      end.abort();
      end = new AbortController();
      followed = document;
      const on = (input: 'pointer' | 'keyboard', ...names: readonly string[]) => {
        const touch = () => {
          last = elapsed();
          lastInput = input;
        };
        for (const name of names) document.addEventListener(name, touch, { capture: true, passive: true, signal: end.signal });
      };
      on('pointer', 'pointerdown', 'pointermove', 'wheel', 'touchmove');
      on('keyboard', 'keydown');
    },
    reading(now) {
      const hasFocus = followed?.hasFocus() ?? false;
      return { idle: now - last, lastInput, hasFocus, isBusy: followed !== null && isBusy(followed) };
    },
  };
}

function isBusy(document: Document): boolean {
  const field = document.hasFocus() && document.activeElement?.matches('input, textarea, select, [contenteditable]') === true;
  const selected = document.getSelection()?.isCollapsed === false;
  const plays = [...document.querySelectorAll<HTMLMediaElement>('video, audio')].some(({ paused }) => !paused);
  return field || selected || plays || document.fullscreenElement !== null;
}
