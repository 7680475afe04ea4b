import type { Said } from '../../format/said.ts';
import type { SellarCode } from './trouble.ts';

/** What a pass tells, for the journal. What is wrong with an authority is told once, until it is something else. */
export type SellarEvent =
  | { readonly event: 'sealed'; readonly phase: string; readonly number: number; readonly autoridad: string; readonly hour: string }
  | { readonly event: 'sellar-trouble'; readonly autoridad: string; readonly code: SellarCode; readonly detail: Said }
  | SellarClocks
  | { readonly event: 'sellar-list-trouble'; readonly autoridad: string; readonly detail: Said }
  | { readonly event: 'sellar-well-again'; readonly autoridad: string };

/** The authority's clock and ours do not agree; which one is wrong is not known. */
interface SellarClocks {
  readonly event: 'sellar-clocks';
  readonly autoridad: string;
  readonly number: number;
  /** of the token that was given */
  readonly hour: string;
  /** ours when it came */
  readonly ours: string;
  readonly detail: Said;
}
