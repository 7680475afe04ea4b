import type { Hash } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import type { Recibo } from '../../format/recibos.ts';
import { type Contradiction, contradictionsIn, type GoodReceipt } from '../../verdict/recibos.ts';
import type { Recibos } from './count.ts';

/** What a reader is told of the receipts of one corte: a plain value, which a worker can hand to its page. */
export type ToldRecibos =
  | ToldCount
  | { readonly kind: 'none' | 'unread'; readonly at: string }
  /** of `Recibos` */
  | { readonly kind: 'no-padron' | 'unread-padron' | 'no-place' };

export interface ToldCount {
  readonly kind: 'counted';
  /** the address that the receipts were read from */
  readonly at: string;
  /** of `RecibosCount`, how many nodes are in each */
  readonly signed: number;
  readonly admitted: number;
  readonly contrary: number;
  readonly missing: number;
  readonly nodes: number;
  /** how many Difusores have a node that signed, and how many there are */
  readonly difusores: number;
  readonly ofDifusores: number;
  /** how many receipts are no good */
  readonly refused: number;
  readonly contradictions: number;
  /** of them, those that are shown */
  readonly shown: readonly ToldContradiction[];
}

export interface ToldContradiction {
  readonly other: ToldReceipt;
  readonly own: ToldReceipt | null;
}

export interface ToldReceipt {
  /** `difusor/node` */
  readonly name: string;
  /** fingerprint of its key */
  readonly print: string;
  /** the hash of the corte that it is of */
  readonly corte: Hash;
  /** a time of the format; null where it only says that the node holds it */
  readonly publishedAt: string | null;
  readonly recibo: Recibo;
}

/** So many contradictions are shown; the first is proof enough. */
const SHOWN = 3;

/** @param corte the hash of the corte whose receipts they are */
export function toldOf(recibos: Recibos, corte: Hash): ToldRecibos {
  if (!('at' in recibos)) return recibos;
  const at = recibos.at.href;
  if (recibos.kind !== 'counted') return { kind: recibos.kind, at };
  const { signed, admitted, contrary, missing, total, difusores, refused, receipts } = recibos.count;
  const contradictions = contradictionsIn(receipts, corte);
  return {
    kind: 'counted',
    at,
    signed: signed.length,
    admitted: admitted.length,
    contrary: contrary.length,
    missing: missing.length,
    nodes: total.nodes,
    difusores,
    ofDifusores: total.difusores,
    refused: refused.length,
    contradictions: contradictions.length,
    shown: contradictions.slice(0, SHOWN).map(bothOf),
  };
}

function bothOf({ other, own }: Contradiction): ToldContradiction {
  return { other: receiptOf(other), own: own && receiptOf(own) };
}

function receiptOf({ difusor, node, key, acuse, recibo }: GoodReceipt): ToldReceipt {
  const { corte, published_at } = acuse;
  return { name: `${difusor}/${node}`, print: fingerprint(key), corte, publishedAt: published_at, recibo };
}
