import { randomBytes } from 'node:crypto';
import { isChainBehind, olderShown } from '../audit/behind.ts';
import { auditChain, type ChainAudit, movedWords, type PhaseAudit } from '../audit/chain.ts';
import { type LiveAudit, shownPhase } from '../audit/check/live-check.ts';
import { auditLive } from '../audit/live.ts';
import { besideChain, offChainAt, type Places } from '../audit/off-chain.ts';
import { auditPresentation } from '../audit/presentation.ts';
import { liveJson, liveText, presentationText } from '../audit/report/others.ts';
import { httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { isName } from '../format/document.ts';
import { type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import type { Corte } from '../verdict/history.ts';
import { type Shown, whatToShow } from '../verdict/publication.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import { type Anchored, addressOf, isAddress, knownPhase, openAnchor, openChain, tellWrong } from './audit-places.ts';
import { AUDIT } from './words/audit.ts';

/** `cotejo audit live`: whether a site shows what was signed. */

export interface LiveFlags extends Anchored {
  chain: string;
  phase?: string;
  sample?: number;
  seed?: string;
  presentacion?: string;
  revoked?: string;
  rate: number;
}

/** How many requests to the site at once. */
const LIVE_CONNECTIONS = 6;

/** @param site its address */
export async function liveCommand(shell: Shell, site: string, flags: LiveFlags): Promise<Outcome> {
  const { presentacion } = flags;
  if (presentacion !== undefined && !isName(presentacion)) throw new UsageError(AUDIT.notAName(presentacion));
  if (flags.seed !== undefined && flags.sample === undefined) throw new UsageError(AUDIT.seedNeeds);
  const sample =
    flags.sample === undefined ? undefined : { size: flags.sample, seed: flags.seed ?? randomBytes(8).toString('hex') };
  const address = addressOf(site);
  const anchor = await openAnchor(flags.anchor);
  const source = await openChain(flags.chain, shell);
  const client = httpClient(LIVE_CONNECTIONS, READER_PATIENCE, undefined, proxiesOf(shell.env));
  const onProgress = (done: number, of: number) => shell.progress(shell.told(AUDIT.ofFiles(done, of)));
  const options = { sample, rate: flags.rate, connections: LIVE_CONNECTIONS, onProgress };
  const places = {
    revoked: flags.revoked ?? (isAddress(flags.chain) ? null : await besideChain(flags.chain)),
    own: httpSource(chainOf(address), READER_PATIENCE, client),
  };
  try {
    let audit = await knownPhase(auditChain(source, anchor, { phase: flags.phase }));
    let live: LiveAudit;
    let shown: PhaseAudit | undefined;
    for (let number = 0; ; ) {
      tellWrong(shell, audit);
      if (audit.refused) {
        if (flags.json) shell.json({ refused: audit.refused });
        return 'refused';
      }
      shown = shownPhase(audit.phases);
      live = await auditLive(client, address, shown?.cortes ?? [], source, {
        ...options,
        expected: expectedOf(audit, shell.now()),
        offChain: offChainOf(places, audit, shown),
      });
      // A corte that was published meanwhile makes the site look altered: then it is looked at once more.
      const before = number;
      number = live.number;
      if (live.same === live.files || live.shows !== 'corte' || number === before) break;
      audit = await auditChain(source, anchor, { phase: live.phase });
      if (audit.phases[0]?.cortes.length === number) break;
    }
    const found = live;
    const rules = shown && phaseOf(audit.trust.chain, found.phase);
    // A sample would not show that it is whole.
    const again = (cortes: readonly Corte[]) => auditLive(client, address, cortes, source, { ...options, sample: undefined });
    const isWhole = found.same === found.files || found.shows !== 'corte';
    const older = isWhole || !shown || !rules ? null : await olderShown(found, rules, shown.cortes, shell.now(), again);
    const isBehind = isChainBehind(found);
    const isLooked = presentacion !== undefined && shown && found.shows === 'corte' && older === null && !isBehind;
    const anew = async () => (await auditChain(source, anchor, { phase: found.phase })).phases[0]?.cortes ?? [];
    const seen = isLooked
      ? await auditPresentation(client, address, presentacion, shown?.cortes ?? [], source, {
          ...options,
          offChain: offChainOf(places, audit, shown),
          again: anew,
        })
      : null;
    const there = client.movedTo();
    if (there) shell.say.warning(movedWords(address.href, new URL(address.pathname, there.origin).href));
    const json = {
      ...liveJson(found),
      ...(older !== null && { older }),
      ...(sample && { sample }),
      ...(seen && { presentacion: seen }),
    };
    const text = () => [liveText(found, sample ?? null, older, shell), ...(seen ? [presentationText(seen, shell)] : [])].join('\n');
    shell.result(flags.json, json, text);
    const from = found.altered.length > 0 ? disownedFrom(audit, found) : null;
    if (from !== null) shell.say.warning(AUDIT.mayBeDisowned(from, found.phase));
    if (found.shows !== 'corte' || older !== null || isBehind) return 'unknown';
    if (found.same + found.failed.length < found.files) return 'refused';
    if (seen?.verdict === 'altered' || seen?.verdict === 'not-authorised') return 'refused';
    if (seen !== null && seen.verdict !== 'same') return 'unknown';
    return found.failed.length > 0 ? 'unknown' : 'done';
  } finally {
    shell.progressDone();
    client.close();
    source.close();
  }
}

/** What a site should show at this hour, by the newest corte of its phase. */
function expectedOf({ phases, trust }: ChainAudit, now: number): Shown | undefined {
  const shown = shownPhase(phases);
  const phase = shown && phaseOf(trust.chain, shown.summary.phase);
  return phase && whatToShow(phase, shown.cortes.at(-1)?.statement ?? null, now);
}

/** Where a Difusor has the chain: beside its publication, which for a phase by itself is below the other's. */
function chainOf(site: URL): URL {
  const chain = new URL(site);
  chain.pathname = `${site.pathname.replace(/\/cotejo\/fases\/[^/]+\/?$/, '').replace(/\/$/, '')}/cotejo/chain/`;
  return chain;
}

/**
 * From which number on the custodians may have disowned a corte that was not to be had here: the first after the end of a
 * signer; null where none ended.
 */
function disownedFrom({ trust }: ChainAudit, { phase, number }: LiveAudit): number | null {
  const { signers } = trust.chain.newest.document;
  const ends = signers.flatMap((one) => (one.phase === phase && one.last !== null && one.last < number ? [one.last] : []));
  return ends.length === 0 ? null : Math.min(...ends) + 1;
}

function offChainOf(places: Places, { trust }: ChainAudit, shown: PhaseAudit | undefined) {
  if (!shown) return undefined;
  const { cortes, summary } = shown;
  return () => offChainAt(places, { trust: trust.chain, phase: summary.phase, cortes });
}
