import type { ChainCheck, PhaseAudit } from '../audit/check/chain-check.ts';
import type { LiveAudit } from '../audit/check/live-check.ts';
import type { Autorizacion } from '../format/autorizacion.ts';
import type { Hash } from '../format/hash.ts';
import type { Code } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import type { Shown } from '../verdict/publication.ts';
import type { HeldTrust, SignedTrust } from '../verdict/trust-chain.ts';
import type { Pin } from './anchor.ts';
import type { Head } from './head-first.ts';
import type { Sampling } from './site-files.ts';
import type { WebTrouble } from './web-trouble.ts';

/** What a check was asked, and what it found. */

export interface CheckPlan {
  readonly chain: URL;
  /** null: only the chain */
  readonly site: URL | null;
  readonly pin: Pin;
  readonly sampling: Sampling;
  /** The address that the reader gave, where the publication was found at another one. */
  readonly asked?: URL;
}

/** The first fault; for a trust document, `phase` is null and `number` is its version. */
export interface Fault {
  readonly phase: string | null;
  readonly number: number | null;
  readonly code: Code;
  readonly detail: Said;
}

/** Why the check did not come to its end. */
export type Stop =
  | { readonly kind: 'cancelled' | 'no-chain' }
  | { readonly kind: 'web'; readonly trouble: WebTrouble }
  | { readonly kind: 'bug'; readonly error: string };

/** What the check read of the chain, for what comes after the verdict: it need not be asked for again. */
export interface Kept {
  /** the trust documents, with what signatures came with them */
  readonly trust: readonly SignedTrust[];
  /** a file of the chain, by its path; nothing where it was not read, or not kept */
  readonly file: (path: string) => Promise<Uint8Array | null> | undefined;
  /** of the newest corte's padrón, by its list; null where it lists none, or was not reached */
  readonly padron: Hash | null;
}

/** What came out. Whatever the check did not reach is null. */
export interface Findings {
  readonly plan: CheckPlan;
  readonly anchor: HeldTrust | null;
  /** What was told before the history was known, and stands or falls with it. */
  readonly head: Head | null;
  readonly chain: ChainCheck | null;
  /** the phase that the site shows */
  readonly shown: PhaseAudit | null;
  /** what the site should show at this hour, by this machine's clock */
  readonly expected: Shown | null;
  readonly live: LiveAudit | null;
  /** how many files the newest corte has; `live` may cover fewer */
  readonly listed: number | null;
  readonly seed: string | null;
  /** The presentations of Difusores that the newest corte authorises, as far as the site showed their documents. */
  readonly presentations: readonly Autorizacion[];
  /** a server led to https though http was named, and was followed */
  readonly hasMoved: boolean;
  readonly fault: Fault | null;
  /** whether no document of this chain has the code of integrity that the reader brought */
  readonly otherAnchor: boolean;
  readonly stop: Stop | null;
  /** A newer corte than the one compared is out, or may be, and could not be compared: the site may show that one. */
  readonly mayBeNewer: boolean;
  readonly kept: Kept;
  readonly bytes: number;
  /** milliseconds, by this machine's clock */
  readonly checkedAt: number;
}

/** Before anything was read. @param checkedAt ms */
export function nothingFound(plan: CheckPlan, checkedAt: number): Findings {
  return {
    plan,
    anchor: null,
    head: null,
    chain: null,
    shown: null,
    expected: null,
    live: null,
    listed: null,
    seed: null,
    presentations: [],
    hasMoved: false,
    fault: null,
    otherAnchor: false,
    stop: null,
    mayBeNewer: false,
    kept: { trust: [], file: () => undefined, padron: null },
    bytes: 0,
    checkedAt,
  };
}
