import { decodeUtf8 } from '../../../format/text.ts';
import { contradictionsIn, type GoodReceipt } from '../../../verdict/recibos.ts';
import type { TrustChain } from '../../../verdict/trust-chain.ts';
import type { HeldCorte } from '../cortes.ts';
import type { PruebaDeAcuses } from './messages.ts';

/**
 * What proves two histories by what nodes signed, to anyone who has the hash of the trust document, and with nothing of this
 * program. It says what was signed with which key, and not who is to blame.
 * @param padron its exact bytes
 * @param receipts a few good ones of this corte's number
 * @returns null where none is of another corte
 */
export function proofOf(
  { corte, files }: HeldCorte,
  { newest }: Pick<TrustChain, 'newest'>,
  padron: Uint8Array,
  receipts: readonly GoodReceipt[],
): PruebaDeAcuses | null {
  const found = contradictionsIn(receipts, corte.sha256);
  if (found.length === 0) return null;
  const own = found.flatMap((one) => (one.own ? [one.own] : []));
  const both = new Set([...found.map(({ other }) => other), ...own]);
  return {
    type: 'cotejo/prueba-de-acuses',
    'trust.json': textOf(newest.bytes),
    'corte.json': textOf(files.corteJson),
    'corte.json.sig': textOf(files.signature),
    SHA256SUMS: textOf(files.sums),
    'padron.json': textOf(padron),
    acuses: [...both].map(({ recibo: [acuse, signature] }) => ({ 'acuse.json': acuse, 'acuse.json.sig': signature })),
  };
}

/** All of them are text: they were checked. */
function textOf(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? '';
}
