import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { acta } from '../custodian/acta.ts';
import { draft } from '../custodian/draft.ts';
import { allowedSigners } from '../custodian/export.ts';
import { inspectFile, readBefore } from '../custodian/files.ts';
import type { Inspected } from '../custodian/inspect.ts';
import { readPlan } from '../custodian/plan.ts';
import { review } from '../custodian/review.ts';
import { custodianOf, signDocument } from '../custodian/sign.ts';
import type { Words } from '../custodian/words.ts';
import { english } from '../custodian/words-en.ts';
import { spanish } from '../custodian/words-es.ts';
import { writeDurably } from '../disk/durable.ts';
import { versionsIn, walkTrust } from '../disk/trust-folder.ts';
import { hashOf, inGroups } from '../format/hash.ts';
import { trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { parseTrust } from '../format/trust.ts';
import { isExpired, readTrust } from '../verdict/trust-chain.ts';
import { ask } from './ask.ts';
import { example } from './example.ts';
import { type Outcome, runs, type Shell, UsageError } from './shell.ts';
import { openSigningKey, type SigningOptions, signingOptions } from './signing-options.ts';

/** `cotejo trust`: what the custodians do, each on a machine of their own. */
export function trustCommands(program: Command, shell: Shell): void {
  const trust = program.command('trust').description('the custodians: who may sign, from which corte to which');
  example(trust, 'cotejo trust verify chain/trust --anchor trust-1.json');

  example(
    trust
      .command('draft')
      .description('make the unsigned document: version 1 from the plan, or the next one from what the plan changes')
      .argument('<plan>', 'the plan, in TOML')
      .option('--after <file>', 'the trust document that this one follows')
      .requiredOption('--out <file>', 'where to write it')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (plan: string, options: DraftOptions) => draftTo(shell, plan, options))),
    'cotejo trust draft plan.toml --after trust/1.json --out trust/2.json',
  );
  example(
    trust
      .command('review')
      .description('say in words what a document changes, how it stands, its hash, and who has signed it')
      .argument('<file>', 'the trust document')
      .option('--after <file>', 'the document before it (found by itself where it lies beside)')
      .option('--acta <file>', 'write the one-page record too, for printing (HTML)')
      .addOption(language())
      .option('--json', 'print one JSON object')
      .action(runs(shell, (file: string, options: ReviewOptions) => reviewOf(shell, file, options))),
    'cotejo trust review trust/2.json --acta acta-2.html',
  );
  example(
    signingOptions(trust.command('sign').description('review a document and sign it as the custodian whose key this is'))
      .argument('<file>', 'the trust document')
      .option('--after <file>', 'the document before it (found by itself where it lies beside)')
      .option('--yes', 'do not ask for the first group of the hash')
      .addOption(language())
      .action(runs(shell, (file: string, options: SignOptions) => sign(shell, file, options))),
    'cotejo trust sign trust/2.json --key presidencia',
  );
  example(
    trust
      .command('verify')
      .description('walk a folder of trust documents from the anchor to the newest that can be accepted')
      .argument('<folder>', 'the folder that has 1.json, 2.json …')
      .requiredOption('--anchor <file>', 'the trust document that is believed because you installed it')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (folder: string, options: VerifyOptions) => verify(shell, folder, options))),
    'cotejo trust verify chain/trust --anchor trust-1.json',
  );
  example(
    trust
      .command('export')
      .description("print the newest document's keys in another program's form")
      .argument('<folder>', 'the folder that has 1.json, 2.json …')
      .requiredOption('--allowed-signers', 'the form: what ssh-keygen -Y verify reads')
      .option('--anchor <file>', 'start from this document and not from the oldest one of the folder')
      .action(runs(shell, (folder: string, options: { anchor?: string }) => exportKeys(shell, folder, options))),
    'cotejo trust export chain/trust --allowed-signers --anchor trust-1.json > allowed_signers',
  );
}

interface DraftOptions {
  readonly after?: string;
  readonly out: string;
  readonly json?: boolean;
}

async function draftTo(shell: Shell, planFile: string, { after, out, json }: DraftOptions): Promise<void> {
  const plan = await readPlan(planFile);
  const before = after === undefined ? null : readTrust((await readBefore(after, shell.say.warning)).bytes);
  const bytes = draft(plan, before, shell.now());
  if (await isThere(out)) throw new UsageError(`${out} is there already`, 'a document is never written over; remove it first');
  await writeDurably(out, bytes);
  const { version } = parseTrust(bytes);
  const sha256 = hashOf(bytes);
  shell.result(json, { file: out, version, sha256 }, () => `${out}: version ${version}, hash ${inGroups(sha256).join(' ')}`);
}

interface ReviewOptions {
  readonly after?: string;
  readonly acta?: string;
  readonly lang: 'es' | 'en';
  readonly json?: boolean;
}

async function reviewOf(shell: Shell, file: string, options: ReviewOptions): Promise<void> {
  const inspected = await inspectFile(file, options.after, shell.say.warning);
  if (options.acta !== undefined) await writeDurably(options.acta, acta(inspected));
  const { document, changes, sides } = inspected;
  const { version, previous } = document.document;
  const value = { version, previous, sha256: document.sha256, changes, signatures: sides };
  shell.result(options.json, value, () => inWords(shell, inspected, options.lang));
}

interface SignOptions extends SigningOptions {
  readonly after?: string;
  readonly lang: 'es' | 'en';
  readonly yes?: boolean;
}

async function sign(shell: Shell, file: string, options: SignOptions): Promise<Outcome> {
  const inspected = await inspectFile(file, options.after, shell.say.warning);
  const words = wordsOf(options.lang);
  shell.print(`${inWords(shell, inspected, options.lang)}\n`);
  const [group = ''] = inGroups(inspected.document.sha256);
  if (!options.yes && (await ask(shell, words.typeGroup))?.trim().toLowerCase() !== group) {
    shell.say.error(words.otherGroup);
    return 'refused';
  }
  const key = await openSigningKey(shell, options);
  const custodian = custodianOf(key.publicKey, inspected);
  if (custodian === null) throw new UsageError(`${options.key} is the key of no custodian of ${file}`);
  const path = await signDocument(file, custodian, inspected.document.bytes, key);
  shell.print(
    `${words.signedIn(custodian, path)}\n${(await inspectFile(file, options.after, shell.say.warning)).sides.map((side) => words.side(side)).join('\n')}`,
  );
  return 'done';
}

interface VerifyOptions {
  readonly anchor: string;
  readonly json?: boolean;
}

async function verify(shell: Shell, folder: string, { anchor, json }: VerifyOptions): Promise<Outcome> {
  const numbers = await versionsIn(folder);
  if (numbers.length === 0) throw new Error(`${folder} has no trust document`);
  const { chain, refused } = await walkTrust(anchor, folder);
  const { version, expires_at } = chain.newest.document;
  const value = { anchor: chain.anchor.document.version, version, sha256: chain.newest.sha256, expires_at, refused };
  shell.result(json, value, () =>
    [
      `from version ${value.anchor} to version ${version}, which expires ${expires_at}`,
      `hash ${inGroups(value.sha256).join(' ')}`,
    ].join('\n'),
  );
  if (isExpired(chain, shell.now())) shell.say.warning(`version ${version} has expired: no new corte can be admitted by it`);
  if (refused) shell.say.error(`${trustFile(refused.version)}: ${refused.code}: ${refused.detail}`);
  return refused ? 'refused' : 'done';
}

async function exportKeys(shell: Shell, folder: string, { anchor }: { anchor?: string }): Promise<void> {
  const { chain, refused } = await walkTrust(anchor ?? (await oldest(shell, folder)), folder);
  if (refused) throw new Refusal(refused.code, `${trustFile(refused.version)}: ${refused.detail}`);
  shell.print(allowedSigners(chain.newest.document));
}

async function oldest(shell: Shell, folder: string): Promise<string> {
  const [first] = await versionsIn(folder);
  if (first === undefined) throw new Error(`${folder} has no trust document`);
  shell.say.warning(`${trustFile(first)} of the folder is believed as it is; name your own with --anchor`);
  return join(folder, trustFile(first));
}

function inWords(shell: Shell, inspected: Inspected, lang: 'es' | 'en'): string {
  return review(inspected, wordsOf(lang), (text) => shell.paint('bold', text));
}

function wordsOf(lang: 'es' | 'en'): Words {
  return lang === 'en' ? english : spanish;
}

function language(): Option {
  return new Option('--lang <language>', 'the language of the review').choices(['es', 'en']).default('es');
}

async function isThere(file: string): Promise<boolean> {
  try {
    await fs.lstat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
