import type { Beginning } from '../audit/check/chain-check.ts';
import type { ChainReads } from '../audit/check/chain-reads.ts';
import { readManifest } from '../audit/check/live-check.ts';
import { readPair } from '../audit/check/tile-reads.ts';
import { Refusal } from '../format/refusal.ts';
import { instantOf } from '../format/time.ts';
import { type Corte, checkAlone } from '../verdict/history.ts';
import { whatToShow } from '../verdict/publication.ts';
import { phaseOf, type TrustChain } from '../verdict/trust-chain.ts';
import { lookAtFront } from './front-files.ts';
import type { Front } from './front-names.ts';
import type { WebEquation } from './web-equation.ts';
import type { WebClient } from './web-get.ts';

/**
 * What a reader wants to know first: whether what he sees now is what the Institute signed. It needs the newest corte's
 * signature, its list and the files in front of him, and none of the history. It is never a verdict: where anything is not
 * plainly in order nothing is said here, and the whole check, which comes after, tells what it is.
 */
export interface Head {
  readonly corte: Corte;
  readonly kind: 'oficial' | 'simulacro';
  /** The files of the site that were compared, all the same as signed, as the front page is. */
  readonly front: Front;
}

export interface HeadPlan {
  readonly source: ChainReads;
  readonly client: WebClient;
  readonly web: WebEquation;
  readonly site: URL;
  /** the phase that the address names, if it names one */
  readonly phase: string | null;
  /** milliseconds, by the reader's clock */
  readonly now: number;
}

/**
 * @returns null where nothing can be said before the history is known
 * @throws the signal's reason where the reader cancelled; any error of the network, which the whole check meets again
 */
export async function lookAtHead(
  { trust: { chain, refused }, hint }: Beginning,
  { source, client, web, site, phase, now }: HeadPlan,
  breathe: () => Promise<void>,
): Promise<Head | null> {
  if (refused || !hint) return null;
  const begun = chain.newest.document.phases.filter(({ name }) => hint.phases.has(name) && (phase === null || name === phase));
  const official = begun.filter(({ kind }) => kind === 'oficial');
  const candidates = official.length > 0 ? official : begun;
  try {
    const found = await Promise.all(
      candidates.map(async ({ name, kind }) => {
        const corte = await newestOf(source, chain, web, name, hint.phases.get(name)?.number ?? 0);
        return corte && { kind, corte };
      }),
    );
    const heads = found.filter((head) => head !== null);
    if (heads.length < found.length) return null;
    const [head] = heads.sort((a, b) => instantOf(b.corte.statement.taken_at) - instantOf(a.corte.statement.taken_at));
    if (!head) return null;
    const { statement } = head.corte;
    const rules = phaseOf(chain, statement.phase);
    if (!rules || whatToShow(rules, statement, now) !== 'corte') return null;
    const manifest = await readManifest(source, head.corte);
    const front = await lookAtFront(client, { site, manifest, most: statement.manifest.content_bytes }, breathe);
    return front && { ...head, front };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function newestOf(
  source: ChainReads,
  trust: TrustChain,
  web: WebEquation,
  phase: string,
  number: number,
): Promise<Corte | null> {
  const [corteJson, signature] = await readPair(source, phase, number);
  if (!corteJson || !signature) return null;
  await web.prepare(corteJson, signature, 'corte@cotejo');
  return checkAlone(trust, { phase, number }, corteJson, signature, web.equation);
}
