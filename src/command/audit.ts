import type { Command } from 'commander';
import { auditCorte } from '../audit/one-corte.ts';
import { corteJson, corteText } from '../audit/report/others.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { type ChainFlags, chainCommand } from './audit-chain.ts';
import { type CompareFlags, compareCommand } from './audit-compare.ts';
import { constanciaCommand } from './audit-constancia.ts';
import { diffCommand } from './audit-diff.ts';
import { type LiveFlags, liveCommand } from './audit-live.ts';
import { type Anchored, openAnchor, refusedInJson } from './audit-places.ts';
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
    .option('--sellos <dir>', told(AUDIT.sellos))
    .option('--autoridades <dir>', told(AUDIT.autoridades))
    .option('--html <file>', told(AUDIT.html))
    .option('--json', told(HELP.json))
    .action(runs(shell, (at: string, flags: ChainFlags) => refusedInJson(shell, flags, () => chainCommand(shell, at, flags))));
  example(chain, 'cotejo audit chain https://difusor.example/cotejo/chain --anchor trust-1.json --packages');

  const live = anchored(audit.command('live'))
    .description(told(AUDIT.live))
    .argument('<site>', told(AUDIT.site))
    .requiredOption('--chain <chain>', told(AUDIT.place))
    .option('--phase <name>', told(AUDIT.livePhase))
    .option('--sample <n>', told(AUDIT.sample), positive('--sample <n>'))
    .option('--seed <text>', told(AUDIT.seed))
    .option('--presentacion <name>', told(AUDIT.presentacion))
    .option('--revoked <dir>', told(AUDIT.revoked))
    .option('--rate <n>', told(AUDIT.rate), positive('--rate <n>'), 200)
    .option('--json', told(HELP.json))
    .action(runs(shell, (site: string, flags: LiveFlags) => refusedInJson(shell, flags, () => liveCommand(shell, site, flags))));
  example(live, 'cotejo audit live https://prep.example/ --chain https://difusor.example/cotejo/chain --anchor trust-1.json');

  const several = anchored(audit.command('compare'))
    .description(told(AUDIT.compare))
    .argument('<chains...>', told(AUDIT.chains))
    .option('--phase <name>', told(HELP.onlyPhase))
    .option('--evidence <folder>', told(AUDIT.evidence), 'evidence')
    .option('--json', told(HELP.json))
    .action(
      runs(shell, (places: string[], flags: CompareFlags) =>
        refusedInJson(shell, flags, () => compareCommand(shell, places, flags)),
      ),
    );
  example(several, 'cotejo audit compare https://a.example/cotejo/chain https://b.example/cotejo/chain --anchor trust-1.json');

  const corte = anchored(audit.command('corte'))
    .description(told(AUDIT.corte))
    .argument('<folder>', told(AUDIT.folder))
    .option('--json', told(HELP.json))
    .action(
      runs(shell, (folder: string, flags: Anchored) => refusedInJson(shell, flags, () => corteCommand(shell, folder, flags), {})),
    );
  example(corte, 'cotejo audit corte chain/jornada/000037 --anchor trust-1.json');
  diffCommand(audit, shell);
  constanciaCommand(audit, shell);
}

async function corteCommand(shell: Shell, folder: string, flags: Anchored): Promise<Outcome> {
  const audit = await auditCorte(folder, await openAnchor(flags.anchor));
  shell.result(flags.json, corteJson(audit), () => corteText(audit, shell));
  return 'done';
}

/** @param flags of the option whose value is read */
function positive(flags: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(noWholeNumber(flags, text));
    return Number(text);
  };
}
