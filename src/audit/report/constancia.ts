import { parseAcuse } from '../../format/acuse.ts';
import type { Constancia } from '../../format/constancia.ts';
import { inGroups } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import { type Said, said } from '../../format/said.ts';
import { asOneLine, encodeUtf8 } from '../../format/text.ts';
import type { Corte } from '../../verdict/history.ts';
import { type ConstanciaAudit, looksOfConstancia } from '../constancia.ts';
import { labelled, type Reader } from './chain-text.ts';
import { CONSTANCIA } from './constancia-words.ts';

/** What the check of a reader's constancia found, as JSON for scripts and as text for people. */

export function constanciaJson(audit: ConstanciaAudit) {
  const { constancia, verdict, inChain } = audit;
  const { checked_at, fault, site, chain, files, recibos } = constancia;
  const corte = verdict.kind === 'proven' ? verdict.corte : null;
  return {
    phase: corte?.statement.phase ?? null,
    number: corte?.statement.number ?? null,
    corte: corte?.sha256 ?? null,
    taken_at: corte?.statement.taken_at ?? null,
    signer: corte && { name: corte.signer.name, key: corte.signer.key },
    trust: verdict.kind === 'proven' ? trustOf(verdict.trust) : null,
    in_chain: inChain,
    contrary: verdict.kind === 'proven' ? (recibos?.contrary.length ?? 0) : 0,
    /** by whoever made the file; nothing proves it */
    said: {
      checked_at,
      verdict: constancia.verdict,
      fault,
      site,
      chain,
      files,
      recibos: recibos && { ...recibos, contrary: undefined },
    },
    refused: refusalOf(audit),
    ...looksOfConstancia(audit),
  };
}

function trustOf({ anchor, newest }: { readonly anchor: Held; readonly newest: Held }) {
  return { anchor: anchor.document.version, version: newest.document.version, sha256: newest.sha256 };
}

interface Held {
  readonly document: { readonly version: number };
  readonly sha256: string;
}

/** Where and why it is not believed; null where it is, or where that can't be told. */
export function refusalOf({ verdict, inChain }: ConstanciaAudit) {
  if (verdict.kind === 'wrong') return { at: verdict.at, code: verdict.code, detail: verdict.detail };
  if (inChain === 'other') return { at: 'documents.corte', code: 'fork' as const, detail: CONSTANCIA.other };
  return null;
}

export function constanciaText(audit: ConstanciaAudit, { told, bold }: Reader): string {
  const { constancia, verdict } = audit;
  const { number, phase } = constancia.corte;
  const title =
    refusalOf(audit) !== null
      ? CONSTANCIA.wrong
      : verdict.kind === 'proven'
        ? CONSTANCIA.proven(number, phase)
        : CONSTANCIA.notProven;
  const rows = (pairs: ReadonlyArray<readonly [Said, string | Said]>) =>
    labelled(pairs.map(([a, b]) => [told(a), told(b)] as const));
  return [
    bold(told(title)),
    ...(verdict.kind === 'proven' ? [rows(proven(audit, verdict.corte, trustOf(verdict.trust)))] : []),
    `${bold(told(CONSTANCIA.said))}\n${rows(claimed(constancia))}`,
    rows([[CONSTANCIA.limits, CONSTANCIA.limitsAre]]),
  ].join('\n\n');
}

type Row = readonly [Said, string | Said];

function proven(
  { constancia, inChain, newest }: ConstanciaAudit,
  { statement, signer, sha256 }: Corte,
  trust: { readonly anchor: number; readonly version: number },
): Row[] {
  const chain = { same: CONSTANCIA.same, other: CONSTANCIA.other, absent: CONSTANCIA.absent(newest ?? 0) };
  const contrary = (constancia.recibos?.contrary ?? []).map(({ difusor, node, acuse }): Row => {
    const { corte } = parseAcuse(encodeUtf8(acuse));
    return [CONSTANCIA.contrary, CONSTANCIA.contraryIs(`${difusor}/${node}`, inGroups(corte).join(' '))];
  });
  return [
    ...(constancia.corte.kind === 'simulacro' ? [[said(''), CONSTANCIA.drill] as const] : []),
    [CONSTANCIA.hour, `${statement.taken_at}${statement.final ? ', final' : ''}`],
    [CONSTANCIA.hash, inGroups(sha256).join(' ')],
    [CONSTANCIA.signedBy, `${signer.name} ${fingerprint(signer.key)}`],
    [CONSTANCIA.trust, CONSTANCIA.trustIs(trust.version, trust.anchor)],
    ...(inChain === null ? [] : [[CONSTANCIA.inChain, chain[inChain]] as const]),
    ...contrary,
  ];
}

function claimed({ checked_at, verdict, fault, site, chain, files, recibos }: Constancia): Row[] {
  const where = fault && [fault.phase, fault.number].filter((part) => part !== null).join(' ');
  return [
    [CONSTANCIA.checkedAt, checked_at],
    [CONSTANCIA.verdict, verdict],
    ...(fault ? [[CONSTANCIA.fault, CONSTANCIA.faultIs(where ?? '', fault.code)] as const] : []),
    [CONSTANCIA.site, asOneLine(site ?? chain)],
    ...(files ? [[CONSTANCIA.files, CONSTANCIA.filesAre(files.same, files.compared, files.listed)] as const] : []),
    ...(recibos
      ? [[CONSTANCIA.recibos, CONSTANCIA.recibosAre(recibos.nodes, recibos.of, recibos.difusores, recibos.of_difusores)] as const]
      : []),
  ];
}
