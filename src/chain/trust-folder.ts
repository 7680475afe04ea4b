import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HintedError } from '../config/hinted-error.ts';
import { NotAFile, readBounded } from '../disk/bounded-file.ts';
import { isName } from '../format/document.ts';
import { LIMITS } from '../format/limits.ts';
import { trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { codeOf } from '../format/thrown.ts';
import { parseTrust } from '../format/trust.ts';
import { type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import { type TrustWalk, walkTrust as walkFrom } from '../verdict/trust-walk.ts';
import { words } from './words.ts';

/** The folder `trust/`: `N.json` and one `N.json.<custodian>.sig` per custodian. An anchor is kept in the same way. */

/** At most the old and the new custodians of a document sign it, each under at most two names. More files are a flood. */
const SIGNATURE_FILES = 4 * LIMITS.custodians;

/**
 * The anchor that an administrator pinned, with the signatures beside it. It is named by whoever trusts it, so a link is
 * followed. Of its checks only T1 and T2 are made here, so that a file which is no such document is told by its name.
 * @throws Refusal `too-large`, `trust-malformed`; HintedError where no signature lies beside it; Error where it is missing or
 *   can't be read
 */
export async function readAnchor(file: string): Promise<SignedTrust> {
  const bytes = await readDocument(await fs.realpath(file), file);
  try {
    parseTrust(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, words.inFile(file, error.said), { cause: error });
  }
  const signatures = [...(await readAnchorSignatures(file)).values()];
  if (signatures.length === 0) throw new HintedError(words.unsigned(file), words.signaturesBeside(basename(file)));
  return { bytes, signatures };
}

/**
 * The signature files of an anchor by the name they carry, as {@link readSignatures}: links are followed, and those beside
 * the end of its link count where none lie beside the link.
 */
export async function readAnchorSignatures(file: string): Promise<Map<string, Buffer>> {
  const beside = await readSignatures(file, fs.realpath);
  return beside.size > 0 ? beside : readSignatures(await fs.realpath(file), fs.realpath);
}

/**
 * Any document with the signatures beside it, `<file>.<custodian>.sig`.
 * @throws Refusal `too-large`, `trust-malformed`; Error where it is missing or can't be read
 */
export async function readSigned(file: string): Promise<SignedTrust> {
  const bytes = await readDocument(file);
  return { bytes, signatures: [...(await readSignatures(file)).values()] };
}

/**
 * A document of the folder with its signatures; nothing is checked here.
 * @returns null where there is no such document: the end of the chain
 * @throws as {@link readSigned}
 */
export async function readSignedTrust(folder: string, version: number): Promise<SignedTrust | null> {
  try {
    return await readSigned(join(folder, trustFile(version)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Walks from the anchor to the newest document that can be accepted (T1–T7), and back to the oldest that is there:
 * old cortes name old documents. A document that can't be accepted ends the walk (T6); the caller decides what that means.
 * @throws Refusal where the anchor itself can't be believed; Error where something can't be read
 */
export async function walkTrustFolder(anchorFile: string, folder: string): Promise<TrustWalk> {
  const start = startFrom(await readAnchor(anchorFile));
  return walkFrom(start, (version) => readSignedTrust(folder, version));
}

/**
 * The signature files beside a document, by the name they carry. That name is a hint for people: a signature counts by
 * its key. A file that is too large, or not a regular file, is ignored like any other bad signature (T4).
 * @param endOf where a file is that may be a link; links are no files, if absent
 */
export async function readSignatures(
  document: string,
  endOf: (path: string) => Promise<string> = (path) => Promise.resolve(path),
): Promise<Map<string, Buffer>> {
  const head = `${basename(document)}.`;
  const names = (await fs.readdir(dirname(document)))
    .filter((file) => file.startsWith(head) && file.endsWith('.sig'))
    .map((file) => file.slice(head.length, -'.sig'.length))
    .filter(isName)
    .sort();
  if (names.length > SIGNATURE_FILES) throw new Refusal('too-large', words.overSignatures(SIGNATURE_FILES, head.slice(0, -1)));
  const found = new Map<string, Buffer>();
  for (const name of names) {
    try {
      found.set(name, await readBounded(await endOf(`${document}.${name}.sig`), LIMITS.signatureBytes));
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof NotAFile || codeOf(error) === 'ENOENT')) throw error;
    }
  }
  return found;
}

/** @param name by which it is told */
async function readDocument(file: string, name = file): Promise<Buffer> {
  try {
    return await readBounded(file, LIMITS.documentBytes);
  } catch (error) {
    if (error instanceof NotAFile) throw new Refusal('trust-malformed', words.notRegular(name), { cause: error });
    throw error;
  }
}

/**
 * The versions for which a folder has a file, ascending; the files are not opened.
 * @throws Error where the folder can't be read
 */
export async function versionsIn(folder: string): Promise<number[]> {
  const files = await fs.readdir(folder);
  return files
    .flatMap((file) => /^([1-9]\d{0,4})\.json$/.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
