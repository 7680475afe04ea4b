import { fingerprint } from '../format/key.ts';
import type { Phase, Signer } from '../format/trust.ts';
import { momentOf } from '../html/hour.ts';
import { ruleSpan } from '../html/span.ts';
import type { CeremonyWords } from './ceremony-words.ts';

function range({ first, last }: Signer): string {
  if (last === null) return `del corte ${first} en adelante`;
  if (last < first) return 'ningún corte: revocada antes del primero';
  return first === last ? `sólo el corte ${first}` : `del corte ${first} al ${last}`;
}

/** Only what is different; the kind can't be (T5). */
function phaseChange(from: Phase, to: Phase): string {
  const parts = [
    from.opens_at === to.opens_at ? '' : `abría el ${momentOf(from.opens_at)} y ahora abre el ${momentOf(to.opens_at)}`,
    from.closes_at === to.closes_at ? '' : `cerraba el ${momentOf(from.closes_at)} y ahora cierra el ${momentOf(to.closes_at)}`,
    ceremonyInSpanish.phaseRule(from) === ceremonyInSpanish.phaseRule(to)
      ? ''
      : `era ${ceremonyInSpanish.phaseRule(from)}; y ahora es ${ceremonyInSpanish.phaseRule(to)}`,
  ];
  return `La fase ${to.name} (${to.kind}) ${parts.filter(Boolean).join('; ')}`;
}

export const ceremonyInSpanish: CeremonyWords = {
  lang: 'es-MX',
  title: (version) => `Documento de confianza, versión ${version}`,
  election: 'Elección',
  follows: 'Sigue a',
  first: 'ninguno: es el primero',
  version: (version, hash) => `la versión ${version}, con código ${hash}`,
  issued: 'Emitido',
  expires: 'Vence',
  moment: momentOf,
  changesSince: (version) => `Qué cambia respecto de la versión ${version}`,
  change(change) {
    switch (change.kind) {
      case 'title':
        return `El título era «${change.from}» y ahora es «${change.to}»`;
      case 'expires_at':
        return `Vencía el ${momentOf(change.from)} y ahora vence el ${momentOf(change.to)}`;
      case 'threshold':
        return `El umbral de firmas de custodios pasa de ${change.from} a ${change.to}`;
      case 'custodian-enters':
        return `ENTRA como custodio ${change.custodian.name}, con la llave ${fingerprint(change.custodian.key)}`;
      case 'custodian-leaves':
        return `SALE como custodio ${change.custodian.name}, con la llave ${fingerprint(change.custodian.key)}`;
      case 'custodian-key':
        return `El custodio ${change.name} cambia de llave: SALE ${fingerprint(change.from)}, ENTRA ${fingerprint(change.to)}`;
      case 'signer-enters':
        return `ENTRA la llave de firma ${change.signer.name}, ${fingerprint(change.signer.key)}, para ${change.signer.phase}, ${range(change.signer)}`;
      case 'signer-ends':
        return change.last < change.signer.first
          ? `SALE la llave de firma ${change.signer.name} (${change.signer.phase}): ya no vale ninguno de sus cortes`
          : `SALE la llave de firma ${change.signer.name} (${change.signer.phase}): su último corte válido es el ${change.last}`;
      case 'phase-enters':
        return `ENTRA la fase ${change.phase.name} (${change.phase.kind}), ${ceremonyInSpanish.phaseHours(change.phase)}; ${ceremonyInSpanish.phaseRule(change.phase)}`;
      case 'phase-changes':
        return phaseChange(change.from, change.to);
    }
  },
  nothingChanges: 'Sólo cambian la versión y la fecha de emisión. Nada más cambia.',
  nothingElse: 'Nada más cambia.',
  notCompared: 'ATENCIÓN: no se comparó con la versión anterior; no se sabe qué cambia.',
  stands: 'Cómo queda',
  custodians(threshold, count) {
    if (threshold === count) return `Custodios (se necesitan las ${count} firmas)`;
    return threshold === 1 ? `Custodios (basta la firma de uno de ${count})` : `Custodios (bastan ${threshold} firmas de ${count})`;
  },
  signers: 'Llaves que firman cortes',
  phases: 'Fases',
  maySign: (signer, phase) => `${signer.phase} (${phase?.kind ?? '?'}), ${range(signer)}`,
  phaseHours: ({ opens_at, closes_at }) => `del ${momentOf(opens_at)} al ${momentOf(closes_at)}`,
  phaseRule: ({ period_seconds, missed_limit, grace_seconds }) =>
    `un corte cada ${ruleSpan(period_seconds)}; aviso tras ${missed_limit} periodos sin corte y ${ruleSpan(grace_seconds)} de gracia`,
  hash: 'Código de integridad (SHA-256) de este documento, para leerse en voz alta',
  signatures: 'Firmas',
  hasSigned: 'firmó',
  hasNotSigned: 'falta',
  typeGroup: 'Para firmar, escriba el primer grupo del código de integridad, tal como se leyó en voz alta:',
  otherGroup: 'no es el primer grupo de este documento: nada se firmó',
  signedIn: (custodian, file) => `Firmado por ${custodian}: ${file}`,
  side: ({ version, threshold, signed, unsigned, missing }) => {
    const who = signed.length === 0 ? '' : ` (${signed.join(', ')})`;
    const count = `${signed.length} de ${signed.length + unsigned.length} por la versión ${version}${who}`;
    if (missing === 0) return `${count}: completo, se necesitan ${threshold}`;
    const which = missing === unsigned.length ? 'todas las de' : missing === 1 ? 'una cualquiera de' : `${missing} cualesquiera de`;
    return `${count}: se necesitan ${threshold}, falta${missing === 1 ? '' : 'n'} ${unsigned.length === 1 ? 'la de' : which} ${unsigned.join(', ')}`;
  },
};
