import { join } from 'node:path';
import { type LiveAudit, readManifest } from '../../audit/check/live-check.ts';
import type { OffChain } from '../../audit/check/off-chain.ts';
import { auditLive, type LiveOptions } from '../../audit/live.ts';
import { folderSource } from '../../audit/source/folder.ts';
import { readStatement } from '../../chain/chain-folder.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Statement } from '../../format/statement.ts';
import type { ChainView } from '../record/chain-view.ts';
import { disownedCortes } from '../record/disowned-corte.ts';
import type { BoundedClient } from './bounded-client.ts';
import type { Failure } from './failure.ts';
import { judgeFiles } from './judge.ts';

/** Some files of a site against our corte, with the check that auditors use. */

/** How many files the first look at a corte asks for besides the front, and each later one. */
const FIRST = 8;
const LATER = 2;

/** How far back a file with other bytes is looked for: a night of cortes. */
const BACK = 200;

const PACE = { rate: 20, connections: 2 };

/** Which files are looked at: others at each pass, the same ones for the same pass. */
export interface Seed {
  readonly number: number;
  readonly pass: number;
}

/**
 * @param base where the publication's `index.html` would be
 * @param receipt the newest corte for which a node signed
 * @returns what is wrong, null where nothing is; and how many files were as the corte lists them
 * @throws ToldError where the site gives no file; Refusal, Error where our chain can't be read
 */
export async function lookAtFiles(
  client: BoundedClient,
  base: URL,
  view: ChainView,
  { number, pass }: Seed,
  receipt: number | null,
): Promise<{ readonly failure: Failure | null; readonly same: number }> {
  const source = await folderSource(view.chain);
  const sample = { size: pass === 0 ? FIRST : LATER, seed: `${view.phase.name} ${number} ${pass}` };
  const compare = async (to: number, back: number, offChain?: LiveOptions['offChain']) =>
    auditLive(client, base, await cortesUpTo(view, to, back), source, { ...PACE, sample, offChain });
  try {
    let live = await compare(number, 0);
    // What is not this corte's is most often an older one's, or one's that the custodians disowned: a cache may keep it for long.
    if (live.altered.length > 0) live = await compare(number, BACK, () => disownedOf(view));
    const failure = judgeFiles(live, await olderShownWhole(live, (to) => compare(to, 0)), receipt);
    return { failure: client.isFull() && live.same === 0 ? null : failure, same: live.same };
  } finally {
    source.close();
  }
}

/** The newest first: of those the pages are most likely. */
async function* disownedOf(view: ChainView): AsyncGenerator<OffChain, void> {
  for (const { folder, ...corte } of (await disownedCortes(view)).reverse()) {
    yield { ...corte, standing: 'disowned', manifest: await manifestIn(folder, corte.statement) };
  }
}

/** @returns nothing where what was set aside is damaged: it explains no file then */
async function manifestIn(folder: string, statement: Statement): Promise<Manifest> {
  try {
    return await readManifest({ read: (_, limit) => readIfThere(join(folder, 'SHA256SUMS'), limit) }, { statement });
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** The older corte whose every file of the sample the site shows, null where there is none: then files of two are mixed. */
async function olderShownWhole(live: LiveAudit, again: (to: number) => Promise<LiveAudit>): Promise<number | null> {
  if (live.altered.length > 0 || live.stale.length === 0 || live.stale.some((one) => one.off_chain)) return null;
  const number = Math.max(...live.stale.map((one) => one.number));
  const { same, files } = await again(number);
  return same === files ? number : null;
}

async function cortesUpTo({ chain, phase }: ChainView, last: number, back: number) {
  const first = Math.max(1, last - back);
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return Promise.all(numbers.map((number) => readStatement(chain, phase.name, number)));
}
