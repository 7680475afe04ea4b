import type { Command } from 'commander';
import { auditChain, type ChainAudit } from '../audit/chain.ts';
import { auditConstancia, type CheckedChain, type ConstanciaAudit, readConstancia } from '../audit/constancia.ts';
import { constanciaJson, constanciaText, refusalOf } from '../audit/report/constancia.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { Refusal } from '../format/refusal.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { type Anchored, openAnchor, openChain, refusedInJson, tellThrown, tellWrong } from './audit-places.ts';
import { example } from './example.ts';
import { AUDIT } from './words/audit.ts';
import { HELP } from './words/help.ts';

interface ConstanciaFlags extends Anchored {
  chain?: string;
}

/** `cotejo audit constancia FILE`: what a reader's browser saved of its check, checked again. */
export function constanciaCommand(audit: Command, shell: Shell): void {
  const { told } = shell;
  const constancia = audit
    .command('constancia')
    .description(told(AUDIT.constancia))
    .argument('<file>', told(AUDIT.constanciaFile))
    .requiredOption('--anchor <trust.json>', told(AUDIT.anchor))
    .option('--chain <chain>', told(AUDIT.constanciaChain))
    .option('--json', told(HELP.json))
    .action(
      runs(shell, (file: string, flags: ConstanciaFlags) =>
        refusedInJson(shell, flags, () => run(shell, file, flags), { at: null }),
      ),
    );
  example(constancia, 'cotejo audit constancia constancia-jornada-000037.json --anchor trust-1.json');
}

async function run(shell: Shell, file: string, flags: ConstanciaFlags): Promise<Outcome> {
  const anchor = await openAnchor(flags.anchor);
  let source: ChainSource | null = null;
  try {
    const constancia = await readConstancia(file);
    const onProgress = (phase: string, number: number) => shell.progress(`${phase}: ${number} cortes`);
    let unread: unknown = null;
    let chain: CheckedChain | null = null;
    if (flags.chain !== undefined) {
      try {
        source = await openChain(flags.chain, shell);
        chain = { source, audit: await auditChain(source, anchor, { onProgress }) };
      } catch (error) {
        if (error instanceof UsageError || error instanceof Refusal) throw error;
        unread = error; // what the constancia says may contradict what it encloses all the same
      }
    }
    const audit = await auditConstancia(constancia, anchor, chain);
    shell.result(flags.json, constanciaJson(audit, chain?.audit.refused), () =>
      constanciaText(audit, { ...shell, bold: (text) => shell.paint('bold', text) }),
    );
    if (chain) tellWrong(shell, chain.audit);
    if (unread !== null) tellThrown(shell, unread);
    return outcomeOf(shell, audit, chain?.audit ?? null, unread !== null);
  } finally {
    source?.close();
    shell.progressDone();
  }
}

function outcomeOf(shell: Shell, audit: ConstanciaAudit, chain: ChainAudit | null, isUnread: boolean): Outcome {
  const refusal = refusalOf(audit);
  if (refusal) {
    shell.say.error(AUDIT.constanciaWrong(refusal.at, refusal.code, refusal.detail));
    return 'refused';
  }
  if (audit.verdict.kind === 'unknown') {
    shell.say.error(audit.verdict.detail);
    if (!chain && !isUnread) shell.say.hint(AUDIT.constanciaHow);
    return 'unknown';
  }
  if (chain?.refused) return 'refused';
  return isUnread || audit.inChain === 'absent' ? 'unknown' : 'done';
}
