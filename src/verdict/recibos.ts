import { type Acuse, parseAcuse } from '../format/acuse.ts';
import type { Equation } from '../format/ed25519.ts';
import type { Hash } from '../format/hash.ts';
import type { PublicKey } from '../format/key.ts';
import type { Padron } from '../format/padron.ts';
import type { Recibo } from '../format/recibos.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { encodeUtf8 } from '../format/text.ts';
import { words as acuseWords } from './acuse-words.ts';
import { words } from './words.ts';

/**
 * What the published receipts of one corte prove: which nodes of the padrón signed that they publish it. A receipt is
 * worth what its signature by a key of the padrón says and nothing else, so nobody is counted, or blamed, for what
 * another could have written.
 */

/** The corte whose receipts are counted. */
export interface Counted {
  readonly election: string;
  readonly phase: string;
  readonly number: number;
  /** the hash of its `corte.json` in the chain that was checked */
  readonly corte: Hash;
}

export interface NodeName {
  readonly difusor: string;
  readonly node: string;
}

/** A receipt that the key of a node in the padrón signed, of the counted phase and number. */
export interface GoodReceipt extends NodeName {
  readonly acuse: Acuse;
  readonly key: PublicKey;
  readonly recibo: Recibo;
}

/** A receipt that proves nothing; whoever it names need not have made it. */
interface BadReceipt {
  /** its place among the receipts, from 1 */
  readonly entry: number;
  readonly code: Code;
  readonly detail: Said;
}

/** Each node of the padrón is in exactly one of `signed`, `admitted`, `contrary` and `missing`, in the padrón's order. */
export interface RecibosCount {
  /** the nodes that signed that they publish this corte */
  readonly signed: readonly NodeName[];
  /** those that signed only that they hold it, from before the phase opened */
  readonly admitted: readonly NodeName[];
  /** those that signed for another corte of this number, whatever else they signed */
  readonly contrary: readonly NodeName[];
  readonly missing: readonly NodeName[];
  readonly total: { readonly nodes: number; readonly difusores: number };
  /** how many Difusores have a node in `signed` */
  readonly difusores: number;
  /** receipts by keys that the padrón does not have: of a node that joined later, or of anybody */
  readonly unknown: number;
  readonly refused: readonly BadReceipt[];
  /** one receipt of each node and corte */
  readonly receipts: readonly GoodReceipt[];
}

/**
 * @param recibos at most as many as a file of them may have for each place that they are from
 * @param padron of the corte that is counted
 */
export function countRecibos(recibos: readonly Recibo[], padron: Padron, counted: Counted, equation?: Equation): RecibosCount {
  const all = padron.difusores.flatMap(({ name, nodes }) =>
    nodes.map((node) => ({ difusor: name, node: node.name, key: node.acuse_key })),
  );
  const holders = new Map<PublicKey, NodeName>(all.map((one) => [one.key, one]));
  const receipts = new Map<string, GoodReceipt>();
  const seen = new Set<string>();
  const refused: BadReceipt[] = [];
  let unknown = 0;
  for (const [i, recibo] of recibos.entries()) {
    const same = recibo.join('\0');
    if (seen.has(same)) continue;
    seen.add(same);
    try {
      const good = checkRecibo(recibo, holders, counted, equation);
      if (good === null) {
        unknown += 1;
        continue;
      }
      const place = `${nameOf(good)} ${good.acuse.corte}`;
      // The later one of two receipts of a node says that it publishes what it held before the phase opened.
      if ((receipts.get(place)?.acuse.published_at ?? null) === null) receipts.set(place, good);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push({ entry: i + 1, code: error.code, detail: error.said });
    }
  }
  const contrary = new Set([...receipts.values()].filter(({ acuse }) => acuse.corte !== counted.corte).map(nameOf));
  const kindOf = (one: NodeName) => {
    if (contrary.has(nameOf(one))) return 'contrary';
    const receipt = receipts.get(`${nameOf(one)} ${counted.corte}`);
    if (!receipt) return 'missing';
    return receipt.acuse.published_at === null ? 'admitted' : 'signed';
  };
  const of = (kind: ReturnType<typeof kindOf>) =>
    all.filter((one) => kindOf(one) === kind).map(({ difusor, node }) => ({ difusor, node }));
  const signed = of('signed');
  return {
    signed,
    admitted: of('admitted'),
    contrary: of('contrary'),
    missing: of('missing'),
    total: { nodes: all.length, difusores: padron.difusores.length },
    difusores: new Set(signed.map(({ difusor }) => difusor)).size,
    unknown,
    refused,
    receipts: [...receipts.values()],
  };
}

/** Two receipts of one number, or one and the corte of the chain: two histories, by what nodes signed. */
export interface Contradiction {
  /** names another corte than the chain's */
  readonly other: GoodReceipt;
  /** names the chain's: of the same node if it signed both; null where nobody did */
  readonly own: GoodReceipt | null;
}

/** One contradiction for each node and each other corte that it signed for. @param corte the hash of the chain's */
export function contradictionsIn(receipts: readonly GoodReceipt[], corte: Hash): Contradiction[] {
  const own = receipts.filter(({ acuse }) => acuse.corte === corte);
  return receipts
    .filter(({ acuse }) => acuse.corte !== corte)
    .map((other) => ({ other, own: own.find(({ key }) => key === other.key) ?? own[0] ?? null }));
}

/**
 * @returns null where the padrón does not have the key: then nothing is known of who made it
 * @throws Refusal `signature-malformed`, `signature-invalid`, `statement-malformed`, `wrong-election`, `wrong-phase`,
 *   `delivery-malformed` (of another number), `signer-out-of-range` (in another node's name)
 */
function checkRecibo(
  recibo: Recibo,
  holders: ReadonlyMap<PublicKey, NodeName>,
  { election, phase, number }: Counted,
  equation: Equation | undefined,
): GoodReceipt | null {
  const [bytes, file] = [encodeUtf8(recibo[0]), encodeUtf8(recibo[1])];
  const signature = parseSignature(file, 'acuse@cotejo');
  const holder = holders.get(signature.key);
  if (!holder) return null;
  if (!isSignatureOver(signature, bytes, equation)) throw new Refusal('signature-invalid', acuseWords.notOverAcuse);
  const acuse = parseAcuse(bytes);
  const { difusor, node } = holder;
  if (acuse.election !== election) throw new Refusal('wrong-election', words.otherElection(acuse.election, election));
  if (acuse.phase !== phase) throw new Refusal('wrong-phase', acuseWords.reciboOfPhase(acuse.phase, phase));
  if (acuse.number !== number) throw new Refusal('delivery-malformed', acuseWords.reciboOfCorte(acuse.number, number));
  if (acuse.difusor !== difusor || acuse.node !== node) {
    throw new Refusal('signer-out-of-range', acuseWords.reciboInName(`${acuse.difusor}/${acuse.node}`, `${difusor}/${node}`));
  }
  return { difusor, node, acuse, key: signature.key, recibo };
}

function nameOf({ difusor, node }: NodeName): string {
  return `${difusor}/${node}`;
}
