import { type Command, Option } from 'commander';
import { LANGUAGES } from '../format/said.ts';
import { runs, type Shell } from '../terminal/shell.ts';
import { example } from './example.ts';
import { signingOptions } from './signing-options.ts';
import { type DraftOptions, draftTo, type ReviewOptions, reviewOf, type SignOptions, sign } from './trust-actions.ts';
import { exportKeys, type VerifyOptions, verify } from './trust-folder-actions.ts';
import { HELP } from './words/help.ts';
import { TRUST } from './words/trust.ts';

/** `cotejo trust`: what the custodians do, each on a machine of their own. */
export function trustCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const trust = program.command('trust').description(told(TRUST.trust));
  example(trust, 'cotejo trust verify chain/trust --anchor trust-1.json');

  example(
    trust
      .command('draft')
      .description(told(TRUST.draft))
      .argument('<plan>', told(TRUST.plan))
      .option('--after <file>', told(TRUST.draftAfter))
      .requiredOption('--out <file>', told(TRUST.draftOut))
      .option('--json', told(HELP.json))
      .action(runs(shell, (plan: string, options: DraftOptions) => draftTo(shell, plan, options))),
    'cotejo trust draft plan.toml --after trust/1.json --out trust/2.json',
  );
  example(
    trust
      .command('review')
      .description(told(TRUST.review))
      .argument('<file>', told(TRUST.file))
      .option('--after <file>', told(TRUST.after))
      .option('--acta <file>', told(TRUST.acta))
      .addOption(languageOption(shell))
      .option('--json', told(HELP.json))
      .action(
        runs(shell, (file: string, _own: unknown, command: Command) =>
          reviewOf(shell, file, command.optsWithGlobals<ReviewOptions>()),
        ),
      ),
    'cotejo trust review trust/2.json --acta acta-2.html',
  );
  example(
    signingOptions(trust.command('sign').description(told(TRUST.sign)), shell)
      .argument('<file>', told(TRUST.file))
      .option('--after <file>', told(TRUST.after))
      .option('--yes', told(TRUST.yes))
      .option('--json', told(TRUST.signJson))
      .addOption(languageOption(shell))
      .action(
        runs(shell, (file: string, _own: unknown, command: Command) => sign(shell, file, command.optsWithGlobals<SignOptions>())),
      ),
    'cotejo trust sign trust/2.json --key presidencia',
  );
  example(
    trust
      .command('verify')
      .description(told(TRUST.verify))
      .argument('<folder>', told(TRUST.folder))
      .requiredOption('--anchor <file>', told(TRUST.verifyAnchor))
      .option('--json', told(HELP.json))
      .action(runs(shell, (folder: string, options: VerifyOptions) => verify(shell, folder, options))),
    'cotejo trust verify chain/trust --anchor trust-1.json',
  );
  example(
    trust
      .command('export')
      .description(told(TRUST.export))
      .argument('<folder>', told(TRUST.folder))
      .requiredOption('--allowed-signers', told(TRUST.allowedSigners))
      .option('--anchor <file>', told(TRUST.exportAnchor))
      .action(runs(shell, (folder: string, options: { anchor?: string }) => exportKeys(shell, folder, options))),
    'cotejo trust export chain/trust --allowed-signers --anchor trust-1.json > allowed_signers',
  );
}

/**
 * The program's own `--lang`, which commander takes before this one is looked at: here it has another default, since
 * custodians sign what they read in Spanish. `optsWithGlobals` has what was asked for, else this default.
 */
function languageOption({ told }: Shell): Option {
  return new Option('--lang <language>', told(TRUST.lang)).choices(LANGUAGES).default('es');
}
