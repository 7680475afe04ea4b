import { promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { beneath } from '../../disk/beneath.ts';
import { NotAFile, openRegular, readUpTo } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import { CORTE_FILES, type CorteFile, custodianOfFile, type DeliveryName, missingFile, trustFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import type { SignedTrust } from '../../verdict/trust-chain.ts';
import { words } from '../words.ts';

/**
 * A delivery folder, opened (A1, A2). Its owner is the IEC's SFTP account, and whoever uses it may rename, replace,
 * link and write in it while we look: the folder and each file are opened once, without following links, and from then
 * on only the open descriptors count.
 */

/** One signature per custodian of the document before and of the document itself. */
const MOST_SIGNATURES = 2 * LIMITS.custodians;

export interface CorteDelivery {
  readonly corteJson: Uint8Array;
  readonly signature: Uint8Array;
  readonly sums: Uint8Array;
  /** The package, open and not yet read. */
  readonly package: FileHandle;
  close(): Promise<void>;
}

/** @throws Refusal `delivery-malformed`, `delivery-incomplete` (deferred), `too-large` */
export async function openCorteDelivery(folder: string): Promise<CorteDelivery> {
  const opened = new Map<CorteFile, FileHandle>();
  const close = async () => {
    for (const handle of opened.values()) await handle.close();
  };
  try {
    await inFolder(folder, CORTE_FILES.length, async (names, at) => {
      const stray = names.find((name) => !(CORTE_FILES as readonly string[]).includes(name));
      if (stray !== undefined) throw malformed(words.doesNotBelong(JSON.stringify(stray)));
      for (const name of CORTE_FILES) if (names.includes(name)) opened.set(name, await openFile(at(name), name));
    });
    const missing = CORTE_FILES.find((name) => !opened.has(name));
    if (missing !== undefined) throw new Refusal('delivery-incomplete', words.notThereYet(missing));
    const read = (name: CorteFile, limit: number) => readUpTo(opened.get(name)!, limit, name);
    const pack = opened.get('corte.tar.gz')!;
    if ((await pack.stat()).size > LIMITS.packageBytes) throw new Refusal('too-large', words.packageTooLarge);
    return {
      corteJson: await read('corte.json', LIMITS.documentBytes),
      signature: await read('corte.json.sig', LIMITS.signatureBytes),
      sums: await read('SHA256SUMS', LIMITS.manifestBytes),
      package: pack,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Reads a trust delivery whole: `N.json` and `N.json.<custodian>.sig`.
 * @throws Refusal `delivery-malformed`, `delivery-incomplete` (deferred), `too-large`
 */
export async function readTrustDelivery(folder: string, version: number): Promise<SignedTrust & { names: readonly string[] }> {
  let bytes: Uint8Array | null = null;
  const signatures: Uint8Array[] = [];
  const custodians: string[] = [];
  await inFolder(folder, 1 + MOST_SIGNATURES, async (names, at) => {
    for (const name of names) {
      const custodian = custodianOfFile(name, version);
      if (name !== trustFile(version) && custodian === null) throw malformed(words.doesNotBelong(JSON.stringify(name)));
      const handle = await openFile(at(name), name);
      try {
        if (custodian === null) bytes = await readUpTo(handle, LIMITS.documentBytes, name);
        else {
          signatures.push(await readUpTo(handle, LIMITS.signatureBytes, name));
          custodians.push(custodian);
        }
      } finally {
        await handle.close();
      }
    }
  });
  if (bytes === null) throw new Refusal('delivery-incomplete', words.notThereYet(trustFile(version)));
  if (signatures.length === 0) throw new Refusal('delivery-incomplete', words.noSignatureYet);
  return { bytes, signatures, names: custodians };
}

/**
 * A file that a folder of this name needs and has not.
 * @returns null where it lacks none, and where it is something else than a folder of few files, which is refused as such
 * @throws Error where it can't be looked at
 */
export async function lackingIn(folder: string, announces: DeliveryName): Promise<Said | null> {
  let lacking: Said | null = null;
  try {
    await inFolder(folder, 1 + MOST_SIGNATURES, (names) => {
      lacking = missingFile(announces, names);
      return Promise.resolve();
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return lacking;
}

/**
 * Opens a folder without following a link and lists it, up to one name too many; `at` names a file inside that very
 * folder, even if its path means another one by now.
 */
async function inFolder(
  folder: string,
  most: number,
  use: (names: readonly string[], at: (name: string) => string) => Promise<void>,
): Promise<void> {
  const lookAround = async (at: (name: string) => string) => {
    const names: string[] = [];
    for await (const entry of await fs.opendir(at('.'))) {
      names.push(entry.name);
      if (names.length > most) throw malformed(words.tooManyFiles);
    }
    await use(names, at);
  };
  let isOpen = false;
  try {
    await beneath(dirname(folder), [basename(folder)], (at) => {
      isOpen = true;
      return lookAround(at);
    });
  } catch (error) {
    throw isOpen ? error : asRefusal(error, words.theDelivery);
  }
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await openRegular(path);
  } catch (error) {
    throw asRefusal(error, name);
  }
  if ((await handle.stat()).nlink === 1) return handle;
  await handle.close();
  throw malformed(words.otherName(name));
}

/** An error that says something about the delivery itself is a verdict; any other (no memory, a failing disk) is not. */
function asRefusal(error: unknown, name: string | Said): unknown {
  if (error instanceof NotAFile) return malformed(words.notRegular(name));
  const code = codeOf(error);
  if (code === 'ELOOP' || code === 'ENOTDIR') return malformed(words.notFolder(name));
  if (code === 'EACCES') return malformed(words.unreadable(name));
  if (code === 'ENOENT') return new Refusal('delivery-incomplete', words.wentAway(name));
  return error;
}

function malformed(detail: Said): Refusal {
  return new Refusal('delivery-malformed', detail);
}
