import type { Estado } from './messages.ts';
import type { Line } from './worker-line.ts';

/** Asks the worker how things stand, as long as somebody looks: a worker that nobody asks is ended, with its clocks. */
export interface Pulse {
  /**
   * Has the mirrors looked at now, because the reader wants it, or the machine has a network again.
   * @returns whether the worker answered
   */
  look(): Promise<boolean>;
  isLooking(): boolean;
  /** Whether the worker has left so many questions in a row without an answer that it is to be told. */
  isMute(): boolean;
}

/** ms between two questions. Whether the mirrors are looked at then is the worker's to say. */
const EVERY = 20_000;
/** One question may be lost with a machine that slept meanwhile. */
const MUTE = 2;

/** @param onChange is told after the worker has spoken, and when a look begins or ends without a word */
export function startPulse(line: Line, onEstado: (estado: Estado) => void, onChange: () => void): Pulse {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLooking = false;
  let unanswered = 0;

  async function told(answer: Promise<Estado>): Promise<boolean> {
    let estado: Estado;
    try {
      estado = await answer;
    } catch {
      return false; // what the worker could not say this time it says the next
    }
    unanswered = 0;
    onEstado(estado);
    return true;
  }

  async function ask(): Promise<void> {
    clearTimeout(timer);
    if (document.visibilityState !== 'visible') return;
    if (!(await told(line.estado())) && ++unanswered === MUTE) onChange();
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
    isMute: () => unanswered >= MUTE,
    async look() {
      if (isLooking) return true;
      isLooking = true;
      onChange();
      const isAnswered = await told(line.look());
      isLooking = false;
      onChange();
      return isAnswered;
    },
  };
}
