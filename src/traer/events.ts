import type { Said } from '../format/said.ts';
import type { FaultKind } from './conduct.ts';

/** What happens while cortes are brought, for the journal. */
export type TraerEvent =
  | {
      readonly event: 'brought';
      readonly delivery: string;
      readonly bytes: number;
      readonly seconds: number;
      readonly mirrors: string;
    }
  | {
      readonly event: 'mirror';
      readonly mirror: string;
      readonly fault: FaultKind;
      readonly code: string | null;
      readonly detail: Said;
    }
  | { readonly event: 'mirror-well'; readonly mirror: string }
  /** a mirror has something that the IEC's key signed and that does not follow what this node holds */
  | { readonly event: 'fork'; readonly delivery: string; readonly mirror: string; readonly detail: Said }
  | { readonly event: 'not-taken'; readonly delivery: string }
  | { readonly event: 'error'; readonly what: Said; readonly detail: Said };
