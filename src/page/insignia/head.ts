import { isPageInstead, readChainIndex } from '../../audit/check/chain-index.ts';
import { type ChainReads, cortePath } from '../../audit/check/chain-reads.ts';
import { frontOf, readManifest } from '../../audit/check/live-check.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import type { Statement } from '../../format/statement.ts';
import type { Phase } from '../../format/trust.ts';
import { checkSigned, checkTrustNamed } from '../../verdict/corte.ts';
import { whatToShow } from '../../verdict/publication.ts';
import { phaseOf, startFrom, type TrustChain } from '../../verdict/trust-chain.ts';
import { walkTrust } from '../../verdict/trust-walk.ts';
import { words } from '../../verdict/words.ts';
import { findAnchor } from '../anchor.ts';
import type { Answer, ShownCorte } from '../marco/answer.ts';

/**
 * The head first: whether what this origin shows now is what was signed. The newest statement's signature by a key that the
 * trust documents allow, its list of files, and the front page in front of the reader; of the history behind it nothing.
 */
export type Checked =
  | { readonly kind: 'same'; readonly statement: Statement; readonly phase: Phase; readonly isDue: boolean }
  /** something is not what was signed. @see Code for what is refused; null where the front page is another one */
  | { readonly kind: 'other'; readonly code: Code | null; readonly number: number; readonly phase: Phase | null }
  | { readonly kind: 'aviso' | 'espera'; readonly phase: Phase | null }
  /** the list of files is so long that nobody should fetch it unasked; bytes */
  | { readonly kind: 'large'; readonly bytes: number; readonly phase: Phase }
  /** the site tells nothing by which it could be checked, or lacks its own documents */
  | { readonly kind: 'nothing' };

/** What the check asks of the site. Each throws what {@link ChainReads} throws. */
export interface Site extends Pick<ChainReads, 'read' | 'readTrust' | 'name'> {
  /** what it shows; null where nobody answers in earnest */
  look(): Promise<Answer | null>;
  /** the hash of the front page; null where there is none, or the notice is there */
  front(most: number): Promise<Hash | null>;
}

/** bytes of a list of files that is fetched unasked: some 4,000 files */
export const UNASKED = 512 * 1024;

/**
 * Checks once, and again where a newer corte came meanwhile: then what was compared belonged to two.
 * @param most bytes of a list of files that may be fetched
 * @param now ms since the epoch, by the reader's clock
 * @returns null where nobody answers
 * @throws Error where something can't be read
 */
export async function checkHead(site: Site, most: number, now: () => number): Promise<Checked | null> {
  for (let attempt = 1; ; attempt++) {
    const answer = await site.look();
    if (answer === null) return null;
    const checked = await checkOnce(site, answer, most, now);
    if (checked.kind !== 'other' || attempt === TRIES) return checked;
    const after = await site.look();
    if (after === null || JSON.stringify(after) === JSON.stringify(answer)) return checked;
  }
}

const TRIES = 3;

async function checkOnce(site: Site, answer: Answer, most: number, now: () => number): Promise<Checked> {
  if (!('phase' in answer)) return { kind: 'nothing' };
  const number = answer.kind === 'corte' ? answer.number : 0;
  let phase: Phase | null = null;
  try {
    const trust = await trustOf(site);
    phase = phaseOf(trust, answer.phase) ?? null;
    if (answer.kind !== 'corte') return { kind: answer.kind, phase };
    return await checkCorte(site, trust, answer, most, now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'delivery-incomplete') return { kind: 'nothing' };
    return { kind: 'other', code: error.code, number, phase };
  }
}

async function checkCorte(site: Site, trust: TrustChain, answer: ShownCorte, most: number, now: () => number): Promise<Checked> {
  const { phase: name, number } = answer;
  const [corteJson, signature] = await Promise.all([
    site.read(cortePath(name, number, 'corte.json'), LIMITS.documentBytes),
    site.read(cortePath(name, number, 'corte.json.sig'), LIMITS.signatureBytes),
  ]);
  if (!corteJson || !signature) return { kind: 'nothing' };
  const signed = checkSigned(corteJson, signature, trust, answer);
  const { statement } = signed;
  checkTrustNamed(statement, trust, null, null);
  const phase = phaseOf(trust, name);
  if (!phase) throw new Refusal('wrong-phase', words.noPhase(name));
  if (statement.manifest.bytes > most) return { kind: 'large', bytes: statement.manifest.bytes, phase };
  const listed = frontOf(await readManifest(site, signed));
  const shown = await site.front(statement.manifest.content_bytes);
  if (!listed || shown === null) return { kind: 'nothing' };
  if (shown !== listed.sha256) return { kind: 'other', code: null, number, phase };
  return { kind: 'same', statement, phase, isDue: whatToShow(phase, statement, now()) !== 'aviso' };
}

/** The trust documents from the first one that the site has; nobody compares it with the printed one here. */
async function trustOf(site: Site): Promise<TrustChain> {
  const [hint, anchor] = await Promise.all([readChainIndex(site), findAnchor(site, { kind: 'none' })]);
  const walked = await walkTrust(startFrom(anchor), async (version, chain) => {
    const found = await site.readTrust(version, chain);
    return !found || isPageInstead(found.bytes, hint !== null && version > hint.trust) ? null : found;
  });
  if (walked.refused) throw new Refusal(walked.refused.code, walked.refused.detail);
  return walked.chain;
}
