import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { writeEvidence } from '../audit/evidence.ts';
import { readersOf } from '../audit/histories.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { folderSource } from '../audit/source/folder.ts';
import { CONNECTIONS, httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE, type ReaderPatience } from '../audit/source/http-get.ts';
import { type ProxyFor, proxiesOf } from '../audit/source/proxies.ts';
import { readAnchor } from '../chain/trust-folder.ts';
import { Refusal } from '../format/refusal.ts';
import type { Place, Silent } from '../iec/restore/places.ts';
import { type Pace, type Restored, restoreChain } from '../iec/restore/restore.ts';
import { chainAddressOf, readIecConfig } from '../iec/setup/config.ts';
import { describe, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { proofOr } from './audit-places.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { forbidRoot } from './iec-push.ts';
import { HELP } from './words/help.ts';
import { IEC_RELEVO as words } from './words/iec-relevo.ts';

/** `cotejo iec restore`: the chain, back from those who have it. */

interface Options {
  readonly config: string;
  readonly chain?: string;
  readonly anchor: string;
  readonly from: readonly string[];
  readonly evidence?: string;
  readonly json?: boolean;
}

/** A Difusor's chain is read by everybody; of more places the newest part would not become newer. */
const MOST_PLACES = 100;

/** One that is slower than 1 Mbit/s is left for others, and comes back where nobody else has a corte. */
const QUICK: ReaderPatience = {
  ...READER_PATIENCE,
  slowest: 125_000,
  total: { visit: 30_000, answer: 1000, slowest: 125_000 },
  tries: 2,
};

export function restoreCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('restore')
      .description(told(words.restore))
      .requiredOption('--anchor <trust.json>', told(words.anchor))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--chain <dir>', told(words.chain))
      .option('--from <place>', told(words.from), (place: string, before: readonly string[]) => [...before, place], [])
      .option('--evidence <folder>', told(words.evidence))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => restore(shell, options))),
    'cotejo iec restore --anchor trust-1.json --from https://difusor.example/cotejo/chain --from /media/usb/chain',
  );
}

async function restore(shell: Shell, options: Options): Promise<Outcome> {
  const { chain, from, evidence } = await placesOf(options);
  const anchor = await readAnchor(options.anchor);
  forbidRoot({ panel: existsSync(chain) ? chain : dirname(chain) });
  const progress = (done: number, of: number) => shell.progress(shell.told(words.fetching(done, of)));
  const restored = await restoreChain({ chain, anchor, from, open: opener(proxiesOf(shell.env)), progress });
  shell.progressDone();
  try {
    return await tell(shell, chain, restored, { evidence, json: options.json });
  } finally {
    for (const { source } of 'places' in restored ? restored.places : []) source.close();
  }
}

interface Places {
  readonly chain: string;
  readonly from: readonly string[];
  readonly evidence: string;
}

async function placesOf({ config: file, chain, from, evidence }: Options): Promise<Places> {
  const config = chain === undefined || from.length === 0 ? await readIecConfig(file) : null;
  const places = from.length > 0 ? from : (config?.difusor ?? []).map(chainAddressOf);
  if (places.length === 0) throw new UsageError(words.noPlace, words.namePlace);
  if (places.length > MOST_PLACES) throw new UsageError(words.manyPlaces(MOST_PLACES));
  return {
    chain: chain ?? config?.chain ?? '',
    from: [...new Set(places)],
    evidence: evidence ?? join(config?.panel ?? '.', 'evidence'),
  };
}

/** All places are heard before anything is fetched: one that drips must not hold up the others for long. */
const HEARING: ReaderPatience = { ...READER_PATIENCE, total: { visit: 60_000, answer: 250, slowest: 32 * 1024 } };

const PACES: Readonly<Record<Pace, ReaderPatience>> = { hearing: HEARING, quick: QUICK, patient: READER_PATIENCE };

function opener(proxyFor: ProxyFor) {
  return async (place: string, pace: Pace): Promise<ChainSource> => {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return folderSource(place);
    if (!URL.canParse(place) || !/^https?:$/.test(new URL(place).protocol)) throw new UsageError(words.noAddress(place));
    return httpSource(new URL(place), PACES[pace], httpClient(CONNECTIONS, PACES[pace], undefined, proxyFor));
  };
}

async function tell(
  shell: Shell,
  chain: string,
  restored: Restored,
  { evidence, json }: { readonly evidence: string; readonly json: boolean | undefined },
): Promise<Outcome> {
  const { silent } = restored;
  for (const { name, error } of silent) shell.say.warning(words.silent(name, describe(error)));
  if (restored.kind === 'nothing') {
    if (json) shell.json({ chain, restored: false, sources: silent.map(silentJson), forks: [] });
    shell.say.error(words.nothing);
    return silent.length > 0 && silent.every(({ error }) => error instanceof Refusal) ? 'refused' : 'unknown';
  }
  const { places, trust } = restored;
  for (const place of places) tellPlace(shell, place);
  const sources = [...places.filter(({ name }) => name !== chain).map(placeJson), ...silent.map(silentJson)];
  const version = trust.newest.document.version;
  if (restored.kind === 'forks') {
    const histories = places.map((place) => ({ kind: 'chain' as const, ...place }));
    const forks = [];
    for (const fork of restored.forks) {
      const folder = await proofOr(shell, writeEvidence(evidence, fork, readersOf(histories), trust));
      const [one, other] = fork.between.map(({ name }) => name);
      forks.push({ phase: fork.phase, number: fork.number, between: [one, other], evidence: folder });
      const { number } = fork;
      const what = fork.phase === null ? words.trustOf(number) : words.corteOf(number, fork.phase);
      shell.say.error(words.fork(what, one ?? '', other ?? '', folder));
    }
    shell.say.hint(words.decide);
    if (json) shell.json({ chain, restored: false, trust: version, sources, forks });
    return 'refused';
  }
  if (restored.indexError !== null) shell.say.warning(words.noIndex(describe(restored.indexError)));
  const phases = restored.phases.map(({ phase, head: { statement, sha256 }, fetched }) => ({
    phase,
    number: statement.number,
    corte: sha256,
    taken_at: statement.taken_at,
    final: statement.final,
    fetched,
  }));
  shell.result(json, { chain, restored: true, trust: version, phases, sources, forks: [] }, () =>
    [
      words.trustIs(chain, version),
      ...phases.map(({ phase, number, taken_at, fetched }) => words.phaseIs(phase, number, taken_at, fetched)),
      words.before,
    ]
      .map(shell.told)
      .join('\n'),
  );
  return 'done';
}

/** What is wrong at a place changes nothing of what is restored, but whoever keeps it should hear of it. */
function tellPlace(shell: Shell, { name, audit }: Place): void {
  for (const warning of audit.warnings) shell.say.warning(words.at(name, warning));
  const { refused } = audit.trust;
  if (refused) shell.say.warning(words.wrongTrust(name, refused.version, refused.code, refused.detail));
  for (const { refused: wrong } of audit.phases) {
    if (wrong) shell.say.warning(words.wrongCorte(name, wrong.phase ?? '', wrong.number, wrong.code, wrong.detail));
  }
}

function placeJson({ name, audit }: Place) {
  const phases = audit.phases.map(({ summary, refused }) => ({
    phase: summary.phase,
    number: summary.cortes,
    corte: summary.head,
    refused: refused && { number: refused.number, code: refused.code },
  }));
  return { name, trust: audit.trust.chain.newest.document.version, phases, error: null };
}

function silentJson({ name, error }: Silent) {
  return { name, trust: null, phases: [], error: error instanceof Refusal ? error.code : describe(error).en };
}
