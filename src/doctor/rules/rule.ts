import type { Declarable } from '../../config/declarations.ts';

/**
 * One thing that is required. The clauses are those by which the bases are cited in this project (II.a: high availability;
 * II.b: the characteristics of the infrastructure); a rule without a clause is what cotejo needs to do its work.
 */

export interface Rule {
  readonly clause: string | null;
  readonly title: string;
  readonly required: string;
  /** the command that mends it, or what to do */
  readonly remedy: string;
}

export const INFRASTRUCTURE = 'II.b';
export const AVAILABILITY = 'II.a';

/** What to do where a person alone can know it. */
export const declare = (id: Declarable, text: string) => `si lo hay, declárelo: --declare ${id}="${text}"`;
