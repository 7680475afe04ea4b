import type { Command } from 'commander';
import { auditChain } from '../audit/chain.ts';
import { shownPhase } from '../audit/check/live-check.ts';
import { diffCortes } from '../audit/diff/diff.ts';
import { type DiffLooked, diffLooksOf } from '../audit/diff/looked.ts';
import { type Side, sideInChain, sideInFolder } from '../audit/diff/sides.ts';
import { diffHtml } from '../audit/report/diff-html.ts';
import { diffJson } from '../audit/report/diff-json.ts';
import { diffText } from '../audit/report/diff-text.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { writeNamed } from '../disk/named-file.ts';
import type { Code } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { formatTime } from '../format/time.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import type { SignedTrust } from '../verdict/trust-chain.ts';
import { knownPhase, openAnchor, openChain, refusedInJson, tellThrown, tellWrong } from './audit-places.ts';
import { example } from './example.ts';
import { AUDIT } from './words/audit.ts';
import { HELP } from './words/help.ts';

interface DiffFlags {
  anchor: string;
  chain?: string;
  phase?: string;
  html?: string;
  json?: boolean;
}

/** `cotejo audit diff A B`: what changed from one corte to another, after both were checked. */
export function diffCommand(audit: Command, shell: Shell): void {
  const { told } = shell;
  const diff = audit
    .command('diff')
    .description(told(AUDIT.diff))
    .argument('<cortes...>', told(AUDIT.twoCortes))
    .requiredOption('--anchor <trust.json>', told(AUDIT.anchor))
    .option('--chain <chain>', told(AUDIT.diffChain))
    .option('--phase <name>', told(AUDIT.diffPhase))
    .option('--html <file>', told(AUDIT.diffHtml))
    .option('--json', told(HELP.json))
    .action(runs(shell, (places: string[], flags: DiffFlags) => refusedInJson(shell, flags, () => run(shell, places, flags), {})));
  example(diff, 'cotejo audit diff https://difusor.example/cotejo/chain 36 37 --anchor trust-1.json');
}

async function run(shell: Shell, places: readonly string[], flags: DiffFlags): Promise<Outcome> {
  const { chain, cortes } = placesOf(places, flags);
  const anchor = await openAnchor(flags.anchor);
  try {
    return chain === null ? await ofFolders(shell, cortes, anchor, flags) : await ofChain(shell, chain, cortes, anchor, flags);
  } finally {
    shell.progressDone();
  }
}

type Two = readonly [string, string];

/** `CHAIN A B`, `A B --chain CHAIN`, or two folders. @throws UsageError */
function placesOf(places: readonly string[], flags: DiffFlags): { readonly chain: string | null; readonly cortes: Two } {
  const named = flags.chain === undefined ? places : [flags.chain, ...places];
  const [first, second, third] = named;
  if (first === undefined || second === undefined || named.length > 3 || (flags.chain !== undefined && third === undefined)) {
    throw new UsageError(AUDIT.twoWanted, AUDIT.howTwo);
  }
  if (third !== undefined) return { chain: first, cortes: [second, third] };
  if (numberOf(first) !== null && numberOf(second) !== null) throw new UsageError(AUDIT.numbersAlone, AUDIT.howTwo);
  if (flags.phase !== undefined) throw new UsageError(AUDIT.phaseNeedsChain, AUDIT.howTwo);
  return { chain: null, cortes: [first, second] };
}

async function ofFolders(shell: Shell, [one, other]: Two, anchor: SignedTrust, flags: DiffFlags): Promise<Outcome> {
  const a = await sideInFolder(one, anchor);
  const b = await sideInFolder(other, anchor);
  const [was, is] = [a.signed, b.signed];
  const isFork =
    is.statement.phase === was.statement.phase && is.statement.number === was.statement.number && is.sha256 !== was.sha256;
  const detail = AUDIT.twoOfOneNumber(is.statement.number, is.statement.phase);
  const refused = isFork ? { code: 'fork' as const, detail } : null;
  const outcome = await beside(shell, refused, flags, () => tell(shell, a, b, { looked: diffLooksOf(false), refused }, flags));
  if (!isFork) return outcome;
  shell.say.error(detail);
  shell.say.hint(AUDIT.howFork);
  return 'refused';
}

/** What is refused already is told and decides, whatever can't be had of the two cortes after it. */
async function beside(shell: Shell, refused: Refused | null, flags: DiffFlags, rest: () => Promise<Outcome>): Promise<Outcome> {
  if (refused === null) return rest();
  try {
    await rest();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    tellThrown(shell, error);
    if (flags.json) shell.json({ refused });
  }
  return 'refused';
}

async function ofChain(shell: Shell, at: string, cortes: Two, anchor: SignedTrust, flags: DiffFlags): Promise<Outcome> {
  const [from, to] = cortes.map((text) => {
    const number = numberOf(text);
    if (number === null) throw new UsageError(AUDIT.noNumber(text), AUDIT.howTwo);
    return number;
  });
  const source = await openChain(at, shell);
  try {
    return await betweenNumbers(shell, source, [from!, to!], anchor, flags);
  } finally {
    source.close();
  }
}

async function betweenNumbers(
  shell: Shell,
  source: ChainSource,
  [from, to]: readonly [number, number],
  anchor: SignedTrust,
  flags: DiffFlags,
): Promise<Outcome> {
  const onProgress = (phase: string, number: number) => shell.progress(`${phase}: ${number} cortes`);
  const audit = await knownPhase(auditChain(source, anchor, { phase: flags.phase, onProgress }));
  const phase = flags.phase === undefined ? shownPhase(audit.phases) : audit.phases[0];
  tellWrong(shell, audit);
  const { refused } = audit;
  const sound = phase?.cortes.length ?? 0;
  if (refused && Math.max(from, to) > sound) {
    if (flags.json) shell.json({ refused });
    return 'refused';
  }
  if (!phase) throw new UsageError(AUDIT.noPhaseShown);
  const onPackage = (number: number) => shell.progress(shell.told(AUDIT.openingPackage(number)));
  return beside(shell, refused, flags, async () => {
    const a = await sideInChain(source, phase, from, onPackage);
    const b = await sideInChain(source, phase, to, onPackage);
    return tell(shell, a, b, { looked: diffLooksOf(true), refused }, flags);
  });
}

/** What is wrong beside the two cortes, each of which is sound. */
interface Refused {
  readonly code: Code;
  readonly detail: Said;
}

interface Beside {
  readonly looked: DiffLooked;
  readonly refused: Refused | null;
}

/** @returns `unknown` where the page could not be written, which is told after what changed */
async function tell(shell: Shell, a: Side, b: Side, { looked, refused }: Beside, flags: DiffFlags): Promise<'done' | 'unknown'> {
  const diff = await diffCortes(a, b, (done, of) => shell.progress(shell.told(AUDIT.ofFiles(done, of))));
  const reader = { ...shell, bold: (text: string) => shell.paint('bold', text) };
  shell.result(flags.json, diffJson(diff, looked, refused), () => diffText(diff, looked, reader));
  if (flags.html === undefined) return 'done';
  try {
    const checkedAt = formatTime(shell.now(), -new Date(shell.now()).getTimezoneOffset());
    await writeNamed(flags.html, diffHtml(diff, looked, checkedAt));
    return 'done';
  } catch (error) {
    tellThrown(shell, error);
    return 'unknown';
  }
}

/** A corte's number as a person or a folder's name writes it. */
function numberOf(text: string): number | null {
  return /^0*[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}
