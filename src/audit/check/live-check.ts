import { type Hash, hashOf } from '../../format/hash.ts';
import { isOfKind } from '../../format/kind.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Entry, Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Statement } from '../../format/statement.ts';
import { encodeUtf8 } from '../../format/text.ts';
import { checkManifest } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import type { PhaseAudit } from './chain-check.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';

/**
 * Whether what a web site shows is, file by file, what the newest corte lists. How a file is asked for is the shell's:
 * the command's or the page's.
 */

export interface LiveAudit {
  readonly phase: string;
  readonly number: number;
  /** how many were asked for */
  readonly files: number;
  readonly same: number;
  /** Other bytes than any corte has at that path. */
  readonly altered: readonly string[];
  readonly missing: readonly string[];
  /** The bytes of an older corte; `number` is the newest one that has them there. */
  readonly stale: ReadonlyArray<{ readonly path: string; readonly number: number }>;
  /** Sent to another site. */
  readonly redirected: ReadonlyArray<{ readonly path: string; readonly location: string }>;
  /** A web page in the place of something else, or an answer that keeps the reader out. */
  readonly blocked: ReadonlyArray<{ readonly path: string; readonly why: string }>;
  /** Could not be asked for: this says nothing of the site. */
  readonly failed: ReadonlyArray<{ readonly path: string; readonly why: string }>;
}

/** What was found at the address of one file. */
export type Finding =
  | { readonly kind: 'same' | 'missing' }
  | { readonly kind: 'other'; readonly sha256: Hash }
  | { readonly kind: 'redirected'; readonly location: string }
  | { readonly kind: 'blocked'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export type FoundFiles = ReadonlyArray<{ readonly entry: Entry; readonly finding: Finding }>;

export type ReadManifest = (corte: Corte) => Promise<Manifest>;

/**
 * A8.
 * @param hash of whoever has a faster one; the same digits
 * @throws Refusal; Error where it can't be read
 */
export async function readManifest(
  source: Pick<ChainReads, 'read'>,
  { statement }: Pick<Corte, 'statement'>,
  hash: (bytes: Uint8Array) => Hash = hashOf,
): Promise<Manifest> {
  const { phase, number } = statement;
  const sums = await source.read(cortePath(phase, number, 'SHA256SUMS'), LIMITS.manifestBytes);
  if (!sums) throw new Refusal('delivery-incomplete', `corte ${number} has no SHA256SUMS`);
  return checkManifest(sums, hash(sums), statement);
}

/**
 * Sorts what was found; what has other bytes than it should is looked for in the cortes before.
 * @param back at most so many older manifests are read
 */
export async function sortFindings(
  statement: Statement,
  found: FoundFiles,
  before: readonly Corte[],
  read: ReadManifest,
  back = Number.POSITIVE_INFINITY,
): Promise<LiveAudit> {
  const of = <K extends Finding['kind']>(kind: K) =>
    found.flatMap(({ entry, finding }) => (isOfKind(finding, kind) ? [{ path: entry.path, finding }] : []));
  const others = new Map(of('other').map(({ path, finding }) => [path, finding.sha256]));
  const stale = await findStale(others, before, read, back);
  const old = new Set(stale.map(({ path }) => path));
  return {
    phase: statement.phase,
    number: statement.number,
    files: found.length,
    same: of('same').length,
    altered: [...others.keys()].filter((path) => !old.has(path)),
    missing: of('missing').map(({ path }) => path),
    stale,
    redirected: of('redirected').map(({ path, finding }) => ({ path, location: finding.location })),
    blocked: of('blocked').map(({ path, finding }) => ({ path, why: finding.why })),
    failed: of('failed').map(({ path, finding }) => ({ path, why: finding.why })),
  };
}

/** Walks back over the older manifests until each of these contents was found at its path, or none is left to ask. */
async function findStale(others: ReadonlyMap<string, Hash>, before: readonly Corte[], read: ReadManifest, back: number) {
  const found = new Map<string, number>();
  for (const corte of before.slice(-Math.min(back, before.length)).reverse()) {
    if (found.size === others.size) break;
    for (const { path, sha256 } of await read(corte)) {
      if (others.get(path) === sha256 && !found.has(path)) found.set(path, corte.statement.number);
    }
  }
  return [...others.keys()].flatMap((path) => {
    const number = found.get(path);
    return number === undefined ? [] : [{ path, number }];
  });
}

/** A web page where something else should be: a block, an error told with status 200. */
export function isStrayPage(contentType: string, path: string): boolean {
  return /^(text\/html|application\/xhtml)/i.test(contentType) && !/\.x?html?$/i.test(path);
}

/** A file's address: each segment percent-encoded, so that `?`, `#` and `%` in a name stay part of it. */
export function addressIn(site: URL, path: string): URL {
  const url = new URL(site);
  url.search = '';
  url.hash = '';
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encoded}`;
  return url;
}

/** So many entries of the manifest, in its order; which ones, only the seed and the paths decide. */
export function choose(manifest: Manifest, size: number, seed: string): Manifest {
  const drawn = manifest.map((entry) => ({ entry, lot: hashOf(encodeUtf8(`${seed}\n${entry.path}`)) }));
  const lots = new Set(
    drawn
      .sort((a, b) => (a.lot < b.lot ? -1 : 1))
      .slice(0, size)
      .map(({ entry }) => entry),
  );
  return manifest.filter((entry) => lots.has(entry));
}

/** What a site shows if no one says: an official phase with cortes, else the phase whose last corte is the newest. */
export function shownPhase(phases: readonly PhaseAudit[]): PhaseAudit | undefined {
  const begun = phases.filter(({ cortes }) => cortes.length > 0);
  const official = begun.filter(({ summary }) => summary.kind === 'oficial');
  const newest = (official.length > 0 ? official : begun).sort(
    (a, b) => Date.parse(b.summary.last_taken_at ?? '') - Date.parse(a.summary.last_taken_at ?? ''),
  );
  return newest[0];
}
