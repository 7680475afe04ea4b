import type { Command } from 'commander';
import { runs, type Shell } from '../terminal/shell.ts';
import { commandsOf } from './command-tree.ts';
import { exampleOf } from './example.ts';

/** `cotejo manual`: the man page, made from the tree of commands. `npm run man` writes it to docs/cotejo.1. */

export function manualCommands(program: Command, shell: Shell): void {
  program
    .command('manual', { hidden: true })
    .description('print the manual page of this command')
    .action(runs(shell, () => shell.print(manual(program))));
}

export function manual(program: Command): string {
  const leaves = commandsOf(program).filter(({ words, command }) => words.length > 0 && command.commands.length === 0);
  return [
    `.TH COTEJO 1 "" "cotejo ${program.version() ?? ''}" "User Commands"`,
    '.SH NAME',
    'cotejo \\- the act of checking a copy against its original',
    '.SH SYNOPSIS',
    ...leaves.flatMap(({ command }) => [`.B ${argument(usage(command))}`, '.br']),
    '.SH DESCRIPTION',
    roff(program.description()),
    'Custodians say which keys sign, the institute signs every corte, each Difusor verifies before it publishes, and anyone can check the whole chain afterwards.',
    '.SH COMMANDS',
    ...leaves.flatMap(({ command }) => section(command)),
    '.SH EXIT STATUS',
    ...term('0', 'done, all is authentic'),
    ...term('1', 'refused: something is not authentic, or not what it should be'),
    ...term('2', 'wrong usage or configuration'),
    ...term('3', 'cannot tell: I/O, network, a missing file'),
    '.SH ENVIRONMENT',
    ...term('NO_COLOR', 'no colour, even on a terminal'),
    ...term('SSH_AUTH_SOCK', 'the agent that --agent asks'),
    ...term('CREDENTIALS_DIRECTORY', "systemd's credentials: a key file there may have any mode"),
    ...term('COTEJO_DEBUG', 'tell every step with its milliseconds on stderr, and the stack of an unexpected error'),
  ].join('\n');
}

function section(command: Command): string[] {
  const help = command.createHelp();
  const example = exampleOf(command);
  return [
    `.SS ${argument(usage(command))}`,
    roff(command.description()),
    ...help.visibleArguments(command).flatMap((a) => term(help.argumentTerm(a), help.argumentDescription(a))),
    ...help
      .visibleOptions(command)
      .filter((o) => o.long !== '--help')
      .flatMap((o) => term(o.flags, help.optionDescription(o))),
    ...(example === null ? [] : ['.PP', 'Example:', '.PP', '.nf', `    ${roff(example)}`, '.fi']),
  ];
}

function usage(command: Command): string {
  return command
    .createHelp()
    .commandUsage(command)
    .replace(/\[options\] ?/, '')
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
