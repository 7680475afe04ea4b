import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { cortePath } from '../../audit/check/chain-reads.ts';
import { chunksOf, hashHere, measure } from '../../audit/packages.ts';
import type { ChainSource } from '../../audit/source/chain-source.ts';
import { corteFolder } from '../../chain/chain-folder.ts';
import { openRegular, readIfThere } from '../../disk/bounded-file.ts';
import { renameDurably, syncFolder, writeDurably } from '../../disk/durable.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { CORTE_FILES, type CorteFile, sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { checkManifest, checkPackage, checkSigned } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { words } from './words.ts';

/**
 * One corte of a chain, file by file: what is there is compared with what was signed, what is missing is taken from a
 * place. A corte appears in the chain by one rename, with all its files.
 */

/** Where cortes are put together, in the chain's folder; what a process that was killed left there is used again. */
export const STAGING = '.restoring';

export interface CorteInPlace {
  /** of the chain: real, absolute */
  readonly chain: string;
  readonly trust: TrustChain;
  /** as a history told it, checked */
  readonly corte: Corte;
}

/**
 * Which files of a corte the chain lacks.
 * @throws Refusal with the code of what differs, for a file that is there and is not what was signed
 */
export async function missingOf(order: CorteInPlace): Promise<CorteFile[]> {
  const { chain, corte } = order;
  const { phase, number } = corte.statement;
  const folder = corteFolder(chain, phase, number);
  const missing: CorteFile[] = [];
  for (const file of CORTE_FILES) {
    if (!(await isThere(join(folder, file), file, order))) missing.push(file);
  }
  return missing;
}

async function isThere(path: string, file: CorteFile, order: CorteInPlace): Promise<boolean> {
  try {
    return await isGood(path, file, order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, words.otherFile(path), { cause: error });
  }
}

/** @returns false where there is no such file @throws Refusal where it is another than what was signed */
async function isGood(path: string, file: CorteFile, order: CorteInPlace): Promise<boolean> {
  if (file === 'corte.tar.gz') return isGoodPackage(path, order.corte);
  const bytes = await readIfThere(path, LIMIT[file]);
  if (bytes === null) return false;
  check(bytes, file, order, await corteJsonOf(order));
  return true;
}

const LIMIT = {
  'corte.json': LIMITS.documentBytes,
  'corte.json.sig': LIMITS.signatureBytes,
  SHA256SUMS: LIMITS.manifestBytes,
} as const;

/** As it is staged or in the chain already: a signature is judged by the bytes that it is over. */
async function corteJsonOf(order: CorteInPlace): Promise<Uint8Array | null> {
  const { phase, number } = order.corte.statement;
  for (const folder of [stagingOf(order), corteFolder(order.chain, phase, number)]) {
    const bytes = await readIfThere(join(folder, 'corte.json'), LIMITS.documentBytes);
    if (bytes && hashOf(bytes) === order.corte.sha256) return bytes;
  }
  return null;
}

function stagingOf({ chain, corte: { statement } }: CorteInPlace): string {
  return join(chain, STAGING, `${statement.phase}-${sixDigits(statement.number)}`);
}

/** @throws Refusal where the bytes are not those of the corte's file */
function check(bytes: Uint8Array, file: keyof typeof LIMIT, { corte, trust }: CorteInPlace, corteJson: Uint8Array | null): void {
  const { statement, sha256 } = corte;
  if (file === 'SHA256SUMS') checkManifest(bytes, hashHere(bytes), statement);
  else if (file === 'corte.json') {
    if (hashOf(bytes) !== sha256) throw new Refusal('fork', words.changed(statement.number, statement.phase));
  } else if (corteJson) checkSigned(corteJson, bytes, trust, statement, nodeEquation);
}

async function isGoodPackage(path: string, { statement }: Corte): Promise<boolean> {
  let handle: fs.FileHandle;
  try {
    handle = await openRegular(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  try {
    checkPackage(await measure(handle, statement.package.bytes), statement);
    return true;
  } finally {
    await handle.close();
  }
}

/**
 * Takes the missing files of a corte from a place and puts them into the chain, durably.
 * @throws Refusal, Error where the place does not give what was signed, and then nothing of it is in the chain; Error
 *   where something can't be written, which {@link isOurs} tells
 */
export async function takeCorte(order: CorteInPlace, missing: readonly CorteFile[], source: ChainSource): Promise<void> {
  const staging = stagingOf(order);
  await ours(fs.mkdir(staging, { recursive: true }));
  await ours(fs.chmod(staging, 0o755));
  for (const file of CORTE_FILES.filter((one) => missing.includes(one))) await stage(order, file, staging, source);
  await ours(putInPlace(order, missing, staging));
}

async function putInPlace({ chain, corte }: CorteInPlace, missing: readonly CorteFile[], staging: string): Promise<void> {
  const { phase, number } = corte.statement;
  const folder = corteFolder(chain, phase, number);
  if ((await fs.mkdir(join(chain, phase), { recursive: true })) !== undefined) {
    await fs.chmod(join(chain, phase), 0o755);
    await syncFolder(chain);
  }
  if (missing.length === CORTE_FILES.length) {
    // A folder that some other program has made there, empty, gives way.
    await fs.rmdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw new ToldError(words.notAFolder(folder), { cause: error });
    });
    // What a process that was killed left of a file that was being written would go into the chain with the folder.
    const left = (await fs.readdir(staging)).filter((name) => !(CORTE_FILES as readonly string[]).includes(name));
    for (const name of left) await fs.rm(join(staging, name), { recursive: true });
    await syncFolder(staging);
    await renameDurably(staging, folder);
    return;
  }
  for (const file of missing) await renameDurably(join(staging, file), join(folder, file));
  await fs.rm(staging, { recursive: true });
}

async function stage(order: CorteInPlace, file: CorteFile, staging: string, source: ChainSource): Promise<void> {
  const path = join(staging, file);
  if (await isStaged(path, file, order)) return;
  const { statement } = order.corte;
  const from = cortePath(statement.phase, statement.number, file);
  if (file === 'corte.tar.gz') {
    await takePackage(path, from, order.corte, source);
    return;
  }
  const bytes = await source.read(from, LIMIT[file]);
  if (!bytes) throw new ToldError(words.gone(source.name, from));
  check(bytes, file, order, await corteJsonOf(order));
  await ours(writeDurably(path, bytes));
}

/** What an earlier process staged is used where it is right, and else taken anew. */
async function isStaged(path: string, file: CorteFile, order: CorteInPlace): Promise<boolean> {
  try {
    return await isGood(path, file, order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await fs.rm(path);
    return false;
  }
}

async function takePackage(path: string, from: string, { statement }: Corte, source: ChainSource): Promise<void> {
  const file = await source.fetch(from, statement.package.bytes);
  if (!file) throw new ToldError(words.gone(source.name, from));
  try {
    checkPackage(await measure(file.handle, statement.package.bytes), statement);
    await ours(
      (async () => {
        const into = await fs.open(path, 'w', 0o644);
        try {
          for await (const chunk of chunksOf(file.handle)) await into.appendFile(chunk);
          await into.chmod(0o644);
          await into.sync();
        } finally {
          await into.close();
        }
      })(),
    );
  } finally {
    await file.close();
  }
}

/** A failure to write on this machine: no other place would help. */
class OurDisk extends Error {
  override readonly name = 'OurDisk';
}

async function ours<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    throw new OurDisk('', { cause });
  }
}

/** @returns what went wrong on this machine, or null where the place is to blame */
export function isOurs(error: unknown): unknown {
  return error instanceof OurDisk ? error.cause : null;
}
