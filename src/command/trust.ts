import { type Command, Option } from 'commander';
import { runs, type Shell } from '../terminal/shell.ts';
import { example } from './example.ts';
import { signingOptions } from './signing-options.ts';
import {
  type DraftOptions,
  draftTo,
  exportKeys,
  type ReviewOptions,
  reviewOf,
  type SignOptions,
  sign,
  type VerifyOptions,
  verify,
} from './trust-actions.ts';

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
      .option('--json', 'print one JSON object instead of the review; needs --yes')
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

function language(): Option {
  return new Option('--lang <language>', 'the language of the review').choices(['es', 'en']).default('es');
}
