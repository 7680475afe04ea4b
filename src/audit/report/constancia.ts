import { parseAcuse } from '../../format/acuse.ts';
import { inGroups } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import { type Said, said } from '../../format/said.ts';
import { asOneLine, encodeUtf8 } from '../../format/text.ts';
import { isClockOff } from '../../verdict/constancia-claims.ts';
import type { Corte } from '../../verdict/history.ts';
import type { Wrong } from '../chain.ts';
import { type ConstanciaAudit, isSigned, type KeyOwner, looksOfConstancia } from '../constancia.ts';
import { labelled, type Reader } from './chain-text.ts';
import { CONSTANCIA } from './constancia-words.ts';

/** What the check of a reader's constancia found, as JSON for scripts and as text for people. */

/** @param broken what is wrong with the chain that was asked: the constancia may stand all the same */
export function constanciaJson(audit: ConstanciaAudit, broken: Wrong | null = null) {
  const { constancia, verdict, inChain, owners } = audit;
  const { checked_at, fault, site, chain, files, recibos } = constancia;
  const signed = isSigned(verdict) ? verdict : null;
  const corte = signed?.corte ?? null;
  return {
    found: foundBy(audit),
    phase: corte?.statement.phase ?? null,
    number: corte?.statement.number ?? null,
    corte: corte?.sha256 ?? null,
    taken_at: corte?.statement.taken_at ?? null,
    signer: corte && { name: corte.signer.name, key: corte.signer.key },
    trust: signed && trustOf(signed.trust),
    in_chain: inChain,
    /** receipts of another corte of this number, by keys that the corte's padrón has as those nodes' */
    contrary: owners.filter(isProven).length,
    /** by whoever made the file; nothing proves it */
    said: {
      checked_at,
      /** it is more than a day before the corte: the clock of the reader's device was wrong */
      clock_off: isClockOff(constancia),
      verdict: constancia.verdict,
      fault,
      site,
      chain,
      files,
      recibos: recibos && { ...recibos, contrary: undefined },
      /** the same, by keys of which nothing here says whose they are */
      contrary: owners.filter((owner) => !isProven(owner)).length,
    },
    /** members that nothing at hand could be compared with */
    untold: signed?.untold ?? [],
    refused: refusalOf(audit) ?? (broken && { at: 'chain', ...broken }),
    ...looksOfConstancia(audit),
  };
}

function isProven(owner: KeyOwner): boolean {
  return owner === 'theirs';
}

function trustOf({ anchor, newest }: { readonly anchor: Held; readonly newest: Held }) {
  return { anchor: anchor.document.version, version: newest.document.version, sha256: newest.sha256 };
}

interface Held {
  readonly document: { readonly version: number };
  readonly sha256: string;
}

/**
 * What came of it, in closed words. `fork` is two signed cortes of one number, or two trust documents: whoever has the
 * constancia has the proof. `disowned` is signed with a key that the custodians ended later. `wrong` alone says that the
 * file contradicts what it encloses.
 */
export type Found = 'signed' | 'fork' | 'disowned' | 'wrong' | 'unknown';

function foundBy({ verdict, inChain }: ConstanciaAudit): Found {
  if (verdict.kind === 'wrong') return verdict.code === 'trust-fork' ? 'fork' : 'wrong';
  if (verdict.kind !== 'proven') return verdict.kind;
  return inChain === 'other' ? 'fork' : 'signed';
}

/** Where and why what it says does not stand; null where it does, or where that can't be told. */
export function refusalOf({ verdict, inChain }: ConstanciaAudit) {
  if (verdict.kind === 'wrong') return { at: verdict.at, code: verdict.code, detail: verdict.detail };
  if (verdict.kind === 'disowned') {
    return { at: 'documents.signature', code: 'signer-out-of-range' as const, detail: verdict.detail };
  }
  if (inChain === 'other') return { at: 'documents.corte', code: 'fork' as const, detail: CONSTANCIA.other };
  return null;
}

function titleOf(audit: ConstanciaAudit): Said {
  const { number, phase } = audit.constancia.corte;
  const titles: Readonly<Record<Found, Said>> = {
    signed: CONSTANCIA.proven(number, phase),
    fork: isSigned(audit.verdict) ? CONSTANCIA.twoCortes(number, phase) : CONSTANCIA.twoTrusts,
    disowned: CONSTANCIA.disowned(number, phase),
    wrong: CONSTANCIA.wrong,
    unknown: CONSTANCIA.notProven,
  };
  return titles[foundBy(audit)];
}

export function constanciaText(audit: ConstanciaAudit, { told, bold }: Reader): string {
  const { verdict } = audit;
  const rows = (pairs: ReadonlyArray<readonly [Said, string | Said]>) =>
    labelled(pairs.map(([a, b]) => [told(a), told(b)] as const));
  return [
    bold(told(titleOf(audit))),
    ...(isSigned(verdict) ? [rows(proven(audit, verdict.corte, trustOf(verdict.trust)))] : []),
    `${bold(told(CONSTANCIA.said))}\n${rows(claimed(audit))}`,
    rows([[CONSTANCIA.limits, CONSTANCIA.limitsAre]]),
  ].join('\n\n');
}

type Row = readonly [Said, string | Said];

function proven(
  { constancia, verdict, inChain, newest, owners }: ConstanciaAudit,
  { statement, signer, sha256 }: Corte,
  trust: { readonly anchor: number; readonly version: number },
): Row[] {
  const chain = { same: CONSTANCIA.same, other: CONSTANCIA.other, absent: CONSTANCIA.absent(newest ?? 0) };
  const theirs = (constancia.recibos?.contrary ?? []).filter((_, i) => owners[i] === 'theirs');
  const contrary = theirs.map(({ difusor, node, acuse }): Row => {
    const { corte } = parseAcuse(encodeUtf8(acuse));
    return [CONSTANCIA.contrary, CONSTANCIA.contraryIs(`${difusor}/${node}`, inGroups(corte).join(' '))];
  });
  return [
    ...(constancia.corte.kind === 'simulacro' ? [[said(''), CONSTANCIA.drill] as const] : []),
    [CONSTANCIA.hour, `${statement.taken_at}${statement.final ? ', final' : ''}`],
    [CONSTANCIA.hash, inGroups(sha256).join(' ')],
    [CONSTANCIA.signedBy, `${signer.name} ${fingerprint(signer.key)}`],
    [CONSTANCIA.trust, CONSTANCIA.trustIs(trust.version, trust.anchor)],
    ...(verdict.kind === 'disowned' ? [[CONSTANCIA.ended, CONSTANCIA.endedBy(verdict.by, signer.name)] as const] : []),
    ...(inChain === null ? [] : [[CONSTANCIA.inChain, chain[inChain]] as const]),
    ...contrary,
  ];
}

function claimed({ constancia, verdict: judged, owners }: ConstanciaAudit): Row[] {
  const { checked_at, verdict, fault, site, chain, files, recibos, anchor, trust } = constancia;
  const untold = isSigned(judged) ? judged.untold : [];
  const unheld = (at: string, what: Said, { version, sha256 }: typeof trust): Row[] =>
    untold.includes(at) ? [[what, CONSTANCIA.notAtHand(version, inGroups(sha256).join(' '))]] : [];
  const where = fault && [fault.phase, fault.number].filter((part) => part !== null).join(' ');
  return [
    [CONSTANCIA.checkedAt, isClockOff(constancia) ? CONSTANCIA.clockOff(checked_at) : checked_at],
    [CONSTANCIA.verdict, verdict],
    ...(fault ? [[CONSTANCIA.fault, CONSTANCIA.faultIs(where ?? '', fault.code)] as const] : []),
    [CONSTANCIA.site, asOneLine(site ?? chain)],
    ...(files ? [[CONSTANCIA.files, CONSTANCIA.filesAre(files.same, files.compared, files.listed)] as const] : []),
    ...(recibos
      ? [[CONSTANCIA.recibos, CONSTANCIA.recibosAre(recibos.nodes, recibos.of, recibos.difusores, recibos.of_difusores)] as const]
      : []),
    ...unheld('anchor.sha256', CONSTANCIA.anchor, anchor),
    ...unheld('trust.sha256', CONSTANCIA.trust, trust),
    ...(recibos?.contrary ?? []).flatMap(({ difusor, node }, i): Row[] => {
      if (owners[i] === 'theirs') return [];
      const told = owners[i] === 'not-theirs' ? CONSTANCIA.contraryNotTheirs : CONSTANCIA.contraryUntold;
      return [[CONSTANCIA.contrary, told(`${difusor}/${node}`)]];
    }),
  ];
}
