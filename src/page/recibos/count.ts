import { addressIn } from '../../audit/check/live-check.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { parseRecibos, RECIBOS, type Recibo } from '../../format/recibos.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { encodeUtf8 } from '../../format/text.ts';
import type { Corte } from '../../verdict/history.ts';
import { countRecibos, type RecibosCount } from '../../verdict/recibos.ts';
import type { WebEquation } from '../web-equation.ts';
import { WebTrouble } from '../web-trouble.ts';

/**
 * How many nodes of how many Difusores signed that they publish the newest corte, by the receipts that the Institute
 * publishes and the keys of the padrón inside that corte. It is asked for after the verdict, which does not depend on it.
 */

export type Recibos =
  | { readonly kind: 'counted'; readonly at: URL; readonly count: RecibosCount }
  /** `none`: that address has no receipts of this corte; `unread`: it can't be read, or what is there is none of them */
  | { readonly kind: 'none' | 'unread'; readonly at: URL }
  /** `no-padron`: the corte or the site does not say whose keys they are; `no-place`: nor where receipts are published; `unread-padron`: the network kept back who would say it */
  | { readonly kind: 'no-padron' | 'unread-padron' | 'no-place' };

/** Reads a whole small file; null where there is none. */
type Read = (url: URL, path: string, limit: number) => Promise<Uint8Array | null>;

/**
 * The padrón of the corte, as the site shows it.
 * @param sha256 of `oficial/padron.json`, by the corte's list
 * @returns null where the site has none as it was signed; `unread` where the network kept it back
 * @throws the signal's reason where the reader went on
 */
export async function readPadron(
  read: Read,
  site: URL,
  sha256: Hash,
  { statement }: Pick<Corte, 'statement'>,
): Promise<Padron | 'unread' | null> {
  try {
    const bytes = await read(addressIn(site, PADRON_FILE), PADRON_FILE, LIMITS.documentBytes);
    if (bytes === null || hashOf(bytes) !== sha256) return null;
    const padron = parsePadron(bytes);
    return padron.election === statement.election ? padron : null;
  } catch (error) {
    if (error instanceof WebTrouble) return 'unread';
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Where the Institute publishes receipts, by what it signed itself; null where it says nothing of that. */
export function recibosOf({ institute }: Padron): URL | null {
  return institute === null ? null : new URL(`${institute.replace(/\/?$/, '/')}${RECIBOS}/`);
}

export interface Counting {
  readonly web: WebEquation;
  readonly breathe: () => Promise<void>;
  /** receipts that were read there before: whoever takes them away again does not make them unseen */
  readonly former?: readonly Recibo[];
}

/**
 * @param at the folder of receipts, which may be anybody's
 * @throws the signal's reason where the reader went on
 */
export async function countPublished(
  read: Read,
  at: URL,
  corte: Corte,
  padron: Padron,
  { web, breathe, former = [] }: Counting,
): Promise<Recibos> {
  const { election, phase, number } = corte.statement;
  const path = `${phase}/${sixDigits(number)}.json`;
  try {
    const bytes = await read(new URL(path, at), path, LIMITS.recibosBytes);
    // A site that has no such folder may answer with a page.
    if (bytes === null || bytes[0] === 0x3c) return { kind: 'none', at };
    const recibos = [...parseRecibos(bytes, path), ...former];
    const equation = await verifiedAhead(recibos, padron, web, breathe);
    return {
      kind: 'counted',
      at,
      count: countRecibos(recibos, padron, { election, phase, number, corte: corte.sha256 }, equation),
    };
  } catch (error) {
    if (error instanceof Refusal || error instanceof WebTrouble) return { kind: 'unread', at };
    throw error;
  }
}

/**
 * There may be thousands of receipts, and the count wants all answers at once: each signature by a key of the padrón is
 * verified before, one after the other, so that the page stays alive.
 */
async function verifiedAhead(
  recibos: readonly Recibo[],
  padron: Padron,
  web: WebEquation,
  breathe: () => Promise<void>,
): Promise<WebEquation['equation']> {
  const keys = new Set(padron.difusores.flatMap(({ nodes }) => nodes.map(({ acuse_key }) => acuse_key)));
  const answers = new Map<string, boolean>();
  const equation: WebEquation['equation'] = (message, signature, point) => {
    const name = [message, signature, point].map(hashOf).join();
    const known = answers.get(name);
    if (known !== undefined) return known;
    const holds = web.equation(message, signature, point);
    answers.set(name, holds);
    return holds;
  };
  for (const recibo of recibos) {
    const [acuse, file] = [encodeUtf8(recibo[0]), encodeUtf8(recibo[1])];
    try {
      const signature = parseSignature(file, 'acuse@cotejo');
      if (!keys.has(signature.key)) continue;
      await web.prepare(acuse, file, 'acuse@cotejo');
      isSignatureOver(signature, acuse, equation);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the count tells it
    }
    await breathe();
  }
  return equation;
}
