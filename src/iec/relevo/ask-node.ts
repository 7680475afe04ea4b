import { readStatement } from '../../chain/chain-folder.ts';
import { parseAcuse } from '../../format/acuse.ts';
import type { Hash } from '../../format/hash.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { type Outbox, outboxOf } from '../delivery/outbox.ts';
import { type LinkOptions, openLink } from '../link/open-link.ts';
import { toldOf } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { Answer } from './judge.ts';

/**
 * Asks a node, as a courier does and without sending anything, which corte it holds. Its acuses and its status are its own
 * word; that a corte which it names is the IEC's is proved elsewhere (see `ask-public.ts`).
 */
export async function askNode(target: NodeTarget, view: ChainView, options: Promise<LinkOptions>): Promise<Answer> {
  const { difusor, node } = target;
  try {
    const link = await openLink(target, await options);
    try {
      const seen = await look(outboxOf(link, target, view.phase.name), target, view);
      return { difusor, node, ...seen, isSiteHeard: false, trouble: null };
    } finally {
      link.close();
    }
  } catch (error) {
    return { difusor, node, number: null, sight: null, isSiteHeard: false, statusAt: null, trouble: toldOf(error) };
  }
}

async function look(outbox: Outbox, target: NodeTarget, view: ChainView): Promise<Pick<Answer, 'number' | 'sight' | 'statusAt'>> {
  const [acuses, hint] = await Promise.all([outbox.acuses(), outbox.hint()]);
  const highest = acuses[0] ?? 0;
  const statusAt = hint.isLeft ? null : hint.at;
  const number = Math.max(highest, hint.number ?? 0);
  if (number > view.head) {
    const corte = highest === number ? await acknowledged(outbox, target, highest) : null;
    return { number, statusAt, sight: { number, corte, isSigned: false } };
  }
  const corte = highest > 0 ? await acknowledged(outbox, target, highest) : null;
  const isOther = corte !== null && corte !== (await ours(view, highest));
  return { number, statusAt, sight: isOther ? { number: highest, corte, isSigned: false } : null };
}

/** Which corte the node's key has signed for; null where it is not its acuse of this number. */
async function acknowledged(outbox: Outbox, target: NodeTarget, number: number): Promise<Hash | null> {
  const files = await outbox.acuse(number);
  if (!files) return null;
  try {
    const signature = parseSignature(files.signature, 'acuse@cotejo');
    if (signature.key !== target.acuse_key || !isSignatureOver(signature, files.bytes, nodeEquation)) return null;
    const acuse = parseAcuse(files.bytes);
    return acuse.number === number ? acuse.corte : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function ours({ chain, phase }: ChainView, number: number): Promise<Hash> {
  return (await readStatement(chain, phase.name, number)).sha256;
}
