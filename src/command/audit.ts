import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { auditAcuses } from '../audit/acuses.ts';
import { olderShown } from '../audit/behind.ts';
import { auditChain, type ChainAudit, movedWords, type PhaseAudit } from '../audit/chain.ts';
import { type LiveAudit, shownPhase } from '../audit/check/live-check.ts';
import { compare } from '../audit/compare.ts';
import { writeEvidence } from '../audit/evidence.ts';
import { readersOf, readHistories } from '../audit/histories.ts';
import { auditLive } from '../audit/live.ts';
import { looksOf } from '../audit/looks.ts';
import { auditCorte } from '../audit/one-corte.ts';
import { auditPresentation } from '../audit/presentation.ts';
import { chainHtml } from '../audit/report/chain-html.ts';
import { chainJson, chainText } from '../audit/report/chain-text.ts';
import { compareJson, compareText, corteJson, corteText, liveJson, liveText, presentationText } from '../audit/report/others.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { readAnchor } from '../chain/trust-folder.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { isName } from '../format/document.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { Refusal } from '../format/refusal.ts';
import { formatTime } from '../format/time.ts';
import { describe, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import type { Corte } from '../verdict/history.ts';
import { type Shown, whatToShow } from '../verdict/publication.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import { diffCommand } from './audit-diff.ts';
import { addressOf, knownPhase, openChain, tellWrong, unlessBroken } from './audit-places.ts';
import { contradicts, recibosReport } from './audit-recibos.ts';
import { example } from './example.ts';
import { AUDIT } from './words/audit.ts';
import { HELP } from './words/help.ts';
import { noWholeNumber } from './wrong-usage.ts';

/** `cotejo audit …`: what anyone can check of a chain, of a web site, of several chains. */
export function auditCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const audit = program.command('audit').description(told(AUDIT.audit));
  example(audit, 'cotejo audit chain https://difusor.example/cotejo/chain --anchor trust-1.json');
  const anchored = (command: Command) => command.requiredOption('--anchor <trust.json>', told(AUDIT.anchor));

  const chain = anchored(audit.command('chain'))
    .description(told(AUDIT.chain))
    .argument('<chain>', told(AUDIT.place))
    .option('--phase <name>', told(HELP.onlyPhase))
    .option('--packages', told(AUDIT.packages))
    .option('--acuses <folder>', told(AUDIT.acuses))
    .option('--acuse-key <key...>', told(AUDIT.acuseKey))
    .option('--recibos <place...>', told(AUDIT.recibos))
    .option('--corte <n>', told(AUDIT.ofCorte), positive('--corte <n>'))
    .option('--evidence <folder>', told(AUDIT.receiptEvidence), 'evidence')
    .option('--html <file>', told(AUDIT.html))
    .option('--json', told(HELP.json))
    .action(runs(shell, (at: string, flags: ChainFlags) => chainCommand(shell, at, flags)));
  example(chain, 'cotejo audit chain https://difusor.example/cotejo/chain --anchor trust-1.json --packages');

  const live = anchored(audit.command('live'))
    .description(told(AUDIT.live))
    .argument('<site>', told(AUDIT.site))
    .requiredOption('--chain <chain>', told(AUDIT.place))
    .option('--phase <name>', told(AUDIT.livePhase))
    .option('--sample <n>', told(AUDIT.sample), positive('--sample <n>'))
    .option('--seed <text>', told(AUDIT.seed))
    .option('--presentacion <name>', told(AUDIT.presentacion))
    .option('--rate <n>', told(AUDIT.rate), positive('--rate <n>'), 200)
    .option('--json', told(HELP.json))
    .action(runs(shell, (site: string, flags: LiveFlags) => liveCommand(shell, site, flags)));
  example(live, 'cotejo audit live https://prep.example/ --chain https://difusor.example/cotejo/chain --anchor trust-1.json');

  const several = anchored(audit.command('compare'))
    .description(told(AUDIT.compare))
    .argument('<chains...>', told(AUDIT.chains))
    .option('--phase <name>', told(HELP.onlyPhase))
    .option('--evidence <folder>', told(AUDIT.evidence), 'evidence')
    .option('--json', told(HELP.json))
    .action(runs(shell, (places: string[], flags: CompareFlags) => compareCommand(shell, places, flags)));
  example(several, 'cotejo audit compare https://a.example/cotejo/chain https://b.example/cotejo/chain --anchor trust-1.json');

  const corte = anchored(audit.command('corte'))
    .description(told(AUDIT.corte))
    .argument('<folder>', told(AUDIT.folder))
    .option('--json', told(HELP.json))
    .action(runs(shell, (folder: string, flags: Anchored) => corteCommand(shell, folder, flags)));
  example(corte, 'cotejo audit corte chain/jornada/000037 --anchor trust-1.json');
  diffCommand(audit, shell);
}

interface Anchored {
  anchor: string;
  json?: boolean;
}

interface ChainFlags extends Anchored {
  phase?: string;
  packages?: boolean;
  acuses?: string;
  acuseKey?: string[];
  recibos?: string[];
  corte?: number;
  evidence: string;
  html?: string;
}

async function chainCommand(shell: Shell, at: string, flags: ChainFlags): Promise<Outcome> {
  const keys = flags.acuseKey ? new Set(await Promise.all(flags.acuseKey.map(readKey))) : null;
  if (keys && flags.acuses === undefined) throw new UsageError(AUDIT.acuseKeyNeeds);
  if (flags.corte !== undefined && flags.recibos === undefined) throw new UsageError(AUDIT.corteNeeds);
  const anchor = await readAnchor(flags.anchor);
  const source = await openChain(at, shell);
  const places: ChainSource[] = [];
  try {
    for (const place of flags.recibos ?? []) places.push(await openChain(place, shell));
    const onProgress = (phase: string, number: number, bytes: number) => {
      const read = bytes === 0 ? `${phase}: ${number} cortes` : AUDIT.readPackages(phase, number, Math.round(bytes / 1e6));
      shell.progress(shell.told(read));
    };
    const audit = await knownPhase(auditChain(source, anchor, { ...flags, onProgress }));
    const acuses = flags.acuses === undefined ? null : await unlessBroken(shell, audit, auditAcuses(flags.acuses, audit, keys));
    const recibos = places.length === 0 ? null : await unlessBroken(shell, audit, recibosReport(places, audit, source, flags));
    const isCounted = recibos?.audit.verdict === 'counted';
    const looked = looksOf({ ...flags, acuses: acuses !== null, acuseKeys: keys !== null, recibos: isCounted });
    if (flags.html !== undefined) {
      const checkedAt = formatTime(shell.now(), -new Date(shell.now()).getTimezoneOffset());
      const page = chainHtml(audit, acuses, looked, { place: source.name, checkedAt, recibos });
      await unlessBroken(shell, audit, writeFile(flags.html, page));
    }
    shell.result(flags.json, chainJson(audit, acuses, looked, recibos), () =>
      chainText(audit, acuses, looked, { ...shell, bold: (text) => shell.paint('bold', text) }, recibos),
    );
    tellWrong(shell, audit);
    for (const { path, code, detail } of acuses?.refused ?? [])
      shell.say.error(detail.map((why) => `acuse ${path}: ${code}: ${why}`));
    const isWrong = audit.refused !== null || (acuses?.refused.length ?? 0) > 0 || (recibos !== null && contradicts(recibos.audit));
    if (isWrong) return 'refused';
    return recibos === null || isCounted ? 'done' : 'unknown';
  } finally {
    shell.progressDone();
    for (const place of places) place.close();
    source.close();
  }
}

interface LiveFlags extends Anchored {
  chain: string;
  phase?: string;
  sample?: number;
  seed?: string;
  presentacion?: string;
  rate: number;
}

/** How many requests to the site at once. */
const LIVE_CONNECTIONS = 6;

async function liveCommand(shell: Shell, site: string, flags: LiveFlags): Promise<Outcome> {
  const { presentacion } = flags;
  if (presentacion !== undefined && !isName(presentacion)) throw new UsageError(AUDIT.notAName(presentacion));
  if (flags.seed !== undefined && flags.sample === undefined) throw new UsageError(AUDIT.seedNeeds);
  const sample =
    flags.sample === undefined ? undefined : { size: flags.sample, seed: flags.seed ?? randomBytes(8).toString('hex') };
  const address = addressOf(site);
  const anchor = await readAnchor(flags.anchor);
  const source = await openChain(flags.chain, shell);
  const client = httpClient(LIVE_CONNECTIONS, READER_PATIENCE, undefined, proxiesOf(shell.env));
  const onProgress = (done: number, of: number) => shell.progress(shell.told(AUDIT.ofFiles(done, of)));
  const options = { sample, rate: flags.rate, connections: LIVE_CONNECTIONS, onProgress };
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
      live = await auditLive(client, address, shownPhase(audit.phases)?.cortes ?? [], source, {
        ...options,
        expected: expectedOf(audit, shell.now()),
      });
      shown = shownPhase(audit.phases);
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
    const isLooked = presentacion !== undefined && shown && found.shows === 'corte' && older === null;
    const anew = async () => (await auditChain(source, anchor, { phase: found.phase })).phases[0]?.cortes ?? [];
    const seen = isLooked
      ? await auditPresentation(client, address, presentacion, shown?.cortes ?? [], source, { ...options, again: anew })
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
    if (found.shows !== 'corte' || older !== null) return 'unknown';
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

interface CompareFlags extends Anchored {
  phase?: string;
  evidence: string;
}

async function compareCommand(shell: Shell, places: string[], flags: CompareFlags): Promise<Outcome> {
  if (places.length < 2) throw new UsageError(AUDIT.oneAlone);
  const anchor = await readAnchor(flags.anchor);
  const { histories, trust } = await knownPhase(readHistories(places, anchor, (place) => openChain(place, shell), flags.phase));
  try {
    const phases = flags.phase === undefined ? trust.newest.document.phases.map(({ name }) => name) : [flags.phase];
    const of = (kind: 'chain' | 'corte') => histories.flatMap((history) => (history.kind === kind ? [history.told] : []));
    const comparison = compare(of('chain'), of('corte'), phases);
    const evidence: string[] = [];
    for (const fork of comparison.forks) {
      evidence.push(await writeEvidence(flags.evidence, fork, readersOf(histories), trust));
    }
    shell.result(flags.json, compareJson(histories, comparison, evidence), () => compareText(comparison, evidence, shell));
    for (const history of histories) {
      if (history.kind === 'chain') tellWrong(shell, history.audit, `${history.name}: `);
      if (history.kind === 'none') shell.say.error(AUDIT.failed(history.name, describe(history.error)));
    }
    const wrong = histories.some((history) =>
      history.kind === 'none' ? history.error instanceof Refusal : history.kind === 'chain' && history.audit.refused !== null,
    );
    if (wrong || comparison.forks.length > 0) return 'refused';
    return histories.some(({ kind }) => kind === 'none') ? 'unknown' : 'done';
  } finally {
    for (const history of histories) if (history.kind === 'chain') history.source.close();
  }
}

async function corteCommand(shell: Shell, folder: string, flags: Anchored): Promise<Outcome> {
  const anchor = await readAnchor(flags.anchor);
  try {
    const audit = await auditCorte(folder, anchor);
    shell.result(flags.json, corteJson(audit), () => corteText(audit, shell));
    return 'done';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (flags.json) shell.json({ refused: { code: error.code, detail: error.detail } });
    throw error;
  }
}

/** A public key as it is, or the file that holds it. */
async function readKey(text: string): Promise<PublicKey> {
  const line = text.startsWith('ssh-') ? text : (await readBounded(text, 4096)).toString().trim();
  const key = line.split(' ').slice(0, 2).join(' ');
  if (pointOf(key) === null) throw new UsageError(AUDIT.noKey(text));
  return key;
}

/** @param flags of the option whose value is read */
function positive(flags: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(noWholeNumber(flags, text));
    return Number(text);
  };
}
