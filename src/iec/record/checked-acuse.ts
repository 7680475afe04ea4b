import { readStatement } from '../../chain/chain-folder.ts';
import type { Acuse } from '../../format/acuse.ts';
import { Refusal } from '../../format/refusal.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { checkAcuse } from '../../verdict/history.ts';
import { Trouble } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { ChainView } from './chain-view.ts';
import { words } from './words.ts';

/**
 * An acuse as it came, by SFTP or by the site that everyone reads: believed only where it is the node's own, of a corte
 * that is in our chain to the byte.
 * @param number of the corte, which is in the chain
 * @throws Trouble `acuse-forged`, `acuse-other-corte`; Error where the chain can't be read
 */
export async function checkedAcuse(
  files: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  view: ChainView,
  target: Pick<NodeTarget, 'difusor' | 'node' | 'acuse_key'>,
  number: number,
): Promise<Acuse> {
  const phase = view.phase.name;
  const { sha256 } = await readStatement(view.chain, phase, number);
  try {
    const corteAt = (of: string, n: number) => (of === phase && n === number ? sha256 : undefined);
    const keys = new Set([target.acuse_key]);
    const { acuse } = checkAcuse(files.bytes, files.signature, view.election, keys, corteAt, nodeEquation);
    if (acuse.difusor === target.difusor && acuse.node === target.node) return acuse;
    throw new Trouble('acuse-forged', words.acuseOfOther(number, `${acuse.difusor}/${acuse.node}`));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = error.code === 'fork' || error.code === 'gap' ? 'acuse-other-corte' : 'acuse-forged';
    throw new Trouble(code, words.acuseWrong(number, error.said), { cause: error });
  }
}
