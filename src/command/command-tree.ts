import type { Command } from 'commander';

/** The tree of commands, as help, completion and the manual walk it. */

export interface Node {
  /** The words that lead there, without the program's name. */
  readonly words: readonly string[];
  readonly command: Command;
}

/** Every command of the tree, parents first. */
export function commandsOf(program: Command, words: readonly string[] = []): Node[] {
  return [{ words, command: program }, ...subCommands(program).flatMap((c) => commandsOf(c, [...words, c.name()]))];
}

/** The subcommands that help shows, except `help` itself. */
export function subCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((c) => command.commands.includes(c));
}

/** Every command as one word, `trust/draft`, between spaces. */
export function paths(program: Command): string {
  return commandsOf(program)
    .map(({ words }) => words.join('/'))
    .join(' ')
    .trim();
}

/** Quotes any text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
