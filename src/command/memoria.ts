import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { textOf } from '../config/read-text.ts';
import { type DifusorConfig, readDifusorConfig } from '../difusor/setup/config.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { version } from '../disk/installed.ts';
import { isName } from '../format/document.ts';
import { fingerprint, type PublicKey } from '../format/key.ts';
import type { Said } from '../format/said.ts';
import { isPrintable } from '../format/text.ts';
import { countOf, sizeOf } from '../html/size.ts';
import { spanOf } from '../html/span.ts';
import { readPublicKey } from '../keys/public-key.ts';
import { COMMENT_BYTES, commentsIn } from '../memoria/document/comments.ts';
import type { Source } from '../memoria/figures.ts';
import type { Part, Plan } from '../memoria/make.ts';
import type { Comment, Memoria } from '../memoria/memoria.ts';
import type { resultJson } from '../memoria/result.ts';
import { columnsOf } from '../terminal/columns.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openAcuseKey } from './node-keys.ts';
import { HELP } from './words/help.ts';
import { MEMORIA as words } from './words/memoria.ts';

/** `cotejo difusor memoria`: the technical report after the election. */

interface Options {
  readonly config: string;
  readonly out?: string;
  readonly log: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly phase?: string;
  readonly base: readonly string[];
  readonly otherNode: readonly string[];
  readonly site: readonly string[];
  readonly comentarios?: string;
  readonly nombre?: string;
  readonly ip: 'truncada' | 'completa';
  readonly verify?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** Characters of the Difusor's name in the document. */
const LONGEST_NAME = 120;
/** Bytes of a table of usual days by hand. */
const TABLE_BYTES = 1024 * 1024;

export function memoriaCommand(difusor: Command, shell: Shell): void {
  const { told } = shell;
  const memoria = difusor
    .command('memoria')
    .description(told(words.description))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--out <dir>', told(words.out))
    .option('--log <file...>', told(words.log), [])
    .option('--from <time>', told(words.from))
    .option('--to <time>', told(words.to))
    .option('--phase <name>', told(words.phase))
    .option('--base <file...>', told(words.base), [])
    .option('--other-node <name=dir...>', told(words.otherNode), [])
    .option('--site <name...>', told(words.site), [])
    .option('--comentarios <file>', told(words.comments))
    .option('--nombre <text>', told(words.nombre))
    .addOption(new Option('--ip <how>', told(words.ip)).choices(['truncada', 'completa']).default('truncada'))
    .option('--verify <dir>', told(words.verify))
    .option('--key <file.pub>', told(words.key))
    .option('--json', told(HELP.json));
  memoria.action(
    runs(shell, (options: Options) => {
      if (options.verify === undefined) return make(shell, options);
      const given = memoria.options.filter((option) => memoria.getOptionValueSource(option.attributeName()) === 'cli');
      return verify(shell, options.verify, options, given);
    }),
  );
  example(memoria, 'cotejo difusor memoria --log /var/log/cotejo/acceso.log* --nombre Vanguardia --out memoria');
}

async function make(shell: Shell, options: Options): Promise<Outcome> {
  const { out, log, key } = options;
  if (key !== undefined) throw new UsageError(words.keyNeedsVerify);
  if (out === undefined) throw new UsageError(words.needsOut, words.needsOutHint);
  if (log.length === 0) throw new UsageError(words.needsLog, words.needsLogHint);
  const config = await readDifusorConfig(options.config);
  const plan = {
    config,
    key: await openAcuseKey(shell, config),
    version: version(),
    phase: options.phase ?? null,
    asked: { from: options.from ?? null, to: options.to ?? null },
    logs: log.map((text) => sourceIn(shell, text, config)),
    others: othersIn(shell, options.otherNode, config),
    base: await baseIn(shell, options.base, config),
    comments: await commentsOf(options.comentarios),
    nombre: nameIn(options.nombre),
    ip: options.ip,
    hosts: options.site,
    out: resolve(shell.cwd, out),
    now: shell.now(),
    progress: (part: Part) => shell.progress(progressWords(shell, part)),
  };
  // Loaded here, so that the other commands and the services start without it.
  const [{ makeMemoria }, { resultJson }] = await Promise.all([import('../memoria/make.ts'), import('../memoria/result.ts')]);
  const stop = new AbortController();
  const memoria = await untilSignal(stop, () => makeMemoria({ ...plan, signal: stop.signal })).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') return null;
    throw error;
  });
  shell.progressDone();
  if (memoria === null) {
    shell.say.error(words.stopped);
    return 'unknown';
  }
  const made = resultJson(memoria, plan.out);
  shell.result(options.json, made, () => madeText(shell, made));
  warn(shell, memoria);
  shell.say.hint(words.next(join(out, 'memoria.html')));
  return memoria.chain.refused === null ? 'done' : 'refused';
}

/** What may be said besides `--verify`; every other option is of the making. */
const OF_VERIFYING: ReadonlySet<string> = new Set<keyof Options>(['verify', 'key', 'config', 'json']);

/**
 * @param given the options of the command line
 * @throws UsageError
 */
async function verify(shell: Shell, folder: string, options: Options, given: readonly Option[]): Promise<Outcome> {
  const stray = given.find((option) => !OF_VERIFYING.has(option.attributeName()));
  if (stray !== undefined) throw new UsageError(words.verifyAlone(stray.long ?? stray.flags));
  const isConfigGiven = given.some((option) => option.attributeName() === 'config');
  const expected = await expectedKey(shell, options, isConfigGiven);
  const place = resolve(shell.cwd, folder);
  const { verifyMemoria } = await import('../memoria/folder/verify.ts');
  const { about, key, files, bytes } = await verifyMemoria(place, expected, (path) => {
    shell.progress(progressWords(shell, { part: 'hashing', path }));
  });
  shell.progressDone();
  const { difusor, node, phase, kind, election, from, to, made_at, ip } = about;
  const value = { folder: place, valid: true, key, compared: expected !== null, difusor, node, election, phase, kind };
  shell.result(options.json, { ...value, from, to, made_at, ip, files, bytes }, () =>
    [
      `${folder}: ${shell.paint('green', shell.told(words.authentic))}, ${shell.told(words.verified(`${difusor} ${node}`, `${from} – ${to}`, countOf(files)))}`,
      `  ${shell.told(words.signedBy)}   ${fingerprint(key)}`,
    ].join('\n'),
  );
  if (expected === null) shell.say.hint(words.unknownKey);
  return 'done';
}

/** Whose signature it must be, null where nobody said. */
async function expectedKey(shell: Shell, { key, config }: Options, isConfigGiven: boolean): Promise<PublicKey | null> {
  if (key !== undefined) return readPublicKey(key);
  if (!isConfigGiven) return null;
  return (await openAcuseKey(shell, await readDifusorConfig(config))).publicKey;
}

/** `FILE` or `NAME=FILE`. */
function sourceIn({ cwd }: Shell, text: string, { node }: DifusorConfig): Source {
  const [name, file] = named(text) ?? [node, text];
  return { node: name, file: resolve(cwd, file) };
}

/** A table by hand, or logs. @throws UsageError; Refusal `too-large`; Error where the table can't be read */
async function baseIn(shell: Shell, texts: readonly string[], config: DifusorConfig): Promise<Plan['base']> {
  const [table] = texts.filter((text) => text.toLowerCase().endsWith('.csv'));
  if (table === undefined) return texts.length === 0 ? null : texts.map((text) => sourceIn(shell, text, config));
  if (texts.length > 1) throw new UsageError(words.mixedBase(table));
  const file = resolve(shell.cwd, table);
  const { baseByHand } = await import('../memoria/count/base.ts');
  return baseByHand(textOf(await readBounded(file, TABLE_BYTES), table), table);
}

/** @throws UsageError */
function othersIn({ cwd }: Shell, texts: readonly string[], { node }: DifusorConfig): Map<string, string> {
  const others = new Map<string, string>();
  for (const text of texts) {
    const [name, folder] = named(text) ?? [];
    if (name === undefined || folder === undefined) throw new UsageError(words.notANode(text), words.notANodeHint);
    if (name === node || others.has(name)) throw new UsageError(words.nodeTwice(name));
    others.set(name, resolve(cwd, folder));
  }
  return others;
}

function named(text: string): [name: string, path: string] | null {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  return isName(name) && at < text.length - 1 ? [name, text.slice(at + 1)] : null;
}

/** @throws UsageError for what is no text; Refusal `too-large`; Error where it can't be read */
async function commentsOf(file: string | undefined): Promise<Comment[]> {
  return file === undefined ? [] : commentsIn(textOf(await readBounded(file, COMMENT_BYTES), file));
}

/** @throws UsageError */
function nameIn(text: string | undefined): string | null {
  if (text === undefined) return null;
  const name = text.trim();
  if (name === '' || name.length > LONGEST_NAME || !isPrintable(name)) throw new UsageError(words.longName(LONGEST_NAME));
  return name;
}

function progressWords(shell: Shell, part: Part): string {
  const percent = (done: number, of: number) => Math.floor((100 * done) / Math.max(of, 1));
  switch (part.part) {
    case 'checking':
      return shell.told(words.checking(part.cortes));
    case 'hashing':
      return shell.told(words.hashing(part.path));
    case 'counting':
      return shell.told(words.counting(percent(part.bytes, part.ofBytes), countOf(part.lines)));
    case 'base':
      return shell.told(words.counting_base(percent(part.bytes, part.ofBytes), countOf(part.lines)));
  }
}

type Result = ReturnType<typeof resultJson>;

function madeText(shell: Shell, made: Result): string {
  const visits = `${countOf(made.visits)}${made.visits_exact ? '' : ` ± ${countOf(made.visits_error)}`}`;
  const shown = words.shownOf(countOf(made.published), countOf(made.cortes), spanOf(made.aviso_seconds));
  const rows: [Said, string][] = [
    [words.span, `${made.phase}, ${made.from} – ${made.to}`],
    [words.visits, visits],
    [words.pages, countOf(made.pages)],
    [words.hits, countOf(made.hits)],
    [words.sent, sizeOf(made.bytes)],
    [words.robots, shell.told(words.robotHits(countOf(made.robots.hits)))],
    [words.shown, shell.told(shown)],
    [words.incidents, countOf(made.incidents)],
  ];
  const lines = columnsOf(rows.map(([name, value]) => [shell.told(name), value]));
  return [shell.told(words.made(made.folder)), ...lines.map((line) => `  ${line}`)].join('\n');
}

/** What whoever made it should know before it is handed in. */
function warn({ say }: Shell, { figures, chain, about }: Memoria): void {
  const unread = figures.lines.unreadable + figures.lines.tooLong;
  const states = { cut: words.cut, damaged: words.damaged, 'no-log': words.noLog } as const;
  for (const { file, state, sameAs, lines } of figures.files) {
    if (sameAs !== null) say.warning(words.badFile(file, words.repeated(sameAs)));
    else if (state === 'no-log' && lines > 0) say.warning(words.badFile(file, words.leftOff));
    else if (state === 'cut' || state === 'damaged' || state === 'no-log') say.warning(words.badFile(file, states[state]));
  }
  for (const { files } of figures.overlaps) say.warning(words.overlap(...files));
  if (unread > 0) say.warning(words.unreadLines(countOf(unread)));
  if (figures.seen.pages === 0) say.warning(words.noPages);
  if (chain.refused) say.warning(words.wrongChain(chain.refused.number, chain.refused.code));
  if (about.ip === 'completa') say.warning(words.personal);
}
