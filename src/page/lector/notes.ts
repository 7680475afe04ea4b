import type { Estado, Trouble } from './messages.ts';
import type { Standing } from './standing.ts';

/** What the reader should know besides what he sees: one sentence each, the gravest first. */
export type Note =
  | { readonly kind: 'unanswered'; readonly what: Unanswered }
  | { readonly kind: 'trust-fork'; readonly version: number }
  | { readonly kind: 'fork'; readonly number: number }
  /** with the keys of so many nodes receipts were signed of another corte of this number than the one that he sees */
  | { readonly kind: 'contrary'; readonly number: number; readonly nodes: number }
  | { readonly kind: 'revoked'; readonly number: number; readonly version: number }
  /** he asked for a corte that is no longer current */
  | { readonly kind: 'old' }
  /** `isOwn`: the machine says that it has no network. ms since the epoch, null where that is not known */
  | { readonly kind: 'offline'; readonly isOwn: boolean; readonly since: number | null }
  | { readonly kind: 'older'; readonly number: number; readonly seen: number }
  /** seconds by which the reader's clock is ahead */
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'altered'; readonly mirrors: readonly string[] }
  | { readonly kind: 'refused'; readonly mirror: string; readonly code: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unkept' };

/**
 * What the reader wanted of the worker, or the bar by itself (`pulse`), and the worker did not answer; `gone` where it
 * answered that it has not got the proof any more, `not-now` that it can't have all that goes into it just now.
 */
export type Unanswered = 'save' | 'gone' | 'not-now' | 'forget' | 'look' | 'pulse';

/** How a note is dressed; `calm` where everything that is seen is as it should be. */
export type Gravity = 'bad' | 'warn' | 'calm';

const GRAVITY: Readonly<Record<Note['kind'], Gravity>> = {
  unanswered: 'warn',
  'trust-fork': 'bad',
  fork: 'bad',
  contrary: 'bad',
  revoked: 'warn',
  old: 'warn',
  offline: 'warn',
  older: 'warn',
  clock: 'warn',
  files: 'warn',
  altered: 'calm',
  refused: 'calm',
  expired: 'calm',
  unkept: 'calm',
};

export function gravityOf({ kind }: Note): Gravity {
  return GRAVITY[kind];
}

type Of<K extends Trouble['kind']> = Extract<Trouble, { readonly kind: K }>;

export interface Beside {
  /** what the browser says of the machine's network */
  readonly isOnline: boolean;
  /** what the reader is waiting for in vain, which comes first: he has just asked for it */
  readonly unanswered: Unanswered | null;
  /** of how many nodes there are receipts of another corte than the one that he sees */
  readonly contrary: number;
}

/** @returns the gravest first, as many as the worker tells */
export function notesOf(estado: Estado | null, standing: Standing, { isOnline, unanswered, contrary }: Beside): readonly Note[] {
  if (estado === null) return [];
  const of = <K extends Trouble['kind']>(kind: K) => estado.troubles.filter((one): one is Of<K> => one.kind === kind);
  const notes: Note[] = unanswered === null ? [] : [{ kind: 'unanswered', what: unanswered }];
  if (standing.kind !== 'trust-fork')
    notes.push(...of('bifurcacion-confianza').map(({ version }): Note => ({ kind: 'trust-fork', version })));
  if (standing.kind !== 'fork') notes.push(...of('bifurcacion').map(({ number }): Note => ({ kind: 'fork', number })));
  if (standing.kind === 'corte' && contrary > 0) {
    notes.push({ kind: 'contrary', number: standing.document.corte.number, nodes: contrary });
  }
  if (standing.kind !== 'revoked') {
    notes.push(...of('revocado').map(({ number, version }): Note => ({ kind: 'revoked', number, version })));
  }
  if (standing.kind === 'corte' && standing.isOld) notes.push({ kind: 'old' });
  // Where nobody answers and nothing is shown, the card says so.
  const isTold = standing.kind === 'nothing' || standing.kind === 'preparing' || standing.kind === 'searching';
  if (!isTold && (estado.offlineSince !== null || !isOnline)) {
    notes.push({ kind: 'offline', isOwn: !isOnline, since: estado.offlineSince });
  }
  notes.push(...of('mas-viejo').map(({ number, seen }): Note => ({ kind: 'older', number, seen })));
  notes.push(...of('reloj').map(({ seconds }): Note => ({ kind: 'clock', seconds })));
  // What is missing of a corte that is not seen is nothing to this reader.
  const seen = standing.kind === 'corte' ? standing.document.corte.number : null;
  const paths = of('archivo').flatMap(({ number, path }) => (number === seen ? [path] : []));
  if (paths.length > 0) notes.push({ kind: 'files', paths });
  const altered = estado.mirrors.flatMap(({ state, name }) => (state === 'entrego-otra-cosa' ? [name] : []));
  if (altered.length > 0) notes.push({ kind: 'altered', mirrors: altered });
  const refused = of('rechazado').filter(({ mirror }) => !altered.includes(mirror));
  notes.push(...refused.map(({ mirror, code }): Note => ({ kind: 'refused', mirror, code })));
  if (estado.isTrustExpired) notes.push({ kind: 'expired' });
  if (of('no-guarda').length > 0) notes.push({ kind: 'unkept' });
  return notes;
}
