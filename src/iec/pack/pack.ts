import { promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { corteFolder, writeIndex } from '../../chain/chain-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { sweepAsides } from '../../disk/aside.ts';
import { renameDurably, syncFolder, writeDurably } from '../../disk/durable.ts';
import { makeOwnedFolder } from '../../disk/owner.ts';
import { encodeDocument } from '../../format/document.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { encodeManifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { unservedAs } from '../../format/site-names.ts';
import type { Statement } from '../../format/statement.ts';
import { saidBy } from '../../format/thrown.ts';
import { instantOf } from '../../format/time.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { checkManifest, checkSigned } from '../../verdict/corte.ts';
import { signerOf } from '../../verdict/trust-chain.ts';
import type { Exclude } from '../setup/exclude.ts';
import { lockChain } from './chain-lock.ts';
import { checkDraft, type DraftOrder, NOTHING, statementOf, timeAfter } from './draft.ts';
import { readFooting, walkOwnTrust } from './footing.ts';
import { type IntakeHooks, type Progress, takeIn } from './intake.ts';
import { inspectOfficial, type LogoLeftOut, layOutOfficial, type Official } from './official.ts';
import { type Found, newSearch } from './references.ts';
import type { Part } from './source.ts';
import { words } from './words.ts';

/** Makes the next corte of a source: all of `iec pack` except its output. */

export interface PackOrder extends DraftOrder {
  /** The folder that becomes a corte. */
  readonly source: string;
  /** What of it is left out. */
  readonly exclude?: Exclude | undefined;
  /** What the IEC says officially beside it; nothing, if absent. */
  readonly official?: Official | undefined;
  /** The chain folder, with its `trust/`. */
  readonly chain: string;
  readonly key: SigningKey;
  /** A time of the format; if absent now, at the offset of the phase's `opens_at`. */
  readonly takenAt?: string | undefined;
  /** Refuses new pages and style sheets that refer to the site's root or above it; otherwise the result says so. */
  readonly strict?: boolean | undefined;
  /** Called where another process changes the chain; what it throws is thrown, and otherwise that process is waited for. */
  readonly held?: (() => void) | undefined;
  /** Called now and then while the source is read. */
  readonly progress?: ((state: Progress) => void) | undefined;
  /** Called when the corte is signed and not yet in the chain; what it throws keeps it out. */
  readonly signed?: ((statement: Statement, corte: Hash) => Promise<void>) | undefined;
  /** For tests that must act at a certain moment. */
  readonly hooks?: IntakeHooks | undefined;
}

export interface PackedCorte {
  readonly statement: Statement;
  /** of `corte.json` */
  readonly sha256: Hash;
  readonly folder: string;
  /** The files that not every site shows: whoever packs them should know. */
  readonly unserved: readonly string[];
  /** References of its new pages and style sheets that lead out of the address under which a corte stays. */
  readonly leaving: Found;
  /** The logos that could not be published. */
  readonly logosLeftOut: readonly LogoLeftOut[];
  /** What went wrong after the corte was there for good; null as a rule. */
  readonly indexError: Error | null;
}

/** The folder in which a corte is made. The holder of the lock may remove what a crash left there. */
const STAGING = '.packing';

/**
 * Makes the next corte: everything that admission would refuse is refused before anything is signed, and the corte
 * appears in the chain by one rename, whole and durable, or not at all. A second pack of the same chain waits, unless
 * `held` throws.
 * @throws what `held` throws; Refusal with admission's code; SourceChanged where the next try may do; UsageError for a source that can't
 *   become a corte; Error where something can't be read, written or signed
 */
export async function packCorte(order: PackOrder): Promise<PackedCorte> {
  const chain = await fs.realpath(order.chain);
  // If the source is a link it is followed once: someone who switches it meanwhile does not change the folder that we
  // read.
  const source = await fs.realpath(order.source);
  if (!(await fs.stat(source)).isDirectory()) throw new UsageError(words.noFolder(order.source));
  if (isWithin(chain, source)) throw new UsageError(words.chainInside(order.chain, order.source));
  const lock = await lockChain(chain, order.held);
  try {
    await removeLeftovers(chain);
    return await packAlone({ ...order, chain, source });
  } finally {
    await removeLeftovers(chain).catch(() => {}); // the next pack does it
    await lock.release();
  }
}

async function packAlone(order: PackOrder): Promise<PackedCorte> {
  const { chain, phase } = order;
  const trust = await walkOwnTrust(chain);
  const head = await readFooting(chain, phase, trust);
  const signer = signerOf(trust, order.key.publicKey);
  if (!signer) throw new Refusal('signer-unknown', words.noSigner(trust.newest.document.version));
  const draft = { order, trust, head, signer, takenAt: order.takenAt ?? (await timeAfter(head, order, trust)) };
  // Whatever can be checked without the source is checked before it is read, with empty measures in its place.
  checkDraft(draft, statementOf(draft, NOTHING, NOTHING));

  const staging = join(chain, STAGING);
  const folder = join(staging, 'corte');
  await fs.mkdir(staging, { mode: 0o700 });
  await fs.mkdir(folder);
  await fs.chmod(folder, 0o755); // whatever the umask: everybody may read a chain
  const { election } = trust.newest.document;
  const { parts, logosLeftOut } = await layOutOfficial(order.official ?? NOTHING_OFFICIAL, election, join(staging, 'beside'));
  requireApart(order, parts);
  const search = newSearch();
  const { manifest, contentBytes, pack } = await takeIn({
    ...order,
    parts: [{ root: order.source, at: '' }, ...parts],
    inspect: (files) => inspectOfficial(files, election),
    look: search.look,
    sleep: order.sleep ?? sleepFor,
    spoolFolder: staging,
    file: join(folder, 'corte.tar.gz'),
    previous: head?.manifest ?? [],
    since: head ? instantOf(head.statement.taken_at) : 0,
    mtime: instantOf(draft.takenAt),
  });

  const leaving = search.found();
  const [first] = leaving.references;
  if (order.strict && first) throw new UsageError(words.leaving(first.path, first.to, leaving.count - 1));
  const sums = encodeManifest(manifest);
  const measured = { sha256: hashOf(sums), bytes: sums.length, files: manifest.length, content_bytes: contentBytes };
  const statement = statementOf(draft, measured, pack);
  checkDraft(draft, statement);
  checkManifest(sums, measured.sha256, statement);
  const corteJson = encodeDocument(statement);
  const signature = await order.key.sign(corteJson, 'corte@cotejo');
  // A signature from an agent or a token is checked like any reader will check it.
  checkSigned(corteJson, signature, trust, { phase, number: statement.number });

  await writeDurably(join(folder, 'SHA256SUMS'), sums);
  await writeDurably(join(folder, 'corte.json'), corteJson);
  await writeDurably(join(folder, 'corte.json.sig'), signature);
  await order.signed?.(statement, hashOf(corteJson));
  const place = await commit(folder, chain, phase, statement.number);

  const newest = trust.newest.document;
  const indexError = await writeIndex(chain, newest.election, newest.version).then(
    (failure) => (failure ? new ToldError(saidBy(failure.error), { cause: failure.error }) : null),
    (error: Error) => error, // the corte is in the chain; its index is only a hint, which the next pack writes again
  );
  const unserved = manifest.map(({ path }) => path).filter((path) => unservedAs(path) !== null);
  return { statement, sha256: hashOf(corteJson), folder: place, unserved, leaving, logosLeftOut, indexError };
}

const NOTHING_OFFICIAL: Official = { folder: null, roster: null };

/** A folder that lies in another would be published twice, or publish the chain. */
function requireApart({ source, chain }: PackOrder, official: readonly Part[]): void {
  for (const { root } of official) {
    if (isWithin(root, source) || isWithin(source, root)) throw new UsageError(words.oneInOther(root, source), words.officialApart);
    if (isWithin(chain, root)) throw new UsageError(words.chainInOfficial(chain, root));
  }
}

/** The one rename that puts the corte into the chain. */
async function commit(folder: string, chain: string, phase: string, number: number): Promise<string> {
  if (await makeOwnedFolder(join(chain, phase))) await syncFolder(chain);
  const place = corteFolder(chain, phase, number);
  await renameDurably(folder, place);
  return place;
}

/** Removes what a killed pack left: its staging folder, and an index that did not get its name. */
async function removeLeftovers(chain: string): Promise<void> {
  await fs.rm(join(chain, STAGING), { recursive: true, force: true });
  await sweepAsides([chain]);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
