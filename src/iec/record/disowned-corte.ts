import { realpath } from 'node:fs/promises';
import { hashOfCorte } from '../../chain/chain-folder.ts';
import type { Hash } from '../../format/hash.ts';
import type { ChainView } from './chain-view.ts';
import { isAside } from './signed-mark.ts';

/**
 * Whether the IEC signed a corte that the custodians disowned since: it lies past the end of the chain that is sent, or
 * `iec heal` set it aside. Nodes that have not heard of the revocation show it and have signed for it, and are not to blame.
 * @param view as the chain is now
 * @throws Refusal, Error where the chain can't be read
 */
export async function isDisowned(
  { chain, phase, head }: ChainView,
  { number, corte }: { readonly number: number; readonly corte: Hash },
): Promise<boolean> {
  if (number > head && (await hashOfCorte(chain, phase.name, number)) === corte) return true;
  return isAside(await realpath(chain), phase.name, { number, corte });
}
