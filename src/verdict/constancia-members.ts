import { parseAcuse } from '../format/acuse.ts';
import type { Constancia } from '../format/constancia.ts';
import type { Equation } from '../format/ed25519.ts';
import type { Padron } from '../format/padron.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { encodeUtf8 } from '../format/text.ts';
import { words as acuseWords } from './acuse-words.ts';
import { words } from './constancia-words.ts';
import type { Corte } from './history.ts';
import { phaseOf, type TrustChain } from './trust-chain.ts';

/** The members of a constancia, each against what was signed: a refusal here says which one it is. */

/** A member that is not what the documents say. */
export class WrongMember extends Refusal {
  readonly at: string;

  constructor(at: string, code: Code, detail: Said) {
    super(code, detail);
    this.at = at;
  }
}

/**
 * What the constancia says in its own members, against what was signed.
 * @returns the members that nothing at hand can be compared with: hashes of trust documents that are not held
 */
export function checkStated(
  { election, corte, trust, anchor, files }: Constancia,
  { statement, sha256, signer }: Corte,
  held: TrustChain,
): string[] {
  const untold: string[] = [];
  const hashOfTrust = (at: string, version: number, stated: string) => {
    const found = held.held.get(version)?.sha256;
    if (found === undefined) untold.push(at);
    return found ?? stated;
  };
  // A reader could not have believed a corte that names a later document than the newest held.
  if (statement.trust.version > trust.version) {
    throw new WrongMember('trust.version', 'statement-malformed', words.restsOn(statement.trust.version, trust.version));
  }
  const members: ReadonlyArray<readonly [at: string, stated: unknown, signed: unknown]> = [
    ['election', election, statement.election],
    ['corte.phase', corte.phase, statement.phase],
    ['corte.kind', corte.kind, phaseOf(held, statement.phase)?.kind],
    ['corte.number', corte.number, statement.number],
    ['corte.taken_at', corte.taken_at, statement.taken_at],
    ['corte.final', corte.final, statement.final],
    ['corte.sha256', corte.sha256, sha256],
    ['corte.signer', corte.signer, signer.name],
    ['corte.key', corte.key, signer.key],
    ['trust.sha256', trust.sha256, hashOfTrust('trust.sha256', trust.version, trust.sha256)],
    ['anchor.sha256', anchor.sha256, hashOfTrust('anchor.sha256', anchor.version, anchor.sha256)],
    ['files.listed', files?.listed, files ? statement.manifest.files : undefined],
  ];
  for (const [at, stated, signed] of members) {
    if (stated !== signed) throw new WrongMember(at, 'statement-malformed', words.otherThan(String(stated), String(signed)));
  }
  return untold;
}

/** Receipts that the page found of another corte of this number: whose key signed them needs no one's word. */
export function checkContrary({ recibos }: Constancia, { statement, sha256 }: Corte, equation: Equation | undefined): void {
  const { election, phase, number } = statement;
  const seen = new Set<string>();
  for (const [i, one] of (recibos?.contrary ?? []).entries()) {
    const at = `recibos.contrary[${i}]`;
    const bytes = encodeUtf8(one.acuse);
    const acuse = within(`${at}.signature`, () => {
      const signature = parseSignature(encodeUtf8(one.signature), 'acuse@cotejo');
      if (signature.key !== one.key) throw new Refusal('signer-unknown', words.otherKey);
      if (!isSignatureOver(signature, bytes, equation)) throw new Refusal('signature-invalid', acuseWords.notOverAcuse);
      return parseAcuse(bytes);
    });
    const members = [
      ['election', election, acuse.election],
      ['phase', phase, acuse.phase],
      ['number', number, acuse.number],
      ['difusor', one.difusor, acuse.difusor],
      ['node', one.node, acuse.node],
    ] as const;
    for (const [member, stated, signed] of members) {
      if (stated === signed) continue;
      throw new WrongMember(`${at}.acuse`, 'statement-malformed', words.otherThan(`${member} ${stated}`, String(signed)));
    }
    if (acuse.corte === sha256) throw new WrongMember(at, 'statement-malformed', words.sameCorte);
    const which = `${one.difusor}/${one.node} ${acuse.corte}`;
    if (seen.has(which)) throw new WrongMember(at, 'statement-malformed', words.twiceContrary);
    seen.add(which);
  }
}

/**
 * Of how many nodes and Difusores receipts were counted: the padrón says how many there are, and how many nodes so many
 * Difusores can have.
 * @param padron of the corte; null where it has none: then nobody could have counted
 * @throws WrongMember
 */
export function checkCounts({ recibos }: Constancia, padron: Padron | null): void {
  if (!recibos) return;
  if (!padron) throw new WrongMember('recibos', 'statement-malformed', words.noPadron);
  const sizes = padron.difusores.map(({ nodes }) => nodes.length).sort((a, b) => b - a);
  const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
  const members = [
    ['recibos.of', recibos.of, sum(sizes)],
    ['recibos.of_difusores', recibos.of_difusores, sizes.length],
  ] as const;
  for (const [at, stated, listed] of members) {
    if (stated !== listed) throw new WrongMember(at, 'statement-malformed', words.otherPadron(stated, listed));
  }
  const most = sum(sizes.slice(0, recibos.difusores));
  if (recibos.nodes > most) throw new WrongMember('recibos.nodes', 'statement-malformed', words.otherPadron(recibos.nodes, most));
}

/** Tells the refusal of one step by the member that it is about. */
export function within<T>(at: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new WrongMember(at, error.code, error.said);
  }
}
