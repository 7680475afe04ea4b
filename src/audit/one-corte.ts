import { promises as fs } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Judge, NOWHERE, type OnMember, readPackage } from '../chain/package-reader.ts';
import { readSignedTrust } from '../chain/trust-folder.ts';
import { NotAFile, openRegular, readBounded } from '../disk/bounded-file.ts';
import type { Hash } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import type { Manifest } from '../format/manifest.ts';
import { CORTE_FILES, type CorteFile, parseDeliveryName, parseSixDigits } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import type { Statement } from '../format/statement.ts';
import { codeOf } from '../format/thrown.ts';
import type { Phase } from '../format/trust.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { checkManifest, checkPackage, checkSigned, checkTime, checkTrustNamed, type SignedStatement } from '../verdict/corte.ts';
import { type Member, MemberJudge } from '../verdict/members.ts';
import { phaseOf, type SignedTrust, startFrom, type TrustChain } from '../verdict/trust-chain.ts';
import { walkTrust } from '../verdict/trust-walk.ts';
import { orNewerTrust, statementIn } from './newer-trust.ts';
import { chunksOf, hashHere, measure } from './packages.ts';
import { words } from './words.ts';

/** The four files of one corte, as far as they can be checked without the others. */

export interface CorteAudit extends SignedStatement {
  /** of the phase that it is of */
  readonly kind: Phase['kind'];
  readonly manifest: Manifest;
  /** Sentences that say what could not be checked without the rest of the chain. */
  readonly unchecked: readonly Said[];
}

/**
 * @param folder a corte of a chain, a delivery, or four files under any name: where the name announces a place, it counts
 * @throws Refusal with the code of the first step that fails; HintedError where it names a newer trust document than is at
 *   hand, without which nothing can be told of it; Error where something can't be read
 */
export async function auditCorte(folder: string, anchor: SignedTrust): Promise<CorteAudit> {
  const files = await fs.readdir(folder);
  const stray = files.find((file) => !(CORTE_FILES as readonly string[]).includes(file));
  if (stray !== undefined) throw new Refusal('delivery-malformed', words.stray(JSON.stringify(stray)));
  const missing = CORTE_FILES.find((file) => !files.includes(file));
  if (missing !== undefined) throw new Refusal('delivery-incomplete', words.missing(missing));

  const trust = await trustAround(folder, anchor);
  const corteJson = await readFile(folder, 'corte.json', LIMITS.documentBytes);
  const signature = await readFile(folder, 'corte.json.sig', LIMITS.signatureBytes);
  const { older, ...signed } = checkAuthority(corteJson, signature, trust, placeOf(folder, corteJson, trust));
  const { statement } = signed;
  checkTime(statement, trust, null, null);
  const sums = await readFile(folder, 'SHA256SUMS', LIMITS.manifestBytes);
  const manifest = checkManifest(sums, hashHere(sums), statement);
  await readContents(folder, statement, manifest);
  const { kind } = phaseOf(trust, statement.phase)!; // a signer's phase is listed (T2)
  const unchecked = [
    ...(older ? [words.trustBefore(statement.trust.version)] : []),
    ...(statement.number > 1 ? [words.placeUnknown] : []),
  ];
  return { ...signed, kind, manifest, unchecked };
}

/** A3 to A5. @returns `older`: the document that it names is from before the anchor, and was not compared */
function checkAuthority(corteJson: Uint8Array, signature: Uint8Array, trust: TrustChain, place: Place) {
  try {
    const signed = checkSigned(corteJson, signature, trust, place, nodeEquation);
    const { version } = signed.statement.trust;
    const older = version < trust.newest.document.version && !trust.held.has(version);
    if (!older) checkTrustNamed(signed.statement, trust, null, null);
    return { ...signed, older };
  } catch (error) {
    throw orNewerTrust(error, corteJson, trust);
  }
}

interface Place {
  readonly phase: string;
  readonly number: number;
}

/**
 * The phase and the number that the folder's name gives, `<phase>/000037` or `<phase>-000037`; with any other name, or that
 * of no phase, as the statement says.
 */
function placeOf(folder: string, corteJson: Uint8Array, trust: TrustChain): Place {
  const name = basename(resolve(folder));
  const delivery = parseDeliveryName(name);
  const number = parseSixDigits(name);
  const announced =
    delivery?.kind === 'corte' ? delivery : number === null ? null : { phase: basename(dirname(resolve(folder))), number };
  if (announced && phaseOf(trust, announced.phase)) return announced;
  return statementIn(corteJson) ?? { phase: '', number: 0 };
}

/** In a chain folder, the trust documents beside the phase count from the anchor on; elsewhere the anchor alone. */
async function trustAround(folder: string, anchor: SignedTrust): Promise<TrustChain> {
  const start = startFrom(anchor, nodeEquation);
  const beside = join(resolve(folder), '../../trust');
  const { chain } = await walkTrust(start, (version) => absentIsNull(() => readSignedTrust(beside, version)), nodeEquation);
  return chain;
}

/**
 * Checks the package of a corte in a folder, and gives what it brings.
 * @param statement, manifest of the same corte, checked
 * @param onMember where each content goes; without it nothing is written
 * @throws Refusal; Error where it can't be read
 */
export async function readContents(
  folder: string,
  statement: Statement,
  manifest: Manifest,
  onMember: OnMember = () => NOWHERE,
): Promise<void> {
  const handle = await orRefused('corte.tar.gz', () => openRegular(join(folder, 'corte.tar.gz')));
  try {
    checkPackage(await measure(handle, statement.package.bytes), statement);
    const seen: Member[] = [];
    const brought = new Set<Hash>();
    await readPackage(chunksOf(handle), listedOnly(manifest, statement, seen), (entry, size) => {
      brought.add(entry.sha256);
      return onMember(entry, size);
    });
    // A content that no member brings must have been in the corte before. With that known, the order, the count and the
    // sizes can be judged.
    const before = statement.number === 1 ? [] : manifest.filter(({ sha256 }) => !brought.has(sha256));
    const judge = new MemberJudge(statement, manifest, before);
    for (const member of seen) judge.announce(member);
    judge.finish();
  } finally {
    await handle.close();
  }
}

/** Judges whether each member is a file of the manifest with its content. What the corte before had is not known here. */
function listedOnly(manifest: Manifest, statement: Statement, seen: Member[]): Judge {
  const strict = new MemberJudge({ ...statement, package: { ...statement.package, files: manifest.length } }, manifest, []);
  const all = new Map(manifest.map((entry) => [entry.path, entry]));
  let bytes = 0;
  return {
    announce: (member) => {
      bytes += member.size;
      if (bytes > statement.package.content_bytes || seen.length >= statement.package.files) {
        throw new Refusal('content-mismatch', words.holdsMore);
      }
      const entry = all.get(member.name);
      if (member.type !== 'file' || !entry) return strict.announce(member); // refuses it with its own code
      seen.push(member);
      return entry;
    },
    confirm: (entry, sha256) => strict.confirm(entry, sha256),
    finish: () => {},
  };
}

async function readFile(folder: string, file: CorteFile, limit: number): Promise<Buffer> {
  return orRefused(file, () => readBounded(join(folder, file), limit));
}

async function orRefused<T>(file: CorteFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotAFile) throw new Refusal('delivery-malformed', words.notRegular(file), { cause: error });
    throw error;
  }
}

async function absentIsNull<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
