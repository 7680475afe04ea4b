import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isName } from '../format/document.ts';
import { LIMITS } from '../format/limits.ts';
import { trustFile } from '../format/naming.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { sameBytes } from '../format/wire.ts';
import { type SignedTrust, startFrom, succeed, type TrustChain } from '../verdict/trust-chain.ts';
import { NotAFile, readBounded } from './bounded-file.ts';

/** The folder `trust/`: `N.json` and one `N.json.<custodian>.sig` per custodian. An anchor is kept in the same way. */

/** Old and new custodians of one document, each once or under an old and a new name. More files are a flood. */
const SIGNATURE_FILES = 4 * LIMITS.custodians;

/** What a walk found. `chain` is what was accepted; `refused`, the first document that could not be. */
export interface TrustWalk {
  readonly chain: TrustChain;
  readonly refused: { readonly version: number; readonly code: Code; readonly detail: string } | null;
}

/**
 * The anchor that an administrator pinned, with the signatures beside it. Nothing is checked here.
 * @throws Refusal `too-large`, `trust-malformed` where it is no regular file; Error where it is missing or can't be read
 */
export async function readAnchor(file: string): Promise<SignedTrust> {
  const bytes = await readDocument(file);
  return { bytes, signatures: [...(await readSignatures(file)).values()] };
}

/**
 * A document of the folder with its signatures; nothing is checked here.
 * @returns null where there is no such document: the end of the chain
 * @throws as {@link readAnchor}
 */
export async function readSignedTrust(folder: string, version: number): Promise<SignedTrust | null> {
  try {
    return await readAnchor(join(folder, trustFile(version)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Walks from the anchor to the newest document that can be accepted (T1–T7), and back to the oldest that is there:
 * old cortes name old documents. A document that can't be accepted ends the walk (T6); the caller decides what that means.
 * @throws Refusal where the anchor itself can't be believed; Error where something can't be read
 */
export async function walkTrust(anchorFile: string, folder: string): Promise<TrustWalk> {
  let chain = startFrom(await readAnchor(anchorFile));
  const anchored = chain.anchor.document.version;
  // The folder's own copy of the anchor comes first: another document in its place says that this is another chain.
  const upward = await walk(chain, folder, anchored, 1);
  if (upward.refused) return upward;
  chain = upward.chain;
  return anchored === 1 ? upward : walk(chain, folder, anchored - 1, -1);
}

async function walk(start: TrustChain, folder: string, first: number, step: 1 | -1): Promise<TrustWalk> {
  let chain = start;
  for (let version = first; version > 0; version += step) {
    try {
      const next = await readSignedTrust(folder, version);
      if (next) chain = succeedAs(chain, next, version);
      // A folder need not have the anchor again; any other gap is the end.
      else if (version !== start.anchor.document.version) break;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { chain, refused: { version, code: error.code, detail: error.detail } };
    }
  }
  return { chain, refused: null };
}

/** A document under another one's name would leave its own place empty and be taken, or passed over, out of turn. */
function succeedAs(chain: TrustChain, next: SignedTrust, version: number): TrustChain {
  const longer = succeed(chain, next);
  const held = longer.held.get(version);
  if (held && sameBytes(held.bytes, next.bytes)) return longer;
  throw new Refusal('trust-version', `the file ${trustFile(version)} holds another version`);
}

/**
 * The signature files beside a document, by the name they carry. That name is a hint for people: a signature counts
 * by its key. A file that is too large, or no file, is passed over like any other bad signature (T4).
 */
export async function readSignatures(document: string): Promise<Map<string, Buffer>> {
  const head = `${basename(document)}.`;
  const names = (await fs.readdir(dirname(document)))
    .filter((file) => file.startsWith(head) && file.endsWith('.sig'))
    .map((file) => file.slice(head.length, -'.sig'.length))
    .filter(isName)
    .sort();
  if (names.length > SIGNATURE_FILES)
    throw new Refusal('too-large', `over ${SIGNATURE_FILES} signatures beside ${head.slice(0, -1)}`);
  const found = new Map<string, Buffer>();
  for (const name of names) {
    try {
      found.set(name, await readBounded(`${document}.${name}.sig`, LIMITS.signatureBytes));
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof NotAFile)) throw error;
    }
  }
  return found;
}

async function readDocument(file: string): Promise<Buffer> {
  try {
    return await readBounded(file, LIMITS.documentBytes);
  } catch (error) {
    if (error instanceof NotAFile) throw new Refusal('trust-malformed', `${file} is not a regular file`, { cause: error });
    throw error;
  }
}
