import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Entry, Manifest } from '../format/manifest.ts';
import { ToldError } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { Shown } from '../verdict/publication.ts';
import { type Absence, absenceOf, isAbsent, NO_SUCH_FILE } from './check/absence.ts';
import type { ChainReads } from './check/chain-reads.ts';
import {
  addressIn,
  askedOf,
  choose,
  type Dated,
  type Finding,
  frontOf,
  type LiveAudit,
  readManifest,
  shownBy,
  sortFindings,
} from './check/live-check.ts';
import { isGzipFile, isPageType, isStandIn, isStrayPage } from './check/web-answers.ts';
import { hashHere } from './packages.ts';
import { type Client, RedirectElsewhere, Transient } from './source/http-get.ts';
import { NotGzip } from './source/unpacked.ts';
import { words } from './words.ts';

/**
 * The check of a web site as the command does it: at a limited rate, and trying again after passing failures.
 *
 * Each file is asked for as a browser does, which takes gzip, and what comes so is unpacked; only then it is asked for once
 * more as it is. So both forms of every file are compared, and a site that does not compress is asked no more often.
 */

export interface LiveOptions {
  /** Checks only `size` files. The same seed chooses the same files, so that others can repeat the check. */
  readonly sample?: Sample | undefined;
  /** requests per second */
  readonly rate: number;
  readonly connections: number;
  /** what the site should show at this hour: `corte`, if absent */
  readonly expected?: Shown | undefined;
  /** Judges each file by itself, also where the front is the notice: where no reader looks at the front it proves nothing. */
  readonly alone?: boolean | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

interface Sample {
  readonly size: number;
  readonly seed: string;
  /** The front is among them, whatever the seed: it is what readers see first. */
  readonly front?: boolean | undefined;
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
  cortes: readonly Dated[],
  source: Pick<ChainReads, 'read'>,
  { sample, rate, connections, expected = 'corte', alone = false, onProgress }: LiveOptions,
): Promise<LiveAudit> {
  const head = cortes.at(-1);
  if (!head) throw new ToldError(words.noCorte);
  const manifest = await readManifest(source, head, hashHere);
  const { asked, unserved } = askedOf(manifest);
  const front = frontOf(asked);
  const chosen = sample ? sampleOf(asked, sample, front) : asked;
  const visit: Visit = {
    client,
    site,
    most: head.statement.manifest.content_bytes,
    absence: absenceOf(() => answerTo(client, addressIn(site, NO_SUCH_FILE))),
  };
  const slot = paced(rate);
  const limit = pLimit(connections);
  let done = 0;
  let failed = 0;
  let replaced = 0;
  let compressed = 0;
  const wrong: string[] = [];
  const ask = async (entry: Entry) => {
    await slot();
    const { finding, ...forms }: Seen =
      replaced >= GIVE_UP && replaced === done ? { finding: { kind: 'stand-in' } } : await lookBoth(visit, entry, slot);
    if (forms.cameAsGzip) compressed += 1;
    if (forms.isGzipAlone) wrong.push(entry.path);
    done += 1;
    if (finding.kind === 'stand-in') replaced += 1;
    if (finding.kind === 'failed') failed += 1;
    if (finding.kind === 'failed' && failed === done && done >= GIVE_UP) throw new ToldError(finding.why);
    onProgress?.(done, chosen.length);
    return { entry, finding };
  };
  const findings = await Promise.all(chosen.map((entry) => limit(() => ask(entry))));
  const atFront = () =>
    Promise.resolve(front && (findings.find(({ entry }) => entry === front)?.finding ?? look(visit, front, 'identity')));
  const shows = await shownBy(findings, atFront, expected);
  const older = (corte: Dated) => readManifest(source, corte, hashHere);
  const sorted = await sortFindings(head.statement, findings, { shows, unserved, alone }, cortes.slice(0, -1), older);
  return { ...sorted, compressed: { files: compressed, wrong: shows === 'corte' || alone ? wrong.sort() : [] } };
}

function sampleOf(asked: readonly Entry[], { size, seed, front: isAsked = false }: Sample, front: Entry | undefined): Manifest {
  const chosen = choose(asked, size, seed);
  return isAsked && front && !chosen.includes(front) ? [front, ...chosen] : chosen;
}

interface Visit {
  readonly client: Client;
  readonly site: URL;
  /** bytes that the whole publication has: no file of it is larger, and no more of an answer is read */
  readonly most: number;
  readonly absence: () => Promise<Absence>;
}

/** What was found at one address, and in which form. */
interface Seen {
  readonly finding: Finding;
  readonly cameAsGzip?: boolean;
  /** whether the finding is of the compressed form, while the other one is right */
  readonly isGzipAlone?: boolean;
}

/** @param slot lets one request through at its time; it was asked once for the first */
async function lookBoth(visit: Visit, entry: Entry, slot: () => Promise<void>): Promise<Seen> {
  // Of a file that is compressed by itself many hosts say so, whatever they are asked for.
  if (isGzipFile(entry.path)) return { finding: await look(visit, entry, 'identity') };
  const forms = { cameAsGzip: false };
  const asGzip = await look(visit, entry, 'gzip', forms);
  if (!forms.cameAsGzip) return { finding: asGzip };
  await slot();
  const asIs = await look(visit, entry, 'identity');
  if (asIs.kind !== 'same') return { ...forms, finding: asIs };
  return { ...forms, finding: asGzip, isGzipAlone: asGzip.kind !== 'same' && asGzip.kind !== 'failed' };
}

/** @param forms is told whether it came as gzip */
async function look(
  visit: Visit,
  entry: Entry,
  form: 'identity' | 'gzip',
  forms: { cameAsGzip: boolean } = { cameAsGzip: false },
): Promise<Finding> {
  try {
    return await visit.client.patiently(() => lookOnce(visit, entry, form, forms));
  } catch (error) {
    if (error instanceof RedirectElsewhere) return { kind: 'redirected', location: error.location };
    return { kind: 'failed', why: saidBy(error) };
  }
}

async function lookOnce(
  { client, site, most, absence }: Visit,
  entry: Entry,
  form: 'identity' | 'gzip',
  forms: { cameAsGzip: boolean },
): Promise<Finding> {
  const url = addressIn(site, entry.path);
  const answer = await client.get(url, {}, form);
  const { status, headers } = answer;
  if (status !== 200) {
    answer.leave();
    if (isStandIn(status, (name) => headers[name]?.toString())) return { kind: 'stand-in' };
    if (await isAbsent(status, absence)) return { kind: 'missing' };
    if (status === 429 || status >= 500) throw new Transient(words.status(url.href, status));
    return { kind: 'blocked', why: words.answers(status) };
  }
  forms.cameAsGzip = answer.isGzip;
  const hash = createHash('sha256');
  let bytes = 0;
  let isWhole = true;
  try {
    for await (const chunk of answer.body) {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes > most) break;
    }
  } catch (error) {
    if (!(error instanceof NotGzip)) throw error;
    isWhole = false; // what came of it is other bytes than the corte's, whatever they are
  }
  const sha256 = hash.digest('hex');
  if (isWhole && sha256 === entry.sha256) return { kind: 'same' };
  // What a host shows for any name that it does not have says of this one that it is not there.
  const type = headers['content-type'] ?? '';
  const isStray = isStrayPage(type, entry.path);
  const nothing = isPageType(type) ? await absence() : null;
  if (nothing?.isPage && (isStray || nothing.sha256 === sha256)) return { kind: 'missing' };
  return isStray ? { kind: 'blocked', why: words.pageInPlace } : { kind: 'other', sha256 };
}

/** How the site answers for a name that nobody has. */
async function answerTo(client: Client, url: URL): Promise<Absence> {
  const answer = await client.get(url);
  const { status, headers, body } = answer;
  const isPage = status === 200 && isPageType(headers['content-type'] ?? '');
  if (!isPage) {
    answer.leave();
    return { status, isPage, sha256: null };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > MOST_OF_A_PAGE) break;
  }
  return { status, isPage, sha256: hash.digest('hex') };
}

/** bytes */
const MOST_OF_A_PAGE = 4 * 1024 * 1024;

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
