import { join } from 'node:path';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { signatureNames, trustFile, trustSignatureFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { nameOfSignature } from '../../verdict/trust-signature.ts';
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
      const name = nameOfSignature(one, bytes, names, nodeEquation);
      const place = name === null ? null : join(folder, trustSignatureFile(version, name));
      if (place !== null && (await readIfThere(place, LIMITS.signatureBytes)) === null) await writeDurably(place, one);
    }
    if (before) continue;
    await writeDurably(file, bytes);
    put.push(version);
  }
  return put;
}
