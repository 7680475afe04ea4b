import { readChainIndex } from '../../audit/check/chain-index.ts';
import { cortePath } from '../../audit/check/chain-reads.ts';
import type { ChainSource } from '../../audit/source/chain-source.ts';
import { CONNECTIONS, httpSource } from '../../audit/source/http.ts';
import { httpClient, type ReaderPatience } from '../../audit/source/http-get.ts';
import { DIRECT, type ProxyFor } from '../../audit/source/proxies.ts';
import { readStatement } from '../../chain/chain-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { checkSigned } from '../../verdict/corte.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import type { ChainView } from '../record/chain-view.ts';
import { chainAddressOf, type Difusor } from '../setup/config.ts';
import type { Sight } from './judge.ts';
import { words } from './words.ts';

/** What a Difusor's public chain shows of the IEC's own signatures, which nobody can forge or explain away. */

export interface PublicAnswer {
  /** the newest corte that it claims, 0 for none */
  readonly number: number;
  readonly sight: Sight | null;
}

const PATIENCE: ReaderPatience = {
  stall: 5000,
  slowest: 4096,
  total: { visit: 8000, answer: 1000, slowest: 32 * 1024 },
  tries: 1,
  pause: 0,
};

/**
 * @param trust by which a signature counts
 * @throws Error where the address can't be asked, or has no chain of ours: then it says nothing
 */
export async function askPublic(
  difusor: Pick<Difusor, 'url'>,
  view: ChainView,
  trust: TrustChain,
  proxyFor: ProxyFor = DIRECT,
): Promise<PublicAnswer> {
  const address = chainAddressOf(difusor);
  const source = httpSource(new URL(address), PATIENCE, httpClient(CONNECTIONS, PATIENCE, undefined, proxyFor));
  try {
    const index = await readChainIndex(source);
    if (index === null) throw new ToldError(words.noIndex(address));
    const { name: phase } = view.phase;
    const claim = index.phases.get(phase) ?? null;
    const signedAt = (number: number) => signedCorte(source, { phase, number }, trust);
    // Who has any of the cortes that we lack has the first of them, whatever the index says.
    const next = await signedAt(view.head + 1);
    const number = claim?.number ?? 0;
    if (next !== null) return { number: Math.max(number, next.number), sight: next };
    if (claim === null) return { number, sight: null };
    if (number > view.head) return { number, sight: { number, corte: claim.corte, isSigned: false } };
    const seen = await signedAt(number);
    if (seen === null) throw new ToldError(words.otherChain(address));
    const { sha256 } = await readStatement(view.chain, phase, number);
    return { number, sight: seen.corte === sha256 ? null : seen };
  } finally {
    source.close();
  }
}

async function signedCorte(
  source: Pick<ChainSource, 'read'>,
  place: { phase: string; number: number },
  trust: TrustChain,
): Promise<Sight | null> {
  const path = (file: 'corte.json' | 'corte.json.sig') => cortePath(place.phase, place.number, file);
  try {
    const corteJson = await source.read(path('corte.json'), LIMITS.documentBytes);
    const signature = corteJson && (await source.read(path('corte.json.sig'), LIMITS.signatureBytes));
    if (!corteJson || !signature) return null;
    const { statement, sha256 } = checkSigned(corteJson, signature, trust, place, nodeEquation);
    return statement.number === place.number ? { number: statement.number, corte: sha256, isSigned: true } : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
