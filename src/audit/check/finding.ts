import type { Hash } from '../../format/hash.ts';
import type { Entry } from '../../format/manifest.ts';
import type { Said } from '../../format/said.ts';

/** What a look at a site found, before it is known what that means. */

/** What was found at the address of one file. */
export type Finding =
  | { readonly kind: 'same' | 'missing' | 'stand-in' }
  | { readonly kind: 'other'; readonly sha256: Hash }
  | { readonly kind: 'redirected'; readonly location: string }
  | { readonly kind: 'blocked'; readonly why: Said }
  | { readonly kind: 'failed'; readonly why: Said };

export type FoundFiles = ReadonlyArray<FoundFile>;

export interface FoundFile {
  readonly entry: Entry;
  readonly finding: Finding;
  /** at the address of its folder, where that adds something (`folder-page.ts`) */
  readonly folder?: Finding | null;
}
