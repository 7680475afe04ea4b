import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import pLimit from 'p-limit';
import {
  addressIn,
  choose,
  type Finding,
  isStrayPage,
  type LiveAudit,
  type ReadManifest,
  sortFindings,
} from '../audit/check/live-check.ts';
import type { Entry, Manifest } from '../format/manifest.ts';
import type { Corte } from '../verdict/history.ts';
import { CONNECTIONS, type WebClient, WebTrouble } from './web-get.ts';

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
  /** for the cortes before the newest */
  readonly older: ReadManifest;
}

/**
 * @throws WebTrouble where the site can't be read at all
 */
export async function lookAtSite(
  client: WebClient,
  { site, manifest, cortes, sampling, older }: SiteToCheck,
  breathe: () => Promise<void>,
  onProgress: (done: number, of: number) => void,
): Promise<{ live: LiveAudit; seed: string | null }> {
  const { statement } = cortes.at(-1)!;
  const seed = sampling === 'sample' && manifest.length > SAMPLE ? newSeed() : null;
  const chosen = seed === null ? manifest : withFront(choose(manifest, SAMPLE, seed), manifest);
  const turn = pLimit(CONNECTIONS);
  let done = 0;
  let failed = 0;
  const ask = async (entry: Entry) => {
    const finding = await look(client, addressIn(site, entry.path), entry, statement.manifest.content_bytes, breathe);
    done += 1;
    if (finding.kind === 'failed') failed += 1;
    if (finding.trouble && failed === done && done >= Math.min(GIVE_UP, chosen.length)) throw finding.trouble;
    onProgress(done, chosen.length);
    return { entry, finding };
  };
  onProgress(0, chosen.length);
  const findings = await Promise.all(chosen.map((entry) => turn(() => ask(entry))));
  const live = await sortFindings(statement, findings, cortes.slice(0, -1), older, BACK);
  return { live, seed };
}

type Looked = Finding & { readonly trouble?: WebTrouble };

/** @param most bytes that the whole publication has: no file of it is larger, and no more of an answer is read */
async function look(client: WebClient, url: URL, entry: Entry, most: number, breathe: () => Promise<void>): Promise<Looked> {
  let hash = sha256.create();
  let bytes = 0;
  const start = () => {
    hash = sha256.create();
    bytes = 0;
  };
  try {
    const type = await client.stream(
      url,
      async (chunk) => {
        hash.update(chunk);
        bytes += chunk.length;
        if (bytes > most) throw new Longer();
        await breathe();
      },
      start,
    );
    if (type === null) return { kind: 'missing' };
    const found = bytesToHex(hash.digest());
    if (found === entry.sha256) return { kind: 'same' };
    return isStrayPage(type, entry.path) ? { kind: 'blocked', why: 'a web page in its place' } : { kind: 'other', sha256: found };
  } catch (error) {
    if (error instanceof Longer) return { kind: 'other', sha256: '' };
    if (!(error instanceof WebTrouble)) throw error;
    if (error.trouble === 'elsewhere') return { kind: 'redirected', location: error.what };
    const { what } = error;
    if (error.trouble === 'status' && what !== '429' && !what.startsWith('5')) return { kind: 'blocked', why: what };
    return { kind: 'failed', why: error.trouble, trouble: error };
  }
}

/** More came than all files have together: whatever it is, it is none of them. */
class Longer extends Error {}

/** Adds the page that readers see first, which is always checked. */
function withFront(chosen: Manifest, manifest: Manifest): Manifest {
  const front = manifest.find(({ path }) => path === 'index.html');
  return !front || chosen.includes(front) ? chosen : [front, ...chosen];
}

/** A new draw each time, so that no one can know which files will be checked; it is shown, so that anyone can repeat it. */
function newSeed(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(8)));
}
