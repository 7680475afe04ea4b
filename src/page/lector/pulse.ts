import type { Estado } from './messages.ts';
import type { Line } from './worker-line.ts';

/** Asks the worker how things stand, as long as somebody looks: a worker that nobody asks is ended, with its clocks. */
export interface Pulse {
  /** Has the mirrors looked at now, because the reader wants it, or the machine has a network again. */
  look(): Promise<void>;
  isLooking(): boolean;
}

/** ms between two questions. Whether the mirrors are looked at then is the worker's to say. */
const EVERY = 20_000;

/** @param onChange is told after the worker has spoken, and when a look begins or ends without a word */
export function startPulse(line: Line, onEstado: (estado: Estado) => void, onChange: () => void): Pulse {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLooking = false;

  async function told(answer: Promise<Estado>): Promise<void> {
    try {
      onEstado(await answer);
    } catch {
      // What the worker could not say this time it says the next.
    }
  }

  async function ask(): Promise<void> {
    clearTimeout(timer);
    if (document.visibilityState !== 'visible') return;
    await told(line.estado());
    later();
  }

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), EVERY);
  }

  document.addEventListener('visibilitychange', () => void ask());
  later();

  return {
    isLooking: () => isLooking,
    async look() {
      if (isLooking) return;
      isLooking = true;
      onChange();
      await told(line.look());
      isLooking = false;
      onChange();
    },
  };
}
