import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import pLimit from 'p-limit';
import { type Absence, absenceOf, isAbsent, NO_SUCH_FILE } from '../audit/check/absence.ts';
import type { Finding, FoundFile } from '../audit/check/finding.ts';
import { addedBy, folderOf, pageForAnyName } from '../audit/check/folder-page.ts';
import { addressIn, askedOf, choose, frontOf, type LiveAudit, shownBy, sortFindings } from '../audit/check/live-check.ts';
import type { ReadOlder } from '../audit/check/stale.ts';
import { isGzipFile, isPageType, isStrayPage, isXmlType } from '../audit/check/web-answers.ts';
import type { Hash } from '../format/hash.ts';
import type { Entry, Manifest } from '../format/manifest.ts';
import { said } from '../format/said.ts';
import type { Corte } from '../verdict/history.ts';
import type { Shown } from '../verdict/publication.ts';
import { CONNECTIONS, type WebClient } from './web-get.ts';
import { statusOf } from './web-source.ts';
import { WebTrouble } from './web-trouble.ts';

/** The files that the site shows to anyone, against the newest corte. */

/** A sample is quick on a telephone; readers who want all files can choose so. */
export const SAMPLINGS = ['none', 'sample', 'all'] as const;
export type Sampling = (typeof SAMPLINGS)[number];
const SAMPLE = 100;

/** Altered files are looked up in this many cortes before the newest: four hours of a night. Each costs a manifest. */
const BACK = 24;

/** If this many of the first files in a row can't be had, the site is down or does not let the page read it. */
const GIVE_UP = 6;

export interface SiteToCheck {
  readonly site: URL;
  readonly manifest: Manifest;
  /** of the phase; the last one is compared */
  readonly cortes: readonly Corte[];
  readonly sampling: 'sample' | 'all';
  /** what the site should show at this hour */
  readonly expected: Shown;
  /** for the cortes before the newest */
  readonly older: ReadOlder;
}

/**
 * @throws WebTrouble where the site can't be read at all
 */
export async function lookAtSite(
  client: WebClient,
  { site, manifest, cortes, sampling, expected, older }: SiteToCheck,
  breathe: () => Promise<void>,
  onProgress: (done: number, of: number) => void,
): Promise<{ live: LiveAudit; seed: string | null }> {
  const { statement } = cortes.at(-1)!;
  const { asked, unserved } = askedOf(manifest);
  const seed = sampling === 'sample' && asked.length > SAMPLE ? newSeed() : null;
  const chosen = seed === null ? asked : withFront(choose(asked, SAMPLE, seed), asked);
  const front = frontOf(asked);
  const visit: Visit = {
    client,
    site,
    most: statement.manifest.content_bytes,
    front: front?.sha256 ?? null,
    breathe,
    absence: absenceOf(() => answerTo(client, addressIn(site, NO_SUCH_FILE))),
  };
  const turn = pLimit(CONNECTIONS);
  let done = 0;
  let failed = 0;
  let replaced = 0;
  const ask = async (entry: Entry) => {
    const isReplaced = replaced >= GIVE_UP && replaced === done;
    const seen = isReplaced ? { entry, finding: { kind: 'stand-in' } satisfies Looked as Looked } : await lookAtFile(visit, entry);
    const { finding, folder } = seen;
    done += 1;
    if (finding.kind === 'stand-in' && !folder) replaced += 1;
    if (finding.kind === 'failed' && !folder) failed += 1;
    if (finding.trouble && failed === done && done >= Math.min(GIVE_UP, chosen.length)) {
      turn.clearQueue(); // a site that is given up is asked for no other file
      throw finding.trouble;
    }
    onProgress(done, chosen.length);
    return seen;
  };
  onProgress(0, chosen.length);
  // The front before all others: what is there is asked, and never taken for the notice because the rest is.
  const first = front && turn(() => ask(front));
  const findings = await Promise.all(chosen.map((entry) => (entry === front && first) || turn(() => ask(entry))));
  const shows = shownBy(findings, await first, expected);
  const live = await sortFindings(
    statement,
    findings,
    { shows, unserved },
    { before: cortes.slice(0, -1), read: older, back: BACK },
  );
  return { live, seed };
}

/** What was found of one file, and why it could not be had. */
type Looked = Finding & { readonly trouble?: WebTrouble };

export interface Visit {
  readonly client: WebClient;
  readonly site: URL;
  /** bytes that the whole publication has: no file of it is larger, and no more of an answer is read */
  readonly most: number;
  /** of the `index.html` that the site should show, null where there is none */
  readonly front: Hash | null;
  readonly breathe: () => Promise<void>;
  readonly absence: () => Promise<Absence>;
}

interface Whole {
  readonly type: string;
  readonly sha256: Hash;
  /** the first two bytes, or fewer */
  readonly start: string;
}

/** @returns null where there is no such file */
async function readWhole(client: WebClient, url: URL, most: number, breathe: () => Promise<void>): Promise<Whole | null> {
  let hash = sha256.create();
  let bytes = 0;
  let start = '';
  const type = await client.stream(
    url,
    async (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      if (start.length < 4) start += bytesToHex(chunk.subarray(0, 2 - start.length / 2));
      if (bytes > most) throw new Longer();
      await breathe();
    },
    () => {
      hash = sha256.create();
      bytes = 0;
      start = '';
    },
  );
  return type === null ? null : { type, sha256: bytesToHex(hash.digest()), start };
}

/**
 * Compares one file of a site, as readers meet it, with what the corte lists: by its own address, and by its folder's where
 * that shows it.
 * @throws the signal's reason where the reader cancelled
 */
export async function lookAtFile(visit: Visit, entry: Entry): Promise<FoundFile & { readonly finding: Looked }> {
  const finding = await look(visit, entry);
  return { entry, finding, folder: await lookAtFolder(visit, entry, finding) };
}

/** What the address of its folder adds to what was found of a file; null where it adds nothing. */
export async function lookAtFolder(visit: Visit, entry: Entry, file: Finding): Promise<Looked | null> {
  const at = folderOf(entry.path);
  return at === null ? null : addedBy(await look(visit, entry, { at, file }), file);
}

/** @param folder its address, and what was found at the file's own; if absent, that one is asked for */
async function look(visit: Visit, entry: Entry, folder?: { readonly at: string; readonly file: Finding }): Promise<Looked> {
  const { client, site, most, front, breathe, absence } = visit;
  try {
    const found = await readWhole(client, addressIn(site, folder?.at ?? entry.path), most, breathe);
    if (found === null) return { kind: 'missing' };
    if (found.sha256 === entry.sha256) return { kind: 'same' };
    // Some hosts say of a compressed file that it is compressed on the way: then the browser has unpacked what it shows us.
    if (isGzipFile(entry.path) && found.start !== GZIP) return { kind: 'failed', why: said('unpacked') };
    if (folder && isXmlType(found.type)) return { kind: 'failed', why: said('xml') };
    const isStray = isStrayPage(found.type, entry.path);
    const nothing = isPageType(found.type) ? await absence() : null;
    if (nothing?.isPage && (isStray || nothing.sha256 === found.sha256)) {
      return folder ? pageForAnyName(folder.at, folder.file, found.sha256, front, said('any name')) : { kind: 'missing' };
    }
    return isStray ? { kind: 'blocked', why: said('html') } : { kind: 'other', sha256: found.sha256 };
  } catch (error) {
    if (error instanceof Longer) return { kind: 'other', sha256: '' };
    if (!(error instanceof WebTrouble)) throw error;
    if (error.trouble === 'elsewhere') return { kind: 'redirected', location: error.what };
    if (error.trouble === 'stand-in') return { kind: 'stand-in' };
    if (await isAbsent(statusOf(error), absence)) return { kind: 'missing' };
    const { what } = error;
    const isOdd = folder && Number(what) < 400; // a reader sees no sign that the page there is not the folder's
    if (error.trouble === 'status' && what !== '429' && !what.startsWith('5'))
      return { kind: isOdd ? 'failed' : 'blocked', why: said(what) };
    return { kind: 'failed', why: said(error.trouble), trouble: error };
  }
}

const GZIP = '1f8b';

/** How the site answers for a name that nobody has. */
async function answerTo(client: WebClient, url: URL): Promise<Absence> {
  try {
    const found = await readWhole(client, url, MOST_OF_A_PAGE, () => Promise.resolve());
    if (found === null) return { status: 404, isPage: false, sha256: null };
    return { status: 200, isPage: isPageType(found.type), sha256: found.sha256 };
  } catch (error) {
    return { status: statusOf(error), isPage: false, sha256: null };
  }
}

/** bytes */
export const MOST_OF_A_PAGE = 4 * 1024 * 1024;

/** More came than all files have together: whatever it is, it is none of them. */
class Longer extends Error {}

/** Adds the page that readers see first, which is always checked. */
function withFront(chosen: Manifest, manifest: Manifest): Manifest {
  const front = frontOf(manifest);
  return !front || chosen.includes(front) ? chosen : [front, ...chosen];
}

/** A new draw each time, so that no one can know which files will be checked; it is shown, so that anyone can repeat it. */
function newSeed(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(8)));
}
