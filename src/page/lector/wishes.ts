import type { CorteAsked, Estado } from './messages.ts';
import type { Unanswered } from './notes.ts';
import type { Pulse } from './pulse.ts';
import { contraryIn, type Rounds } from './recibos/rounds.ts';
import { saveJson } from './save.ts';
import type { Line } from './worker-line.ts';

/** What the reader wants of the worker, by a button. Each has its total, and is told where no answer comes within it. */
export interface Wishes {
  /** The last one, where it was not fulfilled; null otherwise. */
  unanswered(): Unanswered | null;
  look(): Promise<void>;
  forget(): Promise<void>;
  /** Saves the proof of a fork of this phase. While one is on its way another is none. */
  saveFork(fork: Pick<CorteAsked, 'phase' | 'number'>): Promise<void>;
  /** The same for two trust documents of this version. */
  saveTrustFork(fork: { readonly version: number }): Promise<void>;
  /** The same for the proof that is in what is told of the receipts of a corte. */
  saveRecibos(corte: CorteAsked, told: ReturnType<Rounds['turn']>): Promise<void>;
}

export interface Doing {
  readonly line: Line;
  readonly pulse: Pick<Pulse, 'look'>;
  readonly rounds: Pick<Rounds, 'again' | 'forget'>;
  readonly onEstado: (estado: Estado) => void;
  /** {@link Wishes.unanswered} is another */
  readonly onChange: () => void;
}

export function newWishes({ line, pulse, rounds, onEstado, onChange }: Doing): Wishes {
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

  /** @param ask gives null where the worker has it no longer, `not-now` where it can't have all of it just now */
  async function save(name: string, ask: () => Promise<object | 'not-now' | null>): Promise<void> {
    if (isSaving) return;
    isSaving = true;
    const answer = await answerTo('save', ask());
    isSaving = false;
    if (answer === null) return;
    if (answer.is === null || answer.is === 'not-now') tell(answer.is ?? 'gone');
    else saveJson(name, answer.is);
  }

  return {
    unanswered: () => unanswered,
    async look() {
      tell(null);
      rounds.again();
      if (!(await pulse.look())) tell('look');
    },
    async forget() {
      const answer = await answerTo('forget', line.forget());
      if (answer === null) return;
      // What the bar still showed it would tell the worker again.
      rounds.forget();
      onEstado(answer.is);
    },
    saveFork: ({ phase, number }) => save(`prueba-${phase}-${number}.json`, () => line.proof(phase)),
    saveTrustFork: ({ version }) => save(`prueba-confianza-${version}.json`, () => line.trustProof(version)),
    saveRecibos: (corte, told) =>
      save(`prueba-acuses-${corte.phase}-${corte.number}.json`, () => line.proofOfRecibos(corte, contraryIn(told))),
  };
}
