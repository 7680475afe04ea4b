import type { Command } from 'commander';
import type { Said } from '../format/said.ts';
import { runs, type Shell } from '../terminal/shell.ts';
import { commandsOf } from './command-tree.ts';
import { exampleOf } from './example.ts';
import { PROGRAM } from './words/program.ts';

/** `cotejo manual`: the man page, made from the tree of commands. `npm run man` writes docs/cotejo.1 and docs/cotejo.es.1. */

export function manualCommands(program: Command, shell: Shell): void {
  program
    .command('manual', { hidden: true })
    .description(shell.told(PROGRAM.manual))
    .action(runs(shell, () => shell.print(manual(program, shell))));
}

function manual(program: Command, { told }: Shell): string {
  const leaves = commandsOf(program).filter(({ words, command }) => words.length > 0 && command.commands.length === 0);
  const head = (title: Said) => `.SH ${told(title)}`;
  const entry = (name: string, body: Said) => term(name, told(body));
  return [
    `.TH COTEJO 1 "" "cotejo ${program.version() ?? ''}" "${told(PROGRAM.section)}"`,
    head(PROGRAM.headName),
    `cotejo \\- ${told(PROGRAM.name)}`,
    head(PROGRAM.headSynopsis),
    ...leaves.flatMap(({ command }) => [`.B ${argument(usage(command))}`, '.br']),
    head(PROGRAM.headDescription),
    roff(program.description()),
    told(PROGRAM.about),
    head(PROGRAM.headCommands),
    ...leaves.flatMap(({ command }) => section(command)),
    head(PROGRAM.headOptions),
    ...optionsOf(program),
    head(PROGRAM.headExit),
    ...entry('0', PROGRAM.exit0),
    ...entry('1', PROGRAM.exit1),
    ...entry('2', PROGRAM.exit2),
    ...entry('3', PROGRAM.exit3),
    head(PROGRAM.headEnvironment),
    ...entry('NO_COLOR', PROGRAM.noColor),
    ...entry('LC_ALL, LC_MESSAGES, LANG', PROGRAM.locale),
    ...entry('https_proxy, http_proxy, all_proxy, no_proxy', PROGRAM.proxy),
    ...entry('SSH_AUTH_SOCK', PROGRAM.agent),
    ...entry('CREDENTIALS_DIRECTORY', PROGRAM.credentials),
    ...entry('COTEJO_DEBUG', PROGRAM.debug),
  ].join('\n');
}

function section(command: Command): string[] {
  const help = command.createHelp();
  const example = exampleOf(command);
  return [
    `.SS ${argument(usage(command))}`,
    roff(command.description()),
    ...help.visibleArguments(command).flatMap((a) => term(help.argumentTerm(a), help.argumentDescription(a))),
    ...optionsOf(command),
    ...(example === null ? [] : ['.PP', help.styleTitle('Example:'), '.PP', '.nf', `    ${roff(example)}`, '.fi']),
  ];
}

function optionsOf(command: Command): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter((option) => option.long !== '--help');
  return options.flatMap((option) => term(help.optionTerm(option), help.optionDescription(option)));
}

function usage(command: Command): string {
  return command
    .createHelp()
    .commandUsage(command)
    .replace(/\[(?:options|opciones)\] ?/, '')
    .trim();
}

function term(head: string, body: string): string[] {
  return ['.TP', `.B ${argument(head)}`, roff(body)];
}

/**
 * Escapes text for roff, where backslashes, hyphens and backticks have a meaning and a line must not begin like a
 * request.
 */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replace(/^([.'])/gm, '\\&$1');
}

/** Escapes the argument of a request, where a double quote would end it. */
function argument(text: string): string {
  return roff(text).replaceAll('"', '\\(dq');
}
