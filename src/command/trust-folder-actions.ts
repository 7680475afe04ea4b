import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { trustFolder } from '../chain/chain-folder.ts';
import { readSigned, versionsIn, walkTrustFolder } from '../chain/trust-folder.ts';
import { HintedError } from '../config/hinted-error.ts';
import { allowedSigners } from '../custodian/export.ts';
import { otherSignaturesBeside } from '../custodian/files.ts';
import { inGroups } from '../format/hash.ts';
import { trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { parseTrust } from '../format/trust.ts';
import type { Outcome, Shell } from '../terminal/shell.ts';
import { isExpired, type TrustChain } from '../verdict/trust-chain.ts';
import { TRUST } from './words/trust.ts';

/** What `cotejo trust verify` and `export` do with a folder of documents that are signed. */

export interface VerifyOptions {
  readonly anchor: string;
  readonly json?: boolean;
}

/** Walks a folder from the anchor; exit 1 where a document could not be taken. */
export async function verify(shell: Shell, folder: string, { anchor, json }: VerifyOptions): Promise<Outcome> {
  if ((await versionsIn(folder)).length === 0) throw await noDocumentIn(folder);
  const { chain, refused } = await walkOrRefusal(anchor, folder);
  const newest = chain?.newest;
  const expires_at = newest?.document.expires_at ?? null;
  const [from, version, sha256] = [
    chain?.anchor.document.version ?? null,
    newest?.document.version ?? null,
    newest?.sha256 ?? null,
  ];
  shell.result(json, { anchor: from, version, sha256, expires_at, refused }, () =>
    newest
      ? `${shell.told(TRUST.walked(from, version, expires_at))}\n${shell.told(TRUST.hash(inGroups(newest.sha256).join(' ')))}`
      : TRUST.noneAccepted,
  );
  if (chain && isExpired(chain, shell.now())) {
    shell.say.warning(TRUST.expired(version));
  }
  if (chain) await warnOfOthers(shell, folder, chain);
  if (!refused) return 'done';
  const where = chain && refused.version !== null ? trustFile(refused.version) : anchor;
  // What is no document at all is told by its name already.
  const isNamed = refused.detail.en.startsWith(`${anchor}: `);
  shell.say.error(refused.detail.map((detail) => `${isNamed ? '' : `${where}: `}${refused.code}: ${detail}`));
  return 'refused';
}

/** Before a document is published somebody looks for the one that its custodian signed besides; the chain itself is good. */
async function warnOfOthers({ say }: Shell, folder: string, { held }: TrustChain): Promise<void> {
  for (const [version, document] of held) {
    const before = held.get(version - 1) ?? null;
    const others = await otherSignaturesBeside(join(folder, trustFile(version)), undefined, { document, before });
    for (const { signature, custodian } of others) say.warning(TRUST.signedOther(signature, custodian));
  }
}

/**
 * An anchor that can't be believed is told like any document that can't be taken; its version is the one that it
 * states, if any.
 */
async function walkOrRefusal(anchor: string, folder: string) {
  try {
    return await walkTrustFolder(anchor, folder);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { chain: null, refused: { version: await versionOf(anchor), code: error.code, detail: error.said } };
  }
}

async function versionOf(file: string): Promise<number | null> {
  try {
    return parseTrust((await readSigned(file)).bytes).version;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Prints the newest document's keys as `allowed_signers`. */
export async function exportKeys(shell: Shell, folder: string, { anchor }: { anchor?: string }): Promise<void> {
  const { chain, refused } = await walkTrustFolder(anchor ?? (await oldest(shell, folder)), folder);
  if (refused)
    throw new Refusal(
      refused.code,
      refused.detail.map((detail) => `${trustFile(refused.version)}: ${detail}`),
    );
  shell.print(allowedSigners(chain.newest.document));
}

async function oldest(shell: Shell, folder: string): Promise<string> {
  const [first] = await versionsIn(folder);
  if (first === undefined) throw await noDocumentIn(folder);
  shell.say.warning(TRUST.oldestBelieved(trustFile(first)));
  return join(folder, trustFile(first));
}

/** Whoever has a chain folder at hand names that one, and not the trust/ in it. */
async function noDocumentIn(folder: string): Promise<Error> {
  const within = trustFolder(folder);
  const isChain = existsSync(within) && (await versionsIn(within)).length > 0;
  return new HintedError(TRUST.noDocument(folder), isChain ? TRUST.meantTrust(within) : TRUST.whichFolder);
}
