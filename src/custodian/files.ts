import { dirname, join, resolve } from 'node:path';
import { readSignatures, readSigned, readSignedTrust } from '../chain/trust-folder.ts';
import { hashOf } from '../format/hash.ts';
import { trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { parseTrust } from '../format/trust.ts';
import { heldTrustOf, type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import { type Inspected, inspect } from './inspect.ts';
import { type Compared, type OtherSignature, signaturesOfOthers } from './signatures.ts';
import { words } from './words.ts';

/** The files of a ceremony: a document, the signatures beside it, and the document before it. */

/**
 * Reads a document and what it follows: the one that was named, or its predecessor where it lies beside it.
 * @throws Refusal as {@link inspect}; Error for a file that can't be read
 */
export async function inspectFile(file: string, after: string | undefined, warn: (message: Said) => void): Promise<Inspected> {
  const signed = await readSigned(file);
  const before = after === undefined ? await besides(file, signed) : await readBefore(after, warn);
  return inspect(signed, before && heldTrustOf(before.bytes));
}

async function besides(file: string, { bytes }: SignedTrust): Promise<SignedTrust | null> {
  const { version, previous } = parseTrust(bytes);
  const before = version > 1 ? await readSignedTrust(dirname(file), version - 1) : null;
  return before && hashOf(before.bytes) === previous ? before : null;
}

/**
 * Reads the document that a new one will follow. If it lacks signatures the user is only warned: they may lie
 * elsewhere.
 */
export async function readBefore(file: string, warn: (message: Said) => void): Promise<SignedTrust> {
  const signed = await readSigned(file);
  try {
    startFrom(signed);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'trust-threshold') throw error;
    warn(words.atFile(file, error.said));
  }
  return signed;
}

/**
 * A custodian's signatures over something else than a document, where those over this one are or would be: beside its file,
 * which need not be there; under its number in the same folder; and under its number beside the document that it follows.
 * @param after the file of that document; looked for beside this one, if absent
 * @throws Refusal `too-large`, where there are more than a document can have; Error where a folder can't be read
 */
export async function otherSignaturesBeside(
  file: string,
  after: string | undefined,
  compared: Compared,
): Promise<OtherSignature[]> {
  const { version, election } = compared.document.document;
  const numbered = [file, ...(after === undefined ? [] : [after])].map((one) => join(dirname(one), trustFile(version)));
  const places = new Map([...numbered, file].map((place) => [resolve(place), place]));
  const byPath = new Map<string, Uint8Array>();
  for (const place of places.values()) {
    if (place !== file && (await isOfAnother(place, election))) continue;
    for (const [custodian, bytes] of await readSignatures(place)) byPath.set(`${place}.${custodian}.sig`, bytes);
  }
  return signaturesOfOthers(byPath, compared);
}

/** Whether a document is there and is of another election: its number is then no number of ours. */
async function isOfAnother(file: string, election: string): Promise<boolean> {
  try {
    return parseTrust((await readSigned(file)).bytes).election !== election;
  } catch (error) {
    if (error instanceof Refusal || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
