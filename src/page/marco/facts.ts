import { readChainIndex } from '../../audit/check/chain-index.ts';
import { type ChainReads, cortePath } from '../../audit/check/chain-reads.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { trustFile } from '../../format/naming.ts';
import { parseStatement, type Statement } from '../../format/statement.ts';
import { type Phase, parseTrust } from '../../format/trust.ts';
import type { Answer } from './answer.ts';

/**
 * What the chain says of what the site shows: the corte's statement, and the rules of its phase. Their form is checked and
 * that they belong together; the signatures are not. Whoever could change them here could change this page, too. They are
 * for `insignia.html` and for `/cotejo/`.
 */
export interface Facts {
  readonly phase: Phase | null;
  /** of the corte that is shown, or of the last one where a notice is; null where it could not be read */
  readonly corte: Statement | null;
}

type Reads = Pick<ChainReads, 'read'>;

/** Where no index says which trust document is the newest, so many are tried. */
const MOST_TRIED = 32;

/**
 * @throws Refusal for what is not of the format or does not belong together; Error where it can't be read
 */
export async function readFacts(source: Reads, answer: Extract<Answer, { readonly phase: string }>): Promise<Facts> {
  if (answer.kind === 'corte') return ofCorte(source, answer.phase, answer.number);
  const index = await readChainIndex(source);
  const last = index?.phases.get(answer.phase)?.number;
  if (last !== undefined) return ofCorte(source, answer.phase, last);
  const newest = index ? await readTrust(source, index.trust) : await newestTrust(source);
  return { phase: newest && phaseIn(newest, answer.phase), corte: null };
}

/** The newest trust document, found by trying one after the other. */
async function newestTrust(source: Reads): Promise<Uint8Array | null> {
  let newest: Uint8Array | null = null;
  for (let version = 1; version <= MOST_TRIED; version++) {
    const next = await readTrust(source, version);
    if (!next) break;
    newest = next;
  }
  return newest;
}

function readTrust(source: Reads, version: number): Promise<Uint8Array | null> {
  return source.read(`trust/${trustFile(version)}`, LIMITS.documentBytes);
}

async function ofCorte(source: Reads, phase: string, number: number): Promise<Facts> {
  const bytes = await source.read(cortePath(phase, number, 'corte.json'), LIMITS.documentBytes);
  const corte = bytes && parseStatement(bytes);
  if (!corte || corte.phase !== phase || corte.number !== number) return { phase: null, corte: null };
  const document = await readTrust(source, corte.trust.version);
  const isNamed = document !== null && hashOf(document) === corte.trust.sha256;
  return { phase: isNamed ? phaseIn(document, phase) : null, corte };
}

function phaseIn(document: Uint8Array, name: string): Phase | null {
  return parseTrust(document).phases.find((phase) => phase.name === name) ?? null;
}
