import type { Constancia } from '../../format/constancia.ts';
import { DIFFERENCES } from '../../format/constancia-terms.ts';
import { encodeDocument } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { decodeUtf8 } from '../../format/text.ts';
import { formatTime } from '../../format/time.ts';
import { contradictionsIn } from '../../verdict/recibos.ts';
import type { SignedTrust } from '../../verdict/trust-chain.ts';
import type { Afterwards } from '../afterwards.ts';
import type { Findings } from '../findings.ts';
import { type Tone, toneOf } from '../tone.ts';
import { uncheckedOf } from '../unchecked.ts';

/** The reader's constancia of what the page found: the file that `cotejo audit constancia` checks again. */

const VERDICTS: Readonly<Record<Tone, Constancia['verdict']>> = {
  good: 'concuerda',
  uncompared: 'falta-comparar',
  bad: 'no-concuerda',
  unknown: 'no-se-sabe',
};

/**
 * @param compared whether the reader said that he compared the anchor
 * @returns null where no corte is in order, or its documents can't be had: there would be nothing to check again
 */
export function constanciaOf(findings: Findings, after: Afterwards, compared: boolean): Constancia | null {
  const { chain, shown, plan, fault, checkedAt } = findings;
  const corte = shown?.cortes.at(-1);
  if (!chain || !shown || !corte || !after.enclosed || findings.stop?.kind === 'cancelled') return null;
  const { anchor, newest } = chain.trust.chain;
  const { statement, sha256, signer } = corte;
  const { election, phase, number, taken_at, final } = statement;
  const given = { code: 'codigo', document: 'documento', none: compared ? 'comparado' : 'nada' } as const;
  return fitted({
    type: 'cotejo/constancia-de-comprobacion',
    format: 1,
    election,
    checked_at: formatTime(checkedAt, -Math.trunc(new Date(checkedAt).getTimezoneOffset())),
    verdict: VERDICTS[toneOf(findings, compared)],
    fault: fault && { phase: fault.phase, number: fault.number, code: fault.code },
    site: plan.site?.href ?? null,
    chain: plan.chain.href,
    anchor: { version: anchor.document.version, sha256: anchor.sha256, given: given[plan.pin.kind] },
    trust: { version: newest.document.version, sha256: newest.sha256 },
    corte: { phase, kind: shown.summary.kind, number, taken_at, final, sha256, signer: signer.name, key: signer.key },
    files: filesOf(findings),
    recibos: recibosOf(after, sha256),
    not_checked: uncheckedOf(findings, after, compared),
    documents: {
      trust: after.enclosed.trust.map(asText),
      corte: decodeUtf8(after.enclosed.corteJson) ?? '',
      signature: decodeUtf8(after.enclosed.signature) ?? '',
    },
  });
}

/** The bytes of the file. */
export function constanciaBytes(constancia: Constancia): Uint8Array {
  return encodeDocument(constancia);
}

/** @returns as `constancia-jornada-000037.json` */
export function constanciaName({ corte: { phase, number } }: Constancia): string {
  return `constancia-${phase}-${sixDigits(number)}.json`;
}

/** What is too long for the file is left out; a chain has the trust documents too. */
function fitted(constancia: Constancia): Constancia {
  if (constanciaBytes(constancia).length <= LIMITS.constanciaBytes) return constancia;
  return { ...constancia, documents: { ...constancia.documents, trust: [] } };
}

/** A signature that is not even text counts for nobody (T4), and of the others one spelling of each is enough. */
function asText({ bytes, signatures }: SignedTrust): Constancia['documents']['trust'][number] {
  const texts = signatures.map(decodeUtf8).filter((text) => text !== null && text.length <= LIMITS.signatureBytes);
  const most = 4 * LIMITS.custodians;
  return { document: decodeUtf8(bytes) ?? '', signatures: [...new Set(texts)].filter((text) => text !== null).slice(0, most) };
}

function filesOf({ live, listed, seed }: Findings): Constancia['files'] {
  if (!live || listed === null) return null;
  const differing = DIFFERENCES.flatMap((how) =>
    live[how].map((file) => ({ path: typeof file === 'string' ? file : file.path, how })),
  );
  return { listed, compared: live.files, same: live.same, differing: differing.slice(0, LIMITS.constanciaFiles), seed };
}

function recibosOf({ recibos }: Afterwards, corte: string): Constancia['recibos'] {
  if (recibos?.kind !== 'counted') return null;
  const { signed, total, difusores, receipts } = recibos.count;
  const contrary = contradictionsIn(receipts, corte)
    .slice(0, LIMITS.constanciaRecibos)
    .map(({ other: { difusor, node, key, recibo } }) => ({ difusor, node, key, acuse: recibo[0], signature: recibo[1] }));
  return { nodes: signed.length, of: total.nodes, difusores, of_difusores: total.difusores, contrary };
}
