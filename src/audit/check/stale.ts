import type { Hash } from '../../format/hash.ts';
import type { Manifest } from '../../format/manifest.ts';
import type { Corte } from '../../verdict/history.ts';
import { folderOf } from './folder-page.ts';
import type { OffChain, OffStanding } from './off-chain.ts';

/** Whose bytes a site shows, where they are not the newest corte's. */

/**
 * A file with the bytes of another corte than the one compared with: of an older one of its chain, or of one that was signed
 * and that this chain does not have. Who shows it altered nothing.
 */
export interface Stale {
  readonly path: string;
  /** of the newest corte that has those bytes at that path */
  readonly number: number;
  /** where the chain does not have that corte: the hash of its `corte.json`, and why */
  readonly off_chain?: { readonly corte: Hash; readonly standing: OffStanding };
  /** where there is nothing at that path, as in that corte, which is newer than the chain and does not list it */
  readonly absent?: true;
}

/** A checked corte, as far as a site is compared with it. */
export type Dated = Pick<Corte, 'statement'>;

/**
 * Reads and checks a corte's list.
 * @returns null where it can't be had: the other cortes may explain what is looked for, and what they don't is told all the
 *   same
 */
export type ReadOlder = (corte: Dated) => Promise<Manifest | null>;

/** Where a file with unexpected bytes is looked up. */
export interface Others {
  /** the cortes before the one compared with */
  readonly before: readonly Dated[];
  readonly read: ReadOlder;
  /** how many of those manifests are read at most; all, if absent */
  readonly back?: number | undefined;
  /** Cortes that the chain does not have. Only asked for where those before explain not all. */
  readonly offChain?: (() => AsyncIterable<OffChain>) | undefined;
}

/** So many lists that can't be had are enough: then the chain is not to be had, and asking for the rest would take for ever. */
const GIVE_UP = 3;

/**
 * Walks back over the older manifests until each of these contents was found at its path, or no manifest is left; then over
 * the cortes that the chain does not have. Of those that are newer, the site shows the one with most of the contents that no
 * older one has, or the newest where nothing is but absent; what that one does not list need not be there.
 * @param others by the address at which they were found
 * @param absent paths at which there is nothing
 * @returns also the cortes whose list could not be had: they explain no file, and may be the site's
 */
export async function findStale(
  others: ReadonlyMap<string, Hash>,
  absent: readonly string[],
  { before, read, back = Number.POSITIVE_INFINITY, offChain }: Others,
): Promise<{ readonly stale: readonly Stale[]; readonly unread: readonly number[] }> {
  const found = new Map<string, Stale>();
  const unread: number[] = [];
  const sameIn = (manifest: Manifest) =>
    manifest.flatMap(({ path, sha256 }) => [path, folderOf(path) ?? path].filter((at) => others.get(at) === sha256));
  const note = (paths: readonly string[], of: Omit<Stale, 'path'>) => {
    for (const path of paths) if (!found.has(path)) found.set(path, { path, ...of });
  };
  for (const corte of before.slice(-Math.min(back, before.length)).reverse()) {
    if (found.size === others.size || unread.length === GIVE_UP) break;
    const manifest = await read(corte);
    if (manifest) note(sameIn(manifest), { number: corte.statement.number });
    else unread.push(corte.statement.number);
  }
  const ofOlder = new Set(found.keys());
  let shown = { files: others.size === 0 ? 0 : 1, number: 0, gone: [] as Stale[] };
  if (offChain && (ofOlder.size < others.size || (others.size === 0 && absent.length > 0))) {
    for await (const { statement, sha256: corte, standing, manifest } of offChain()) {
      const { number } = statement;
      const of = { number, off_chain: { corte, standing } };
      const same = sameIn(manifest);
      note(same, of);
      const files = same.filter((path) => !ofOlder.has(path)).length;
      const isLikelier = files > shown.files || (files === shown.files && number > shown.number);
      if (standing === 'newer' && isLikelier) {
        const listed = new Set(manifest.map(({ path }) => path));
        const gone = absent.filter((path) => !listed.has(path)).map((path) => ({ path, ...of, absent: true as const }));
        shown = { files, number, gone };
      }
      if (found.size === others.size && absent.length === 0) break;
    }
  }
  return { stale: [...[...others.keys()].flatMap((path) => found.get(path) ?? []), ...shown.gone], unread };
}
