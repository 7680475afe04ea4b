import type { Command } from 'commander';
import { auditAcuses } from '../audit/acuses.ts';
import { auditChain } from '../audit/chain.ts';
import type { ChainSource } from '../audit/chain-source.ts';
import { folderSource } from '../audit/folder-source.ts';
import { httpSource } from '../audit/http-source.ts';
import { chainJson, chainText } from '../audit/report.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { readAnchor } from '../disk/trust-folder.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { Refusal } from '../format/refusal.ts';
import { example } from './example.ts';
import { type Outcome, runs, type Shell, UsageError } from './shell.ts';

/** `cotejo audit …`: what anyone can check of a chain, of a web site, of several chains. */
export function auditCommands(program: Command, shell: Shell): void {
  const audit = program.command('audit').description('check a chain, a web site or several chains, from anywhere');
  example(audit, 'cotejo audit chain https://difusor.example/chain --anchor trust-1.json');

  const chain = audit
    .command('chain')
    .description('check every trust document, statement, signature and link of a chain')
    .argument('<chain>', 'a folder, or an http(s) address')
    .requiredOption('--anchor <trust.json>', 'the trust document to start from, with its signatures beside it')
    .option('--phase <name>', 'only this phase')
    .option('--packages', 'check every manifest, package and content too')
    .option('--acuses <folder>', "check the Difusores' receipts in this folder against the chain")
    .option('--acuse-key <key...>', 'the nodes whose receipts are known: keys, or their .pub files')
    .option('--json', 'print one JSON object')
    .action(runs(shell, (at: string, options: ChainFlags) => chainCommand(shell, at, options)));
  example(chain, 'cotejo audit chain https://difusor.example/chain --anchor trust-1.json --packages');
}

interface ChainFlags {
  anchor: string;
  phase?: string;
  packages?: boolean;
  acuses?: string;
  acuseKey?: string[];
  json?: boolean;
}

async function chainCommand(shell: Shell, at: string, flags: ChainFlags): Promise<Outcome> {
  const keys = flags.acuseKey ? new Set(await Promise.all(flags.acuseKey.map(readKey))) : null;
  if (keys && flags.acuses === undefined) throw new UsageError('--acuse-key says whose the receipts are: it needs --acuses');
  const anchor = await readAnchor(flags.anchor);
  const source = await openChain(at);
  try {
    const onProgress = (phase: string, number: number, bytes: number) => {
      const read = bytes === 0 ? '' : `, ${Math.round(bytes / 1e6)} MB of packages`;
      shell.progress(`${phase}: ${number} cortes${read}`);
    };
    const audit = await knownPhase(auditChain(source, anchor, { ...flags, onProgress }));
    const acuses = flags.acuses === undefined ? null : await auditAcuses(flags.acuses, audit, keys);
    shell.result(flags.json, chainJson(audit, acuses), () => chainText(audit, acuses, (text) => shell.paint('bold', text)));
    for (const warning of audit.warnings) shell.say.warning(warning);
    const { refused } = audit.trust;
    if (refused) shell.say.error(`trust ${refused.version}: ${refused.code}: ${refused.detail}`);
    for (const { refused } of audit.phases) {
      if (refused) shell.say.error(`${refused.phase} ${refused.number}: ${refused.code}: ${refused.detail}`);
    }
    for (const { path, code, detail } of acuses?.refused ?? []) shell.say.error(`acuse ${path}: ${code}: ${detail}`);
    return audit.refused || acuses?.refused.length ? 'refused' : 'done';
  } finally {
    shell.progressDone();
    await source.close();
  }
}

/** A phase that the trust does not have is a slip of whoever asked, no verdict. */
async function knownPhase<T>(audit: Promise<T>): Promise<T> {
  try {
    return await audit;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'wrong-phase') throw new UsageError(error.detail);
    throw error;
  }
}

/** A chain by its folder or its address. @throws UsageError; Error where there is no such folder */
export async function openChain(at: string): Promise<ChainSource> {
  return isAddress(at) ? httpSource(addressOf(at)) : folderSource(at);
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function addressOf(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new UsageError(`not an http(s) address: ${text}`);
  return new URL(text);
}

/** A public key as it is, or the file that holds it. */
async function readKey(text: string): Promise<PublicKey> {
  const line = text.startsWith('ssh-') ? text : (await readBounded(text, 4096)).toString().trim();
  const key = line.split(' ').slice(0, 2).join(' ');
  if (pointOf(key) === null) throw new UsageError(`${text}: not an ssh-ed25519 public key`);
  return key;
}
