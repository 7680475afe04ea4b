import { isStandIn } from '../../audit/check/web-answers.ts';
import { isName } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';

/** What the site shows at this moment, by the headers of its own answer for the publication's address. */
export type Answer =
  | ShownCorte
  | { readonly kind: 'aviso' | 'espera'; readonly phase: string }
  /** this node is behind another one that has been read before; it will have the corte soon */
  | { readonly kind: 'momento' }
  /** an answer that says nothing of a corte */
  | { readonly kind: 'nada' };

export interface ShownCorte {
  readonly kind: 'corte';
  readonly phase: string;
  readonly number: number;
  /** differs where another corte has taken this number, after a revocation; empty where it is not known */
  readonly mark: string;
}

type Header = (name: string) => string | null;

/** @returns null where nobody answered in earnest: a server in trouble, or one that asks to come later */
export function readAnswer(status: number, header: Header): Answer | null {
  const phase = header('cotejo-fase') ?? '';
  const shows = header('cotejo-muestra');
  if (status === 503 && shows === 'momento') return { kind: 'momento' };
  if (status === 429 || (status >= 500 && !isStandIn(status, header))) return null;
  if (!isName(phase)) return { kind: 'nada' };
  if (isStandIn(status, header)) return { kind: shows === 'espera' ? 'espera' : 'aviso', phase };
  const text = header('cotejo-corte') ?? '';
  const number = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
  if (shows !== 'corte' || status !== 200 || number < 1 || number > LIMITS.corteNumber) return { kind: 'nada' };
  // A server that compresses on the way makes a validator weak; it is the same corte.
  return { kind: 'corte', phase, number, mark: (header('etag') ?? '').replace(/^W\//, '') };
}

/** The server's hour, ms since the epoch, by a header that says when the answer was made and how long it was kept since. */
export function serverHour(header: Header): number | null {
  const made = Date.parse(header('date') ?? '');
  const age = Number(header('age') ?? 0);
  return Number.isNaN(made) ? null : made + (age >= 0 ? age * 1000 : 0);
}

/** What becomes of the publication in the frame. */
export type Move =
  /** it stays */
  | 'stay'
  /** it is loaded anew at once: what is seen must not be seen any more, or there is something again */
  | 'load'
  /** there is a newer corte, or another one in its place */
  | 'newer';

/**
 * @param inside what the frame was last loaded with; null where that is not known yet
 * @param seen what the site shows now
 * @param before what it showed when it was asked before this time, as `Lasting` gives it
 */
export function moveFor(inside: Answer | null, seen: Answer, before: Answer | null): Move {
  if (inside === null || seen.kind === 'momento' || seen.kind === 'nada' || isSame(inside, seen)) return 'stay';
  if (inside.kind !== 'corte' || seen.kind !== 'corte' || inside.phase !== seen.phase) return 'load';
  if (seen.number > inside.number) return 'newer';
  // Two nodes behind one address get a corte with seconds between them. Only a revocation goes back for good: what was
  // revoked is taken from under every reader's eyes. The same number with another mark may be but another server's.
  if (before === null || !isSame(before, seen)) return 'stay';
  return seen.number < inside.number ? 'load' : 'newer';
}

/** How long the site has been giving the same answer. */
export interface Lasting {
  /**
   * To be told each answer, in turn. @param elapsed of a clock that only runs forward, ms
   * @returns the one before if it was the same, and so was each for as long as asked; null otherwise
   */
  before(answer: Answer, elapsed: number): Answer | null;
  /** Counts from the beginning: what was told until now was told of another moment. */
  begin(): void;
}

/** @param least ms */
export function newLasting(least: number): Lasting {
  let last: { readonly answer: Answer; readonly since: number } | null = null;
  return {
    before(answer, elapsed) {
      if (last === null || !isSame(last.answer, answer)) last = { answer, since: elapsed };
      return elapsed - last.since >= least ? last.answer : null;
    },
    begin() {
      last = null;
    },
  };
}

/** Whether two answers tell of the same; a mark that is not known is any. */
export function isSame(one: Answer, other: Answer): boolean {
  if (one.kind !== 'corte' || other.kind !== 'corte') return JSON.stringify(one) === JSON.stringify(other);
  const isMarked = one.mark === '' || other.mark === '' || one.mark === other.mark;
  return one.phase === other.phase && one.number === other.number && isMarked;
}
