import { join } from 'node:path';
import type { Command } from 'commander';
import { openBucket } from '../espejo/bucket/bucket.ts';
import { type EspejoConfig, readCredentials, readEspejoConfig } from '../espejo/config.ts';
import { newPasses, type Result } from '../espejo/pass.ts';
import { type EspejoEvent, runEspejo } from '../espejo/run.ts';
import { Trouble } from '../espejo/trouble.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { tellJournal } from '../terminal/journal.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { ESPEJO_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { ESPEJO as words } from './words/espejo.ts';
import { HELP } from './words/help.ts';

/** `cotejo espejo`: what a node shows, in an object store. */

interface Options {
  readonly config: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function espejoCommand(program: Command, shell: Shell): void {
  const { told } = shell;
  const espejo = program
    .command('espejo')
    .description(told(words.description))
    .option('--config <file>', told(words.config), ESPEJO_CONFIG)
    .option('--once', told(words.once))
    .option('--json', told(HELP.json))
    .action(runs(shell, (options: Options) => act(shell, options)));
  example(espejo, 'cotejo espejo --config /etc/cotejo/espejo.toml --once');
}

async function act(shell: Shell, { config: file, once, json }: Options): Promise<Outcome> {
  if (json && !once) throw new UsageError(words.jsonNeedsOnce);
  const config = await readEspejoConfig(file);
  const credentials = readAnew(() => credentialsOf(shell, config));
  // Read once before anything starts, so that a wrong file is wrong usage; then anew, as they may be replaced.
  await credentials();
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const bucket = openBucket(config, credentials, stop.signal);
  const random = Math.random;
  const passes = newPasses({ config, bucket, now: shell.now, elapsed: () => performance.now(), random });
  try {
    if (once) return await pass(shell, json, () => passes.pass());
    await runEspejo(
      { config, passes, supervisor: supervisorOf(shell.env), heard: (event) => tell(shell, event), random },
      stop.signal,
    );
    return 'done';
  } finally {
    bucket.close();
  }
}

async function pass(shell: Shell, json: boolean | undefined, work: () => Promise<Result>): Promise<Outcome> {
  try {
    const result = await work();
    shell.result(json, { ...factsOf(result), code: null, detail: null }, () => textOf(shell, result));
    return 'done';
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (json) shell.json({ outcome: 'trouble', code: error.code, detail: error.said });
    shell.say.error(error.said);
    return error.isRefusal ? 'refused' : 'unknown';
  }
}

/** How long credentials are used before their file is read again, ms. */
const FRESH_MS = 2000;

function readAnew<T>(read: () => Promise<T>): () => Promise<T> {
  let held: { readonly at: number; readonly value: Promise<T> } | null = null;
  return () => {
    if (held === null || performance.now() - held.at > FRESH_MS) held = { at: performance.now(), value: read() };
    return held.value;
  };
}

/** systemd's credential goes before the configured file. */
function credentialsOf({ env }: Shell, { credentials }: EspejoConfig) {
  const given = env.CREDENTIALS_DIRECTORY;
  return given === undefined ? readCredentials(credentials, false) : readCredentials(join(given, 's3_credentials'), true);
}

function factsOf({ outcome, phase, shows, number, uploaded, copied, checked, repaired, removed, spent }: Result) {
  const { requests, lists, bytes } = spent;
  return { outcome, phase, shows, number, uploaded, copied, checked, repaired, removed, requests, lists, bytes };
}

function textOf(shell: Shell, result: Result): string {
  const { outcome, phase, shows, number, uploaded, copied, checked, repaired } = result;
  if (outcome === 'behind') return shell.told(words.behind(phase));
  const what = shows === 'corte' && number !== null ? words.corte(number) : shows;
  const first = shell.told(words[outcome](phase, what));
  return `${first}\n  ${shell.told(words.counts(uploaded, copied, checked, repaired))}`;
}

function tell(shell: Shell, event: EspejoEvent): void {
  if ('result' in event) {
    const { removed, ...facts } = factsOf(event.result);
    tellJournal(shell, { ...facts, removed: removed.join(','), event: event.event }, PRIORITIES);
  } else tellJournal(shell, event, PRIORITIES);
}

const PRIORITIES = { trouble: 4, repaired: 4, behind: 5, 'well-again': 5 } as const;
