import type { Constancia } from '../format/constancia.ts';
import { NOT_CHECKED, type NotChecked } from '../format/constancia-terms.ts';
import { LIMITS } from '../format/limits.ts';
import type { Said } from '../format/said.ts';
import { instantOf } from '../format/time.ts';
import { WrongMember } from './constancia-members.ts';
import { words } from './constancia-words.ts';

/**
 * What whoever made a constancia says, and nothing signed can prove: no page that checks comes to what these rules refuse,
 * because one member contradicts another.
 */

/** What is wrong with the member, or null. The first rule that is broken is told. */
type Rule = readonly [at: string, broken: (constancia: Constancia) => Said | null];

/** What no check of a page reaches. */
const NEVER: readonly NotChecked[] = ['newer', 'packages', 'others', 'truth'];

const A_DAY = 86_400_000;

const RULES: readonly Rule[] = [
  ['site', ({ site, files }) => (files && site === null ? words.filesOfNoSite : null)],
  ['files.compared', comparedOf],
  ['files.same', sameOf],
  ['verdict', verdictOf],
  ['anchor.given', givenOf],
  ['recibos.nodes', nodesOf],
  ['recibos.difusores', difusoresOf],
  ['recibos.of_difusores', ({ recibos }) => (recibos && !fits(recibos.of_difusores, recibos.of) ? words.receipts : null)],
  ['not_checked', uncheckedOf],
];

/** @throws WrongMember of the first member that contradicts another */
export function checkClaims(constancia: Constancia): void {
  for (const [at, broken] of RULES) {
    const told = broken(constancia);
    if (told) throw new WrongMember(at, 'statement-malformed', told);
  }
}

/** Whether the reader's clock was off by more than a time zone: no one can check a corte a day before it was taken. */
export function isClockOff({ checked_at, corte }: Constancia): boolean {
  return instantOf(corte.taken_at) - instantOf(checked_at) > A_DAY;
}

function comparedOf({ files, verdict }: Constancia): Said | null {
  if (!files) return null;
  if (files.compared > files.listed) return words.overListed(files.compared, files.listed);
  return isGood(verdict) && files.compared === 0 ? words.nothingCompared(verdict) : null;
}

/** A site that shows a notice has files that are not the same, and none that is told as differing. */
function sameOf({ files, verdict, fault }: Constancia): Said | null {
  if (!files) return null;
  const { compared, same, differing } = files;
  const sum = same + differing.length;
  const isAll = verdict === 'no-concuerda' && fault === null && differing.length < LIMITS.constanciaFiles;
  const isOff = sum > compared || (isGood(verdict) && same !== compared) || (isAll && sum !== compared);
  return isOff ? words.counts(sum, compared) : null;
}

/** A file that could not be read says nothing against the site. */
function verdictOf({ verdict, fault, files }: Constancia): Said | null {
  const isAgainst = verdict === 'no-concuerda';
  const hasGround = fault !== null || files?.differing.some(({ how }) => how !== 'failed');
  if (fault !== null && !isAgainst) return words.verdictAgainst(verdict);
  return isAgainst && !hasGround ? words.verdictAgainst(verdict) : null;
}

function givenOf({ verdict, anchor: { given } }: Constancia): Said | null {
  const isUncompared = given === 'nada';
  const isWrong = verdict === 'concuerda' ? isUncompared : verdict === 'falta-comparar' && !isUncompared;
  return isWrong ? words.givenAgainst(verdict, given) : null;
}

/** A node with a contrary receipt is none of those that signed for this corte. */
function nodesOf({ recibos }: Constancia): Said | null {
  if (!recibos) return null;
  const contrary = new Set(recibos.contrary.map(({ difusor, node }) => `${difusor}/${node}`));
  return recibos.nodes + contrary.size > recibos.of ? words.receipts : null;
}

function difusoresOf({ recibos }: Constancia): Said | null {
  if (!recibos) return null;
  const { nodes, difusores, of_difusores } = recibos;
  return difusores > of_difusores || !fits(difusores, nodes) ? words.receipts : null;
}

/** Each Difusor has a node, and each node a Difusor. */
function fits(difusores: number, nodes: number): boolean {
  return difusores <= nodes && (nodes === 0 || difusores > 0);
}

function uncheckedOf({ not_checked, verdict, anchor, files, recibos }: Constancia): Said | null {
  const ordered = NOT_CHECKED.filter((word) => not_checked.includes(word));
  if (ordered.length !== not_checked.length || ordered.some((word, i) => word !== not_checked[i])) return words.outOfOrder;
  const has = (word: NotChecked) => not_checked.includes(word);
  const lacking = NEVER.find((word) => !has(word));
  if (lacking) return words.claimsChecked(lacking);
  if (verdict === 'falta-comparar' && !has('anchor')) return words.claimsChecked('anchor');
  if (anchor.given !== 'nada' && has('anchor')) return words.claimsUnchecked('anchor');
  if (has('site') !== (files === null)) return has('site') ? words.claimsUnchecked('site') : words.claimsChecked('site');
  if (has('recibos') !== (recibos === null)) {
    return has('recibos') ? words.claimsUnchecked('recibos') : words.claimsChecked('recibos');
  }
  const isPart = files !== null && files.compared < files.listed;
  const saysPart = has('rest') || has('unserved');
  if (isPart === saysPart) return null;
  return isPart ? words.claimsChecked('rest') : words.claimsUnchecked(has('rest') ? 'rest' : 'unserved');
}

function isGood(verdict: Constancia['verdict']): boolean {
  return verdict === 'concuerda' || verdict === 'falta-comparar';
}
