import type { Estado } from './messages.ts';
import type { Unanswered } from './notes.ts';
import type { Pulse } from './pulse.ts';
import { saveJson } from './save.ts';
import type { Line } from './worker-line.ts';

/** What the reader wants of the worker, by a button. Each has its total, and is told where no answer comes within it. */
export interface Wishes {
  /** The last one, where it was not fulfilled; null otherwise. */
  unanswered(): Unanswered | null;
  look(): Promise<void>;
  forget(): Promise<void>;
  /**
   * Saves what the worker has, as JSON. While one is on its way another is none.
   * @param ask gives null where the worker has it no longer
   */
  save(name: string, ask: (line: Line) => Promise<object | null>): Promise<void>;
}

/** @param onChange is told when {@link Wishes.unanswered} is another */
export function newWishes(
  line: Line,
  pulse: Pick<Pulse, 'look'>,
  onEstado: (estado: Estado) => void,
  onChange: () => void,
): Wishes {
  let unanswered: Unanswered | null = null;
  let isSaving = false;

  function tell(what: Unanswered | null): void {
    if (unanswered === what) return;
    unanswered = what;
    onChange();
  }

  /** @returns null where no answer came */
  async function answerTo<T>(what: Unanswered, answer: Promise<T>): Promise<{ readonly is: T } | null> {
    tell(null);
    try {
      return { is: await answer };
    } catch {
      tell(what);
      return null;
    }
  }

  return {
    unanswered: () => unanswered,
    async look() {
      tell(null);
      if (!(await pulse.look())) tell('look');
    },
    async forget() {
      const answer = await answerTo('forget', line.forget());
      if (answer) onEstado(answer.is);
    },
    async save(name, ask) {
      if (isSaving) return;
      isSaving = true;
      const answer = await answerTo('save', ask(line));
      isSaving = false;
      if (answer?.is) saveJson(name, answer.is);
      else if (answer) tell('gone');
    },
  };
}
