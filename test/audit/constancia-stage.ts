import type { ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditConstancia } from '../../src/audit/constancia.ts';
import { constanciaJson, constanciaText } from '../../src/audit/report/constancia.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { parseConstancia } from '../../src/format/constancia.ts';
import { filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { encode, type KitTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';

/** How constancias are tried: the good chain, and the check as the command makes it. */

export const good = goodChain();
export const [first, second] = good.trusts;
export const [, , , fourth, fifth] = good.jornada;

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
