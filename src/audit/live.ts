import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Entry, Manifest } from '../format/manifest.ts';
import { ToldError } from '../format/said.ts';
import type { Shown } from '../verdict/publication.ts';
import { absenceOf, NO_SUCH_FILE } from './check/absence.ts';
import type { ChainReads } from './check/chain-reads.ts';
import { addressIn, askedOf, choose, frontOf, type LiveAudit, readManifest, shownBy, sortFindings } from './check/live-check.ts';
import type { Dated, Others } from './check/stale.ts';
import { answerTo, type Looked, lookAtFile, type Visit } from './file-look.ts';
import { hashHere } from './packages.ts';
import type { Client } from './source/http-get.ts';
import { words } from './words.ts';

/** The check of a web site as the command does it: at a limited rate, and trying again after passing failures. */

export interface LiveOptions {
  /**
   * Checks only `size` files, and the front, which readers see first, whatever the seed. The same seed chooses the same
   * files, so that others can repeat the check.
   */
  readonly sample?: Sample | undefined;
  /** requests per second */
  readonly rate: number;
  readonly connections: number;
  /** what the site should show at this hour: `corte`, if absent */
  readonly expected?: Shown | undefined;
  /** Judges each file by itself, also where the front is the notice: where no reader looks at the front it proves nothing. */
  readonly alone?: boolean | undefined;
  readonly onProgress?: (done: number, of: number) => void;
  /** Cortes that were signed and that the chain does not have: who shows their bytes altered nothing. */
  readonly offChain?: Others['offChain'];
  /**
   * Told of each corte before the newest whose list could not be had, and why; then its files count as altered, and the
   * corte is in `unread`. If absent, that ends the audit with the error.
   */
  readonly onUnread?: ((number: number, why: unknown) => void) | undefined;
}

interface Sample {
  readonly size: number;
  readonly seed: string;
}

/** If this many of the first files in a row can't be had, the site counts as down. */
const GIVE_UP = 10;

/**
 * @param site where the publication's `index.html` would be
 * @param cortes of the phase, each checked; the last one is compared
 * @param source of the chain, for the manifests
 * @throws Refusal of a manifest; Error where the chain can't be read (see `onUnread`), or no file of the site. Single
 *   files that can't be requested are in `failed`
 */
export async function auditLive(
  client: Client,
  site: URL,
  cortes: readonly Dated[],
  source: Pick<ChainReads, 'read'>,
  { sample, rate, connections, expected = 'corte', alone = false, onProgress, offChain, onUnread }: LiveOptions,
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
    front: front?.sha256 ?? null,
    absence: absenceOf(() => answerTo(client, addressIn(site, NO_SUCH_FILE))),
  };
  const slot = paced(rate);
  const limit = pLimit(connections);
  let done = 0;
  let failed = 0;
  let replaced = 0;
  let compressed = 0;
  const wrong: string[] = [];
  let givenUp: ToldError | null = null;
  const ask = async (entry: Entry) => {
    await slot();
    if (givenUp) throw givenUp; // while this one waited for its time
    const isReplaced = replaced >= GIVE_UP && replaced === done;
    const seen = isReplaced ? replacedAt(entry) : await lookAtFile(visit, entry, slot);
    const { finding, folder } = seen;
    if (seen.cameCompressed) compressed += 1;
    wrong.push(...seen.wrongCompressed);
    done += 1;
    if (finding.kind === 'stand-in' && !folder) replaced += 1;
    if (finding.kind === 'failed' && !folder) failed += 1;
    if (finding.kind === 'failed' && failed === done && done >= GIVE_UP) {
      limit.clearQueue();
      throw (givenUp = new ToldError(finding.why));
    }
    onProgress?.(done, chosen.length);
    return seen;
  };
  // The front before all others: what is there is asked, and never taken for the notice because the rest is.
  const first = front && limit(() => ask(front));
  const findings = await Promise.all(chosen.map((entry) => (entry === front && first) || limit(() => ask(entry))));
  const shows = shownBy(findings, await first, expected);
  const read = (corte: Dated) =>
    readManifest(source, corte, hashHere).catch((error: unknown) => {
      if (!onUnread) throw error;
      onUnread(corte.statement.number, error);
      return null;
    });
  const others = { before: cortes.slice(0, -1), read, offChain };
  const sorted = await sortFindings(head.statement, findings, { shows, unserved, alone }, others);
  return { ...sorted, compressed: { files: compressed, wrong: shows === 'corte' || alone ? wrong.sort() : [] } };
}

function replacedAt(entry: Entry): Looked {
  return { entry, finding: { kind: 'stand-in' }, cameCompressed: false, wrongCompressed: [] };
}

function sampleOf(asked: readonly Entry[], { size, seed }: Sample, front: Entry | undefined): Manifest {
  const chosen = choose(asked, size, seed);
  return front && !chosen.includes(front) ? [front, ...chosen] : chosen;
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
