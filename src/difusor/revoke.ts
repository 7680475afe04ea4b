import { existsSync, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { corteFolder, lastNumber } from '../disk/chain-folder.ts';
import { firstDisowned } from '../disk/disowned.ts';
import { renameDurably } from '../disk/durable.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { sixDigits } from '../format/naming.ts';
import { acuseFile } from './acuse.ts';
import type { Node } from './node.ts';
import { asOwn } from './own-chain.ts';

/**
 * How a stolen signing key is undone: when the newest trust document ends a signer below cortes that it signed, those
 * and all after them leave the chain for `revoked/`, as evidence. The highest goes first, so that a crash in the middle
 * leaves a shorter chain without a gap, and the next start goes on.
 *
 * @returns whether anything left the chain; the caller then publishes what is newest now
 */
export async function cutDisowned(node: Node, phase: string): Promise<boolean> {
  const { rooms } = node;
  const last = await lastNumber(rooms.chain, phase);
  const first = await firstDisowned(rooms.chain, phase, last, node.trust);
  if (first === null) return false;
  node.tell({ event: 'revoked', phase, from: first, to: last });
  for (let number = last; number >= first; number--) {
    // By its bytes, whatever they say: a corte that rotted must not keep those below it in the chain.
    const sha256 = hashOf(
      await asOwn(readBounded(join(corteFolder(rooms.chain, phase, number), 'corte.json'), LIMITS.documentBytes)),
    );
    const evidence = join(rooms.revoked, `${phase}-${sixDigits(number)}-${sha256.slice(0, 16)}`);
    // One disowned twice (revoked, delivered again before the trust document came) is the same evidence.
    if (existsSync(evidence)) await fs.rename(evidence, `${evidence}-${process.hrtime.bigint()}`);
    node.step('before revoking');
    for (const file of [acuseFile(node, phase, number), `${acuseFile(node, phase, number)}.sig`])
      await fs.rm(file, { force: true });
    await renameDurably(corteFolder(rooms.chain, phase, number), evidence);
    node.step('after revoking');
  }
  return true;
}
