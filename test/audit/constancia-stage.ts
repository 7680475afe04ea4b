import type { ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditConstancia } from '../../src/audit/constancia.ts';
import { constanciaJson, constanciaText } from '../../src/audit/report/constancia.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { parseConstancia } from '../../src/format/constancia.ts';
import { PADRON_FILE } from '../../src/format/padron.ts';
import { filesOf, type Good, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { encode, type KitTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { PADRON } from '../kit/recibos.ts';

/** How constancias are tried: the good chain, and the check as the command makes it. */

/** Without a padrón in any corte. */
export const bare = goodChain();
export const [first, second] = bare.trusts;
const [one, two, three] = bare.jornada;
export const [, , , fourth] = bare.jornada;
const files = { ...publicationOf(5), [PADRON_FILE]: encode(PADRON) };
export const fifth = makeCorte({ trust: second, signer: 'relevo-1', previous: fourth, files });
export const good: Good = { ...bare, jornada: [one, two, three, fourth, fifth] };

export interface By {
  readonly by?: KitTrust;
  readonly chain?: string;
}

/** As the command does it, without starting a program for each. */
async function audited(constancia: unknown, { by = first, chain }: By = {}) {
  const bytes = constancia instanceof Buffer ? constancia : encode(constancia);
  const source = chain === undefined ? null : await folderSource(chain);
  const checked = source && { source, audit: await auditChain(source, by) };
  return auditConstancia(parseConstancia(bytes, 'constancia.json'), by, checked);
}

export const check = async (constancia: unknown, by: By = {}) => constanciaJson(await audited(constancia, by));
export const text = async (constancia: unknown, by: By = {}) =>
  constanciaText(await audited(constancia, by), {
    language: 'es',
    told: (words) => (typeof words === 'string' ? words : words.es),
    bold: (words) => words,
  });

export async function writeChain(t: ExecutionContext, files = filesOf(good)) {
  return writeFiles(await makeFolder(t), files);
}
