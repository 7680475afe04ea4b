import type { Command } from 'commander';
import type { Autorizacion } from '../format/autorizacion.ts';
import { inGroups } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { countOf } from '../html/size.ts';
import { walkOwnTrust } from '../iec/pack/footing.ts';
import { type Authorized, draftAuthorization, putAuthorization } from '../iec/setup/authorize.ts';
import { readIecConfig } from '../iec/setup/config.ts';
import { ask } from '../terminal/ask.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { HELP } from './words/help.ts';
import { AUTORIZAR as words } from './words/iec-autorizar.ts';

/** `cotejo iec autorizar`: a Difusor's own presentation, by its exact bytes. */

interface Options {
  readonly config: string;
  readonly difusor: string;
  readonly name: string;
  readonly title?: string;
  readonly first?: string;
  readonly last?: string;
  readonly withdraw?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function autorizarCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('autorizar')
      .description(told(words.description))
      .argument('[folder]', told(words.folder))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .requiredOption('--difusor <name>', told(words.difusor))
      .requiredOption('--name <name>', told(words.name))
      .option('--title <text>', told(words.title))
      .option('--first <corte>', told(words.first))
      .option('--last <corte>', told(words.last))
      .option('--withdraw', told(words.withdraw))
      .option('--yes', told(words.yes))
      .option('--json', told(HELP.json))
      .action(runs(shell, (folder: string | undefined, options: Options) => authorize(shell, folder, options))),
    'cotejo iec autorizar tablero --difusor vanguardia --name tablero --title "Tablero de Vanguardia"',
  );
}

async function authorize(shell: Shell, folder: string | undefined, options: Options): Promise<Outcome> {
  if ((folder === undefined) !== (options.withdraw === true)) throw new UsageError(words.folderOrWithdraw);
  if (options.json && !options.yes) throw new UsageError(words.notAsked, words.addYes);
  const config = await readIecConfig(options.config);
  const { election } = (await walkOwnTrust(config.chain)).newest.document;
  const [first, last] = [corteIn('--first', options.first), corteIn('--last', options.last)];
  const { difusor, name, title } = options;
  const drafted = await draftAuthorization({ config, election, difusor, name, folder: folder ?? null, title, first, last });
  if (!options.json) shell.print(inWords(shell, drafted));
  const { document, file } = drafted;
  const [group = ''] = inGroups(document.template.sha256);
  // To withdraw needs no reading of anything: who does it is in a hurry.
  if (!options.yes && folder !== undefined && (await ask(shell, shell.told(words.typeGroup)))?.trim().toLowerCase() !== group) {
    shell.say.error(words.otherGroup);
    return 'refused';
  }
  await putAuthorization(drafted);
  shell.result(options.json, { file, document, files: drafted.files }, () => shell.told(words.written(file)));
  shell.say.hint(words.nextCorte);
  return 'done';
}

function inWords(shell: Shell, { document, before, files }: Authorized): string {
  const { title, difusor, name, phase, template, first, last } = document;
  const short = (one: Autorizacion) => one.template.sha256.slice(0, 8);
  return [
    shell.paint('bold', shell.told(words.heading(title, difusor, name, phase))),
    ...(files ?? []).map(({ path, sha256, bytes }) => `  ${sha256.slice(0, 16)}  ${countOf(bytes).padStart(10)}  ${path}`),
    shell.told(words.template(countOf(template.files), countOf(template.bytes))),
    shell.told(words.hash(inGroups(template.sha256).join(' '))),
    shell.told(words.range(first, last)),
    ...(before === null ? [] : [shell.told(words.replaces(short(before), before.first, before.last))]),
    ...(files === null && last !== null ? [shell.told(words.withdrawn(last))] : []),
  ].join('\n');
}

function corteIn(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^[1-9]\d*$/.test(text) || number > LIMITS.corteNumber) throw new UsageError(words.notACorte(option, text));
  return number;
}
