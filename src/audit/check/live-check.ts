import { type Hash, hashOf } from '../../format/hash.ts';
import { isOfKind } from '../../format/kind.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Entry, Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { unservedAs } from '../../format/site-names.ts';
import type { Statement } from '../../format/statement.ts';
import { encodeUtf8 } from '../../format/text.ts';
import { checkManifest } from '../../verdict/corte.ts';
import type { Shown } from '../../verdict/publication.ts';
import type { PhaseAudit } from './chain-check.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';
import type { Finding, FoundFile, FoundFiles } from './finding.ts';
import { type AtAddress, folderOf, worseOf } from './folder-page.ts';
import { type Dated, findStale, type Others, type Stale } from './stale.ts';
import { words } from './words.ts';

/**
 * Whether what a web site shows is, file by file, what the newest corte lists. The command and the page in a browser
 * each bring their own way to request a file.
 */

export interface LiveAudit {
  readonly phase: string;
  readonly number: number;
  readonly shows: Shows;
  /** how many were asked for */
  readonly files: number;
  readonly same: number;
  /**
   * Files whose bytes no corte has at that path. Here and below, a path that ends in a slash is a folder's address, `/` the
   * site's own: what is there is not what its `index.html` should be. Of a file and its folder one is listed, the worse.
   */
  readonly altered: readonly string[];
  readonly missing: readonly string[];
  /** Files with the bytes of another corte that was signed, or absent as from a newer one. */
  readonly stale: readonly Stale[];
  /** Files for which the server redirects to another site. */
  readonly redirected: ReadonlyArray<{ readonly path: string; readonly location: string }>;
  /** Files for which a web page came instead, or an answer that denies access. */
  readonly blocked: ReadonlyArray<{ readonly path: string; readonly why: Said }>;
  /** Files that could not be requested, which says nothing about the site. */
  readonly failed: ReadonlyArray<{ readonly path: string; readonly why: Said }>;
  /** Of those that the site also sends compressed, as to a browser, how many came so, and in which that form alone is wrong. */
  readonly compressed?: { readonly files: number; readonly wrong: readonly string[] };
  /** In the corte, but not to be had from every site (`site-names.ts`): nobody is blamed for it. */
  readonly unserved: readonly string[];
  /** Cortes before that one whose list could not be had, so that a file of theirs counts as altered; absent where there are none. */
  readonly unread?: readonly number[];
}

/**
 * What a site shows: a corte, rightly or not; the notice or the wait in its place; or nothing of the publication, which
 * is what a mistyped address looks like.
 */
export type Shows = 'corte' | 'aviso' | 'espera' | 'nada';

/**
 * Reads a corte's manifest and checks it (A8).
 * @param hash SHA-256, for a caller that has a faster one
 * @throws Refusal; Error where it can't be read
 */
export async function readManifest(
  source: Pick<ChainReads, 'read'>,
  { statement }: Dated,
  hash: (bytes: Uint8Array) => Hash = hashOf,
): Promise<Manifest> {
  const { phase, number } = statement;
  const sums = await source.read(cortePath(phase, number, 'SHA256SUMS'), LIMITS.manifestBytes);
  if (!sums) throw new Refusal('delivery-incomplete', words.lacksFile(number, 'SHA256SUMS'));
  return checkManifest(sums, hash(sums), statement);
}

/** What is asked of a site, and what no site need have. */
export function askedOf(manifest: Manifest): { readonly asked: Manifest; readonly unserved: readonly string[] } {
  const asked = manifest.filter(({ path }) => [null, 'kept'].includes(unservedAs(path)));
  const kept = new Set(asked.map(({ path }) => path));
  return { asked, unserved: manifest.map(({ path }) => path).filter((path) => !kept.has(path)) };
}

/** The file that says most about whether there is a publication at all. */
export function frontOf(manifest: Manifest): Entry | undefined {
  return manifest.find(({ path }) => path === 'index.html');
}

/**
 * What a site shows, by what was found of a corte. Where the front is the notice, whatever else is there is the notice's;
 * a page at the site's own address is no notice, and being led elsewhere from there is none either.
 * @param front what was found of {@link frontOf}, by both its addresses; it is among the others
 * @param expected what the site should show at this hour
 */
export function shownBy(found: FoundFiles, front: FoundFile | undefined, expected: Shown): Shows {
  const areAll = (kind: Finding['kind']) => found.length > 0 && found.every(({ finding }) => finding.kind === kind);
  const isElse = front?.folder?.kind === 'other' || front?.folder?.kind === 'redirected';
  const isNotice = front ? front.finding.kind === 'stand-in' && !isElse : areAll('stand-in');
  if (isNotice) return expected === 'espera' ? 'espera' : 'aviso';
  return areAll('missing') ? 'nada' : 'corte';
}

/**
 * Sorts the findings by kind. If the site shows no corte at all, no file is listed as wrong, unless each is to be judged
 * `alone`.
 */
export async function sortFindings(
  statement: Statement,
  all: FoundFiles,
  { shows, unserved, alone = false }: Pick<LiveAudit, 'shows' | 'unserved'> & { readonly alone?: boolean },
  elsewhere: Others,
): Promise<LiveAudit> {
  // What a server may keep for itself is compared where it is shown.
  const kept = all.filter(({ entry, finding }) => finding.kind === 'missing' && unservedAs(entry.path) !== null);
  const found = all.filter((one) => !kept.includes(one));
  if (shows !== 'corte' && !alone) return { ...nothingOf(statement, found), shows, unserved };
  const among = <K extends Finding['kind']>(all: readonly AtAddress[], kind: K) =>
    all.flatMap(({ path, finding }) => (isOfKind(finding, kind) ? [{ path, finding }] : []));
  const both = found.flatMap((one) => addressesOf(one));
  const others = new Map(among(both, 'other').map(({ path, finding }) => [path, finding.sha256]));
  const missing = among(both, 'missing').map(({ path }) => path);
  const { stale: older, unread } = await findStale(others, missing, elsewhere);
  const old = new Set(older.map(({ path }) => path));
  const told = found.map((one) => addressesOf(one).reduce((a, b) => worseOf(a, b, (path) => old.has(path))));
  const listed = new Set(told.map(({ path }) => path));
  const of = <K extends Finding['kind']>(kind: K) => among(told, kind);
  const replaced = of('stand-in').map(({ path }) => ({ path, why: words.noticeInPlace }));
  return {
    phase: statement.phase,
    number: statement.number,
    shows,
    files: found.length,
    same: of('same').length,
    altered: of('other').flatMap(({ path }) => (old.has(path) ? [] : [path])),
    missing: of('missing').flatMap(({ path }) => (old.has(path) ? [] : [path])),
    stale: older.filter(({ path }) => listed.has(path)),
    redirected: of('redirected').map(({ path, finding }) => ({ path, location: finding.location })),
    blocked: of('blocked').map(({ path, finding }) => ({ path, why: finding.why })),
    failed: [...of('failed').map(({ path, finding }) => ({ path, why: finding.why })), ...replaced],
    unserved: [...unserved, ...kept.map(({ entry }) => entry.path)],
    ...(unread.length > 0 && { unread }),
  };
}

function addressesOf({ entry: { path }, finding, folder }: FoundFile): AtAddress[] {
  const at = folder ? folderOf(path) : null;
  return folder && at !== null
    ? [
        { path, finding },
        { path: at, finding: folder },
      ]
    : [{ path, finding }];
}

function nothingOf({ phase, number }: Statement, found: FoundFiles): Omit<LiveAudit, 'shows' | 'unserved'> {
  const same = found.filter(({ finding }) => finding.kind === 'same').length;
  return { phase, number, files: found.length, same, altered: [], missing: [], stale: [], redirected: [], blocked: [], failed: [] };
}

/**
 * A file's address: each segment percent-encoded, so that `?`, `#` and `%` in a name stay part of it.
 * @param path of a file, or of a folder, with a slash at its end
 */
export function addressIn(site: URL, path: string): URL {
  const url = new URL(site);
  url.search = '';
  url.hash = '';
  const encoded = path.replace(/^\//, '').split('/').map(encodeURIComponent).join('/');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encoded}`;
  return url;
}

/** Chooses `size` entries of the manifest and keeps its order. The choice depends only on the seed and the paths. */
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

/**
 * The phase that a site shows if none is named: an official one with cortes, else the one whose last corte is the
 * newest.
 */
export function shownPhase(phases: readonly PhaseAudit[]): PhaseAudit | undefined {
  const begun = phases.filter(({ cortes }) => cortes.length > 0);
  const official = begun.filter(({ summary }) => summary.kind === 'oficial');
  const newest = (official.length > 0 ? official : begun).sort(
    (a, b) => Date.parse(b.summary.last_taken_at ?? '') - Date.parse(a.summary.last_taken_at ?? ''),
  );
  return newest[0];
}
