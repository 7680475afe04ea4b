import type { PublicKey } from '../format/key.ts';
import type { Phase } from '../format/trust.ts';
import type { Base, Figures } from './figures.ts';
import type { Incident } from './incident/kinds.ts';
import type { Pace, Published } from './incident/publication.ts';
import type { Span } from './incident/shown.ts';

/** All that a report tells, before anything of it is written: the document, the tables and the JSON are made of this. */

/** Who reports, on what, and from when to when. */
export interface About {
  readonly type: 'cotejo/memoria';
  readonly format: 1;
  /** the version of the program that made it */
  readonly cotejo: string;
  readonly election: string;
  /** the trust document's title of the election */
  readonly title: string;
  readonly difusor: string;
  /** the Difusor's name as people know it; null where it was not given */
  readonly nombre: string | null;
  /** the node that made the report and whose key signs it */
  readonly node: string;
  readonly phase: string;
  readonly kind: 'oficial' | 'simulacro';
  /** the span that is told; `to` is not in it */
  readonly from: string;
  readonly to: string;
  readonly made_at: string;
  readonly key: PublicKey;
  /** of the addresses in the access logs: keyed hashes whose key was destroyed, or as they were */
  readonly ip: 'truncada' | 'completa';
}

/** What one node showed, cut to the span. */
export interface NodeTold {
  readonly node: string;
  readonly spans: readonly Span[];
  readonly published: readonly Published[];
  readonly pace: Pace;
}

/** What the chain of the node came to when every signature of the phase was checked. */
interface ChainTold {
  readonly cortes: number;
  readonly final: boolean;
  /** of the last corte, null where there is none */
  readonly head: string | null;
  /** the first corte that is not authentic */
  readonly refused: { readonly number: number; readonly code: string } | null;
  /** acuses of the node that belong to this chain, and files that do not */
  readonly acuses: number;
  readonly badAcuses: number;
}

/** A paragraph of the comments, or an item of a list in them. */
export interface Comment {
  readonly kind: 'paragraph' | 'heading' | 'item';
  /** one line of visible text */
  readonly text: string;
}

export interface Memoria {
  readonly about: About;
  /** minutes east of UTC, of all hours */
  readonly offset: number;
  readonly phase: Phase;
  readonly chain: ChainTold;
  /** the node that reports is the first */
  readonly nodes: readonly [NodeTold, ...NodeTold[]];
  readonly incidents: readonly Incident[];
  readonly untold: number;
  readonly figures: Figures;
  readonly base: Base | null;
  readonly comments: readonly Comment[];
}
