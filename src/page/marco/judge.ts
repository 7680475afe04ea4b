import type { Statement } from '../../format/statement.ts';
import type { Phase } from '../../format/trust.ts';
import { whatToShow } from '../../verdict/publication.ts';
import type { Answer } from './answer.ts';
import { type corteOf, isMisplaced } from './document-corte.ts';

/**
 * Whether what is in the frame may still be shown, by its signed hour and by clocks alone: whoever fails to bring the next
 * corte can't be the one who says so.
 */

/** Hours in ms since the epoch. */
interface Clocks {
  /** of the reader's machine */
  readonly reader: number;
  /** of the server, as it was last told and has run on since; null where it never answered */
  readonly server: number | null;
}

type Corte = Pick<Statement, 'number' | 'taken_at' | 'final'>;

/** `doubt`: by one of the two clocks it is stale, by the other it is not, and which of them is wrong can't be known here. */
type Freshness = 'fresh' | 'stale' | 'doubt';

/** @param phase with its rules, as the trust document has them that the corte names. @internal */
export function freshnessOf(phase: Phase, corte: Corte, { reader, server }: Clocks): Freshness {
  const judged = [reader, ...(server === null ? [] : [server])].map((now) => whatToShow(phase, corte, now) === 'aviso');
  if (judged.every((isStale) => isStale)) return 'stale';
  return judged.some((isStale) => isStale) ? 'doubt' : 'fresh';
}

/** The server's hour as it has run on: it never goes back, so that an answer that somebody keeps for ever can't stop it. */
export interface ServerClock {
  /** @param hour as an answer told it, ms; null where it told none. @param elapsed of a clock that only runs forward, ms */
  told(hour: number | null, elapsed: number): void;
  /** @returns null where none was ever told */
  at(elapsed: number): number | null;
}

export function newServerClock(): ServerClock {
  let ahead: number | null = null;
  return {
    told(hour, elapsed) {
      if (hour !== null) ahead = Math.max(ahead ?? hour - elapsed, hour - elapsed);
    },
    at: (elapsed) => (ahead === null ? null : ahead + elapsed),
  };
}

/** All that is known when the page says where things stand. */
export interface Known {
  /** the last answer in earnest */
  readonly answer: Answer | null;
  /** whether anybody was asked in vain before the first answer */
  readonly hasFailed: boolean;
  /** with its rules; null where they could not be read */
  readonly phase: Phase | null;
  /** what is in the frame, or, where a notice is, the last that there was; null where its statement could not be read */
  readonly corte: Corte | null;
  /** the newer one that waits for the reader */
  readonly newer: Corte | null;
  /** what the document in the frame told of itself */
  readonly document: ReturnType<typeof corteOf>;
  /** ms since the epoch by the reader's clock, where the site has not answered since */
  readonly silentSince: number | null;
  readonly clocks: Clocks;
}

/** What is said, and whether the publication is seen. */
export type Standing = { readonly silentSince: number | null } & (
  | { readonly kind: 'asking' | 'unknown' }
  | { readonly kind: 'corte'; readonly corte: Corte; readonly isDoubtful: boolean; readonly newer: Corte | null }
  /** a corte of which no hour could be read */
  | { readonly kind: 'no-hour'; readonly number: number }
  /** results that may not be shown any more, and nobody but this page says so: it does, in their place */
  | { readonly kind: 'stale'; readonly corte: Corte }
  /** the site shows its notice, or that it has not opened yet; not seen where results are in its place */
  | { readonly kind: 'aviso'; readonly corte: Corte | null; readonly isSeen: boolean }
  | { readonly kind: 'espera'; readonly opensAt: string | null; readonly isSeen: boolean }
);

export function standingOf({ answer, hasFailed, phase, corte, newer, document, silentSince, clocks }: Known): Standing {
  const said = { silentSince };
  const isSeen = !isMisplaced(answer, document);
  if (answer?.kind === 'aviso' && corte !== null && !isSeen) return { ...said, kind: 'stale', corte };
  if (answer?.kind === 'aviso') return { ...said, kind: 'aviso', corte, isSeen };
  if (answer?.kind === 'espera') return { ...said, kind: 'espera', opensAt: phase?.opens_at ?? null, isSeen };
  if (answer?.kind === 'corte' && corte === null) return { ...said, kind: 'no-hour', number: answer.number };
  if (corte === null || phase === null) return { ...said, kind: answer === null && !hasFailed ? 'asking' : 'unknown' };
  const freshness = freshnessOf(phase, corte, clocks);
  if (freshness === 'stale') return { ...said, kind: 'stale', corte };
  return { ...said, kind: 'corte', corte, isDoubtful: freshness === 'doubt', newer };
}
