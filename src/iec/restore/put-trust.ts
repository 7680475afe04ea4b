import { join } from 'node:path';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { signatureNames, trustFile, trustSignatureFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { sameBytes } from '../../format/wire.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import type { GatheredTrust } from './places.ts';
import { words } from './words.ts';

/**
 * Puts trust documents that were checked into a chain's `trust/`, the oldest first, each after its signatures: a process
 * that ends in the middle leaves documents that are whole and follow each other. What is there stays.
 * @returns the versions that were not there
 * @throws Refusal `trust-fork` where another document has a version's place; Error where something can't be written
 */
export async function putTrust(chain: string, trust: ReadonlyMap<number, GatheredTrust>): Promise<number[]> {
  const folder = trustFolder(chain);
  makeFolderFor(folder);
  const put: number[] = [];
  for (const [version, { held, bytes, signatures }] of trust) {
    const file = join(folder, trustFile(version));
    const before = await readIfThere(file, LIMITS.documentBytes);
    if (before && !sameBytes(before, bytes)) throw new Refusal('trust-fork', words.otherTrust(file));
    const former = trust.get(version - 1)?.held.document.custodians ?? [];
    const names = signatureNames(held.document.custodians, former, version - 1);
    for (const one of signatures) {
      const name = signerIn(one, bytes, names);
      const place = name === null ? null : join(folder, trustSignatureFile(version, name));
      if (place !== null && (await readIfThere(place, LIMITS.signatureBytes)) === null) await writeDurably(place, one);
    }
    if (before) continue;
    await writeDurably(file, bytes);
    put.push(version);
  }
  return put;
}

/** The name under which a signature is kept; null where it is no custodian's, or not over these bytes. */
function signerIn(file: Uint8Array, bytes: Uint8Array, names: ReturnType<typeof signatureNames>): string | null {
  try {
    const signature = parseSignature(file, 'trust@cotejo');
    const name = names.get(signature.key);
    return name !== undefined && isSignatureOver(signature, bytes, nodeEquation) ? name : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
