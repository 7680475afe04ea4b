import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Entry } from '../format/manifest.ts';
import type { Statement } from '../format/statement.ts';
import { messageOf } from '../format/thrown.ts';
import type { Corte } from '../verdict/history.ts';
import type { ChainReads } from './check/chain-reads.ts';
import { addressIn, choose, type Finding, isStrayPage, type LiveAudit, readManifest, sortFindings } from './check/live-check.ts';
import { hashHere } from './packages.ts';
import { type Client, RedirectElsewhere, Transient } from './source/http-get.ts';

/** The check of a web site as the command does it: at a limited rate, and trying again after passing failures. */

export interface LiveOptions {
  /** Checks only `size` files. The same seed chooses the same files, so that others can repeat the check. */
  readonly sample?: { readonly size: number; readonly seed: string } | undefined;
  /** requests per second */
  readonly rate: number;
  readonly connections: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** If this many of the first files in a row can't be had, the site counts as down. */
const GIVE_UP = 10;

/**
 * @param site where the publication's `index.html` would be
 * @param cortes of the phase, each checked; the last one is compared
 * @param source of the chain, for the manifests
 * @throws Refusal of a manifest; Error where the chain can't be read, or no file of the site. Single files that can't
 *   be requested are in `failed`
 */
export async function auditLive(
  client: Client,
  site: URL,
  cortes: readonly Corte[],
  source: Pick<ChainReads, 'read'>,
  { sample, rate, connections, onProgress }: LiveOptions,
): Promise<LiveAudit> {
  const head = cortes.at(-1);
  if (!head) throw new Error('the chain has no corte to compare with');
  const manifest = await readManifest(source, head, hashHere);
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
  return sortFindings(head.statement, findings, cortes.slice(0, -1), (corte) => readManifest(source, corte, hashHere));
}

async function look(client: Client, url: URL, entry: Entry, statement: Statement): Promise<Finding> {
  try {
    return await client.patiently(() => lookOnce(client, url, entry, statement.manifest.content_bytes));
  } catch (error) {
    if (error instanceof RedirectElsewhere) return { kind: 'redirected', location: error.location };
    return { kind: 'failed', why: messageOf(error) };
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
  if (isStrayPage(headers['content-type'] ?? '', entry.path)) return { kind: 'blocked', why: 'a web page in its place' };
  return { kind: 'other', sha256 };
}

/** @returns a function whose calls are let through evenly, `rate` of them per second */
function paced(rate: number): () => Promise<void> {
  let next = performance.now();
  return async () => {
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + 1000 / rate;
    if (at > now + 1) await sleep(at - now);
  };
}
