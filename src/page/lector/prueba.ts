import { decodeUtf8 } from '../../format/text.ts';
import type { HeldCorte } from './cortes.ts';
import type { Known } from './known.ts';
import type { Prueba, PruebaDeConfianza } from './messages.ts';

/**
 * What proves a fork to anyone who has the trust documents, and nothing of this program: two statements with their signatures,
 * to the byte.
 * @returns null where there is no fork of this phase
 */
export async function pruebaOf(known: Pick<Known, 'forks' | 'at'>, phase: string): Promise<Prueba | null> {
  const fork = known.forks().find((each) => each.phase === phase);
  const sides = fork ? await Promise.all([fork.one, fork.proof].map((sha256) => known.at(sha256))) : [null];
  const held = sides.filter((side): side is HeldCorte => side !== null);
  if (held.length < 2) return null;
  return {
    type: 'cotejo/prueba',
    // Both are text: they were checked.
    cortes: held.map(({ files }) => ({
      'corte.json': decodeUtf8(files.corteJson) ?? '',
      'corte.json.sig': decodeUtf8(files.signature) ?? '',
    })),
  };
}

/** What proves that the custodians signed two documents of this version, to the byte. @returns null where they did not */
export function pruebaDeConfianza(known: Pick<Known, 'trustProof'>, version: number): PruebaDeConfianza | null {
  const sides = known.trustProof(version);
  if (!sides) return null;
  return {
    type: 'cotejo/prueba',
    documentos: sides.map(({ bytes, signatures }) => ({
      documento: decodeUtf8(bytes) ?? '',
      firmas: signatures.flatMap((signature) => decodeUtf8(signature) ?? []),
    })),
  };
}
