import type { Client } from '../../audit/source/http-get.ts';
import { readStatement } from '../../chain/chain-folder.ts';
import { parseAcuse } from '../../format/acuse.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { Trouble } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import { checkedAcuse } from '../record/checked-acuse.ts';
import { isDisowned } from '../record/disowned-corte.ts';
import { type KeptAcuses, keptAcuses } from '../record/kept-acuses.ts';
import type { Difusor, NodeTarget } from '../setup/config.ts';
import type { Failure } from './failure.ts';
import { readSmall } from './read-small.ts';
import { words } from './words.ts';

/**
 * Receipts as everyone can read them, `/cotejo/acuses/…`. Behind one address there may be several nodes, and each has its
 * own: an acuse names its node and is checked by that node's key, whichever of them answered.
 */

/** The nodes of one Difusor, with what is kept of each. */
export interface Signer {
  readonly target: Pick<NodeTarget, 'difusor' | 'node' | 'acuse_key'>;
  readonly kept: KeptAcuses;
}

/**
 * @param panel where their receipts are kept
 * @param onKept called with the number of each corte of which a receipt was kept
 */
export function signersOf(difusor: Difusor, panel: string, phase: string, onKept?: (number: number) => void): Signer[] {
  return difusor.node.map(({ name, acuse_key }) => {
    const target = { difusor: difusor.name, node: name, acuse_key };
    return { target, kept: keptAcuses(panel, target, phase, onKept) };
  });
}

export interface Signed {
  /** the names of the nodes whose receipt of the corte is kept now */
  readonly nodes: readonly string[];
  /** what a node's own key signed that is not ours */
  readonly foreign: Failure | null;
}

/** Where several nodes answer in turn, the two files may be of two of them: so often more it is asked again. */
const MORE_TRIES = 2;

/**
 * Asks for the receipts of a corte that are not kept yet, and keeps those that are good. A file that is no receipt of a
 * node's own key proves nothing, and is passed over: it may come from whoever is on the way. So is one of a corte that the
 * custodians disowned since.
 * @param number of a corte of the chain
 * @throws Error where a request fails, or the record can't be read or written
 */
export async function receiptsAt(
  client: Client,
  site: URL,
  view: ChainView,
  signers: readonly Signer[],
  number: number,
): Promise<Signed> {
  const found = await Promise.all(signers.map(async (one) => ((await isKept(one, view, number)) ? one : null)));
  const nodes = new Set(found.flatMap((one) => (one ? [one.target.node] : [])));
  const url = new URL(`cotejo/acuses/${view.phase.name}/${sixDigits(number)}.json`, site);
  const signature = new URL(`${url.pathname}.sig`, url);
  const tries = signers.length === nodes.size ? 0 : signers.length - nodes.size + (signers.length > 1 ? MORE_TRIES : 0);
  for (let i = 0; i < tries && nodes.size < signers.length; i++) {
    const bytes = await readSmall(client, url, LIMITS.documentBytes);
    const sig = bytes && (await readSmall(client, signature, LIMITS.signatureBytes));
    if (!bytes || !sig) break;
    const signer = signerIn(bytes, signers);
    if (!signer) break;
    try {
      await checkedAcuse({ bytes, signature: sig }, view, signer.target, number);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.code !== 'acuse-other-corte' || (await isDisowned(view, parseAcuse(bytes)))) continue;
      const who = `${signer.target.difusor}/${signer.target.node}`;
      return { nodes: [...nodes], foreign: { state: 'acuse-ajeno', detail: words.foreignAcuse(who, error.said) } };
    }
    await signer.kept.keep(number, bytes, sig);
    nodes.add(signer.target.node);
  }
  return { nodes: [...nodes], foreign: null };
}

/** Whether a receipt of exactly this corte is kept. */
async function isKept({ kept }: Signer, view: ChainView, number: number): Promise<boolean> {
  const acuse = await kept.read(number);
  return acuse !== null && acuse.corte === (await readStatement(view.chain, view.phase.name, number)).sha256;
}

/** Whose it says that it is; null for what is no acuse, or one of a stranger. */
function signerIn(bytes: Uint8Array, signers: readonly Signer[]): Signer | null {
  try {
    const { difusor, node } = parseAcuse(bytes);
    return signers.find(({ target }) => target.difusor === difusor && target.node === node) ?? null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
