import { promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { corteFolder, writeIndex } from '../../chain/chain-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { sweepAsides } from '../../disk/aside.ts';
import { renameDurably, syncFolder, writeDurably } from '../../disk/durable.ts';
import { lock } from '../../disk/lock.ts';
import { encodeDocument } from '../../format/document.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { encodeManifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Statement } from '../../format/statement.ts';
import { instantOf } from '../../format/time.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { checkManifest, checkSigned } from '../../verdict/corte.ts';
import { signerOf } from '../../verdict/trust-chain.ts';
import { checkDraft, type DraftOrder, NOTHING, statementOf, timeAfter } from './draft.ts';
import { readFooting, walkOwnTrust } from './footing.ts';
import { type IntakeHooks, type Progress, takeIn } from './intake.ts';

/** Makes the next corte of a source: the whole of `iec pack`, without its words. */

export interface PackOrder extends DraftOrder {
  /** The folder that becomes a corte. */
  readonly source: string;
  /** The chain folder, with its `trust/`. */
  readonly chain: string;
  readonly key: SigningKey;
  /** A time of the format; if absent now, at the offset of the phase's `opens_at`. */
  readonly takenAt?: string | undefined;
  /** Called now and then while the source is read. */
  readonly progress?: ((state: Progress) => void) | undefined;
  /** For trials that must do something at a certain moment. */
  readonly hooks?: IntakeHooks | undefined;
}

export interface PackedCorte {
  readonly statement: Statement;
  /** of `corte.json` */
  readonly sha256: Hash;
  readonly folder: string;
  /** What went wrong after the corte was there for good; null as a rule. */
  readonly indexError: Error | null;
}

/** Where a corte is made. Whoever holds the lock may remove what a crash left here. */
const STAGING = '.packing';
/** Held by whoever changes the chain. */
export const CHAIN_LOCK = '.lock';

/**
 * Makes the next corte: everything that admission would refuse is refused before anything is signed, and the corte
 * appears in the chain by one rename, whole and durable, or not at all. A second pack of the same chain waits.
 * @throws Refusal with admission's code; SourceChanged where the next try may do; UsageError for a source that can't
 *   become a corte; Error where something can't be read, written or signed
 */
export async function packCorte(order: PackOrder): Promise<PackedCorte> {
  const chain = await fs.realpath(order.chain);
  // A source that is a link is followed once: whoever switches it meanwhile leaves us the folder that we began with.
  const source = await fs.realpath(order.source);
  if (!(await fs.stat(source)).isDirectory()) throw new UsageError(`${order.source} is not a folder`);
  if (isWithin(chain, source)) throw new UsageError(`the chain ${order.chain} lies inside the source ${order.source}`);
  const held = await lock(join(chain, CHAIN_LOCK), { wait: true });
  try {
    await removeLeftovers(chain);
    return await packAlone({ ...order, chain, source });
  } finally {
    await removeLeftovers(chain).catch(() => {}); // the next pack does it
    await held?.release();
  }
}

async function packAlone(order: PackOrder): Promise<PackedCorte> {
  const { chain, phase } = order;
  const trust = await walkOwnTrust(chain);
  const head = await readFooting(chain, phase, trust);
  const signer = signerOf(trust, order.key.publicKey);
  if (!signer) throw new Refusal('signer-unknown', `no signer of trust ${trust.newest.document.version} has this key`);
  const draft = { order, trust, head, signer, takenAt: order.takenAt ?? (await timeAfter(head, order, trust)) };
  // All that can be said without the source is said before it is read; the measures of nothing stand in its place.
  checkDraft(draft, statementOf(draft, NOTHING, NOTHING));

  const staging = join(chain, STAGING);
  const folder = join(staging, 'corte');
  await fs.mkdir(staging, { mode: 0o700 });
  await fs.mkdir(folder);
  await fs.chmod(folder, 0o755); // whatever the umask: what is in a chain is for everybody
  const { manifest, contentBytes, pack } = await takeIn({
    ...order,
    sleep: order.sleep ?? sleepFor,
    spoolFolder: staging,
    file: join(folder, 'corte.tar.gz'),
    previous: head?.manifest ?? [],
    since: head ? instantOf(head.statement.taken_at) : 0,
    mtime: instantOf(draft.takenAt),
  });

  const sums = encodeManifest(manifest);
  const measured = { sha256: hashOf(sums), bytes: sums.length, files: manifest.length, content_bytes: contentBytes };
  const statement = statementOf(draft, measured, pack);
  checkDraft(draft, statement);
  checkManifest(sums, measured.sha256, statement);
  const corteJson = encodeDocument(statement);
  const signature = await order.key.sign(corteJson, 'corte@cotejo');
  // What an agent or a token gave back is checked as any reader will.
  checkSigned(corteJson, signature, trust, { phase, number: statement.number });

  await writeDurably(join(folder, 'SHA256SUMS'), sums);
  await writeDurably(join(folder, 'corte.json'), corteJson);
  await writeDurably(join(folder, 'corte.json.sig'), signature);
  const place = await commit(folder, chain, phase, statement.number);

  const newest = trust.newest.document;
  const indexError = await writeIndex(chain, newest.election, newest.version).then(
    () => null,
    (error: Error) => error, // the corte is there; its index is a hint that the next pack writes again
  );
  return { statement, sha256: hashOf(corteJson), folder: place, indexError };
}

/** The one rename by which the corte is in the chain. */
async function commit(folder: string, chain: string, phase: string, number: number): Promise<string> {
  const made = await fs.mkdir(join(chain, phase), { recursive: true });
  if (made !== undefined) {
    await fs.chmod(made, 0o755);
    await syncFolder(chain);
  }
  const place = corteFolder(chain, phase, number);
  await renameDurably(folder, place);
  return place;
}

/** What a pack that was killed has left: its staging, and an index that was not yet in its place. */
async function removeLeftovers(chain: string): Promise<void> {
  await fs.rm(join(chain, STAGING), { recursive: true, force: true });
  await sweepAsides([chain]);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
