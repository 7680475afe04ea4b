import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { differs, isChainBehind, olderShown } from '../audit/behind.ts';
import { auditChain, type ChainAudit, movedWords, type PhaseAudit } from '../audit/chain.ts';
import { type LiveAudit, shownPhase } from '../audit/check/live-check.ts';
import { officialAhead } from '../audit/check/official-ahead.ts';
import { canBeNewer, mayBeNewer } from '../audit/check/unread.ts';
import { auditLive } from '../audit/live.ts';
import { besideChain, offChainAt, type Places } from '../audit/off-chain.ts';
import { lookInPasses, orError } from '../audit/passes.ts';
import { auditPresentation } from '../audit/presentation.ts';
import { liveJson, liveText, presentationText } from '../audit/report/others.ts';
import { httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { isName } from '../format/document.ts';
import { Refusal } from '../format/refusal.ts';
import { saidBy } from '../format/thrown.ts';
import { describe, type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import type { Corte } from '../verdict/history.ts';
import { type Shown, whatToShow } from '../verdict/publication.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import { type Anchored, addressOf, isAddress, knownPhase, openAnchor, openChain, tellThrown, tellWrong } from './audit-places.ts';
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
  if (flags.revoked !== undefined) await readdir(flags.revoked).catch((error: unknown) => shell.say.warning(describe(error)));
  const places = {
    revoked: flags.revoked ?? (isAddress(flags.chain) ? null : await besideChain(flags.chain)),
    own: httpSource(chainOf(address), READER_PATIENCE, client),
  };
  try {
    const first = await knownPhase(auditChain(source, anchor, { phase: flags.phase }));
    tellWrong(shell, first);
    if (first.refused) {
      if (flags.json) shell.json({ refused: first.refused });
      return 'refused';
    }
    const unread = new Map<number, unknown>();
    const onUnread = (number: number, why: unknown) => unread.set(number, why);
    const look = (shown: PhaseAudit | undefined, audit: ChainAudit) =>
      auditLive(client, address, shown?.cortes ?? [], source, {
        ...options,
        expected: expectedOf(audit, shell.now()),
        offChain: offChainOf(places, audit, shown),
        onUnread,
      });
    const anew = (phase: string) => auditChain(source, anchor, { phase });
    const { audit, shown, live: found, broken, chainLost, wentOn, lookLost } = await lookInPasses(first, look, anew);
    const rules = shown && phaseOf(audit.trust.chain, found.phase);
    // A sample would not show that it is whole.
    const again = (cortes: readonly Corte[]) =>
      auditLive(client, address, cortes, source, { ...options, sample: undefined, onUnread: () => {} });
    const isWhole = found.same === found.files || found.shows !== 'corte';
    const older = isWhole || !shown || !rules ? null : await olderShown(found, rules, shown.cortes, shell.now(), again);
    const isBehind = isChainBehind(found);
    const isLooked = presentacion !== undefined && shown && found.shows === 'corte' && older === null && !isBehind;
    const seenLost: Error[] = []; // why the chain could not be read again for the presentation
    const seen = isLooked
      ? await orError(
          auditPresentation(client, address, presentacion, shown.cortes, source, {
            ...options,
            offChain: offChainOf(places, audit, shown),
            onUnread,
            again: async () => {
              const next = await orError(anew(found.phase));
              if (next.error) seenLost.push(next.error);
              return next.done?.phases[0]?.cortes ?? [];
            },
          }),
        )
      : null;
    const there = client.movedTo();
    if (there) shell.say.warning(movedWords(address.href, new URL(address.pathname, there.origin).href));
    const lost = lookLost ?? seen?.error ?? null;
    const list = wrongList(found, unread);
    const wrong = broken?.refused ?? list ?? wrongIn(found, lost);
    const whole = older?.isWhole ? older.number : null;
    const json = {
      ...liveJson(found),
      ...(whole !== null && { older: whole }),
      ...(sample && { sample }),
      ...(seen?.done && { presentacion: seen.done }),
      ...(wrong && { refused: wrong }),
    };
    const text = () =>
      [liveText(found, sample ?? null, whole, shell), ...(seen?.done ? [presentationText(seen.done, shell)] : [])].join('\n');
    shell.result(flags.json, json, text);
    if (broken) tellWrong(shell, broken);
    for (const why of chainLost ? [chainLost] : seenLost.map(saidBy)) shell.say.warning(AUDIT.chainLost(why));
    const newest = shown?.cortes.at(-1)?.statement ?? null;
    const isDue = rules !== undefined && mayBeNewer(found, rules, newest, shell.now());
    const isOld = (isDue && chainLost !== null) || (wentOn && canBeNewer(found));
    const isSeenOld = isDue && seenLost.length > 0 && !differs(found);
    if (isOld || isSeenOld) shell.say.warning(AUDIT.mayBeNewer(found.number, found.phase));
    for (const number of found.unread ?? []) shell.say.warning(AUDIT.unread(number, found.phase, saidBy(unread.get(number))));
    if (list) shell.say.error(list.detail.map((why) => `${list.phase} ${list.number}: ${list.code}: ${why}`));
    if (lost) tellThrown(shell, lost);
    if (older && !older.isWhole) shell.say.warning(AUDIT.mayBeOlder(older.number, found.phase));
    const from = found.altered.length > 0 ? disownedFrom(audit, found) : null;
    if (from !== null) shell.say.warning(AUDIT.mayBeDisowned(from, found.phase));
    const isAhead = flags.phase === undefined && differs(found);
    const official = isAhead && rules ? officialAhead(audit.trust.chain.newest.document.phases, rules, shell.now()) : null;
    if (official !== null) shell.say.warning(AUDIT.mayBeOfficial(official, found.phase));
    if (wrong) return 'refused';
    if (lookLost || isOld || found.shows !== 'corte' || older !== null || isBehind || official !== null) return 'unknown';
    if (differs(found)) return 'refused';
    if (lost) return 'unknown';
    const verdict = seen?.done?.verdict ?? 'same';
    if (verdict === 'altered' || verdict === 'not-authorised') return isSeenOld ? 'unknown' : 'refused';
    return verdict !== 'same' || found.failed.length > 0 ? 'unknown' : 'done';
  } finally {
    shell.progressDone();
    client.close();
    source.close();
  }
}

/** What ended a look that came after the first, where that is a fault of the chain. */
function wrongIn({ phase }: LiveAudit, lost: Error | null) {
  return lost instanceof Refusal ? { phase, number: null, code: lost.code, detail: lost.said } : null;
}

/** A list of the chain that is not the one that was signed; null where those that are unread could only not be had. */
function wrongList({ phase, unread = [] }: LiveAudit, why: ReadonlyMap<number, unknown>) {
  for (const number of unread) {
    const error = why.get(number);
    if (error instanceof Refusal) return { phase, number, code: error.code, detail: error.said };
  }
  return null;
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
