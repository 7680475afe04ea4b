import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Hash } from '../format/hash.ts';
import type { Entry, Manifest } from '../format/manifest.ts';
import type { Statement } from '../format/statement.ts';
import { encodeUtf8 } from '../format/text.ts';
import type { Corte } from '../verdict/history.ts';
import type { ChainSource } from './chain-source.ts';
import { type Client, RedirectElsewhere, Transient } from './http-get.ts';
import { readManifest } from './packages.ts';

/** Whether what a web site shows is, file by file, what the newest corte lists. */

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

export interface LiveOptions {
  /** Only so many files, chosen by the seed: the same seed chooses the same ones, for whoever repeats it. */
  readonly sample?: { readonly size: number; readonly seed: string } | undefined;
  /** requests per second */
  readonly rate: number;
  readonly connections: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** A site of which this many files in a row, from the first on, could not be had is down. */
const GIVE_UP = 10;

type Finding =
  | { readonly kind: 'same' | 'missing' }
  | { readonly kind: 'other'; readonly sha256: Hash }
  | { readonly kind: 'redirected'; readonly location: string }
  | { readonly kind: 'blocked'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * @param site where the publication's `index.html` would be
 * @param cortes of the phase, each checked; the last one is compared
 * @param source of the chain, for the manifests
 * @throws Refusal of a manifest; Error where the chain can't be read, or the site not at all. What can't be asked of the
 *   site is in `failed`
 */
export async function auditLive(
  client: Client,
  site: URL,
  cortes: readonly Corte[],
  source: Pick<ChainSource, 'read'>,
  { sample, rate, connections, onProgress }: LiveOptions,
): Promise<LiveAudit> {
  const head = cortes.at(-1);
  if (!head) throw new Error('the chain has no corte to compare with');
  const manifest = await readManifest(source, head);
  const chosen = sample ? choose(manifest, sample.size, sample.seed) : manifest;
  const slot = paced(rate);
  const limit = pLimit(connections);
  let done = 0;
  let failed = 0;
  const ask = async (entry: Entry) => {
    await slot();
    const finding = await look(client, addressIn(site, entry.path), entry, head.statement);
    done += 1;
    if (finding.kind === 'failed') failed += 1;
    if (finding.kind === 'failed' && failed === done && done >= GIVE_UP) throw new Error(finding.why);
    onProgress?.(done, chosen.length);
    return { entry, finding };
  };
  const findings = await Promise.all(chosen.map((entry) => limit(() => ask(entry))));
  return { phase: head.statement.phase, number: head.statement.number, ...(await sorted(findings, cortes, source)) };
}

async function look(client: Client, url: URL, entry: Entry, statement: Statement): Promise<Finding> {
  try {
    return await client.patiently(() => lookOnce(client, url, entry, statement.manifest.content_bytes));
  } catch (error) {
    if (error instanceof RedirectElsewhere) return { kind: 'redirected', location: error.location };
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

/** @param most bytes that the whole publication has: no file of it is larger, and no more of an answer is read */
async function lookOnce(client: Client, url: URL, entry: Entry, most: number): Promise<Finding> {
  const answer = await client.get(url);
  const { status, headers } = answer;
  if (status !== 200) {
    answer.leave();
    if (status === 404 || status === 410) return { kind: 'missing' };
    if (status === 429 || status >= 500) throw new Transient(`${url.href}: the server answers ${status}`);
    return { kind: 'blocked', why: `the server answers ${status}` };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of answer.body) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > most) break;
  }
  const sha256 = hash.digest('hex');
  if (sha256 === entry.sha256) return { kind: 'same' };
  const isPage = /^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');
  if (isPage && !/\.x?html?$/i.test(entry.path)) return { kind: 'blocked', why: 'a web page in its place' };
  return { kind: 'other', sha256 };
}

type Found = ReadonlyArray<{ readonly entry: Entry; readonly finding: Finding }>;

async function sorted(findings: Found, cortes: readonly Corte[], source: Pick<ChainSource, 'read'>) {
  const of = <K extends Finding['kind']>(kind: K) =>
    findings.flatMap(({ entry, finding }) =>
      finding.kind === kind ? [{ path: entry.path, finding: finding as Extract<Finding, { kind: K }> }] : [],
    );
  const others = new Map(of('other').map(({ path, finding }) => [path, finding.sha256]));
  const stale = await findStale(others, cortes, source);
  const old = new Set(stale.map(({ path }) => path));
  return {
    files: findings.length,
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
async function findStale(others: ReadonlyMap<string, Hash>, cortes: readonly Corte[], source: Pick<ChainSource, 'read'>) {
  const found = new Map<string, number>();
  for (const corte of cortes.slice(0, -1).reverse()) {
    if (found.size === others.size) break;
    for (const { path, sha256 } of await readManifest(source, corte)) {
      if (others.get(path) === sha256 && !found.has(path)) found.set(path, corte.statement.number);
    }
  }
  return [...others.keys()].flatMap((path) => {
    const number = found.get(path);
    return number === undefined ? [] : [{ path, number }];
  });
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
  const drawn = manifest.map((entry) => ({
    entry,
    lot: createHash('sha256')
      .update(encodeUtf8(`${seed}\n${entry.path}`))
      .digest('hex'),
  }));
  const lots = new Set(
    drawn
      .sort((a, b) => (a.lot < b.lot ? -1 : 1))
      .slice(0, size)
      .map(({ entry }) => entry),
  );
  return manifest.filter((entry) => lots.has(entry));
}

/** Lets so many pass per second, evenly. */
function paced(rate: number): () => Promise<void> {
  let next = performance.now();
  return async () => {
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + 1000 / rate;
    if (at > now + 1) await sleep(at - now);
  };
}
