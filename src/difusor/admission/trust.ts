import { statSync } from 'node:fs';
import { join } from 'node:path';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readAnchor, walkTrustFolder } from '../../chain/trust-folder.ts';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { signatureNames, trustFile, trustSignatureFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import { type SignedTrust, signedBy, succeed, type TrustChain } from '../../verdict/trust-chain.ts';
import { nameOfSignature } from '../../verdict/trust-signature.ts';
import type { Setting } from '../state/setting.ts';
import { words } from '../words.ts';

/** The trust documents of a node: walked from the anchor at every start, and grown by what is delivered (T1–T7). */

/**
 * Admits one delivered trust document. It is durable when this returns (T6); the caller opens the phases anew,
 * removes the cortes that it disowns, and writes the index.
 * Its signatures are kept under the names by which readers over the web ask for them.
 * @param trust what is held
 * @returns what is held now; the same chain where this document was in it already
 * @throws Refusal with the code of T1–T7
 */
export async function admitTrust(
  chain: string,
  trust: TrustChain,
  version: number,
  delivered: SignedTrust,
  { step, tell }: Setting,
): Promise<TrustChain> {
  const grown = succeed(trust, delivered);
  const held = grown.held.get(version);
  // Even a document that is held is refused under another version's folder name: the name would claim that this version
  // is held.
  if (!held || !sameBytes(held.bytes, delivered.bytes)) throw new Refusal('trust-version', words.otherVersion(`trust-${version}`));
  if (grown === trust) return trust;
  const before = grown.held.get(version - 1);
  const folder = trustFolder(chain);
  step('before T6');
  const names = signatureNames(held.document.custodians, before?.document.custodians ?? [], version - 1);
  for (const file of delivered.signatures) {
    // A signature that does not count is not kept: anybody could have put it there.
    const name = nameOfSignature(file, held.bytes, names);
    if (name !== null) await writeDurably(join(folder, trustSignatureFile(version, name)), file);
  }
  await writeDurably(join(folder, trustFile(version)), held.bytes);
  step('after T6');
  tell({ event: 'trust', version });
  return grown;
}

/**
 * Reads the anchor and every document in the chain folder that follows from it, and checks them.
 * @throws Refusal where the anchor was never signed, or the folder holds a document that does not follow from it
 */
export async function openTrust(anchor: string, chain: string): Promise<TrustChain> {
  const folder = trustFolder(chain);
  const { chain: trust, refused } = await walkTrustFolder(anchor, folder);
  if (refused) throw new Refusal(refused.code, words.inChain(trustFile(refused.version), refused.detail));
  return trust;
}

/** Puts the anchor and its signatures into the chain folder, where auditors read them, if they are not there yet. */
export async function publishAnchor(anchor: string, trust: TrustChain, chain: string): Promise<void> {
  const folder = trustFolder(chain);
  const { version } = trust.anchor.document;
  if (statSync(join(folder, trustFile(version)), { throwIfNoEntry: false })) return;
  const signed = await readAnchor(anchor);
  for (const signature of signed.signatures) {
    const [name] = signedBy(trust.anchor.document, { bytes: signed.bytes, signatures: [signature] });
    if (name !== undefined) await writeDurably(join(folder, trustSignatureFile(version, name)), signature);
  }
  await writeDurably(join(folder, trustFile(version)), signed.bytes);
  await syncFolder(folder);
}
