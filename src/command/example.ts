import type { Command } from 'commander';

const examples = new WeakMap<Command, string>();

/** Closes a command's help with one real use of it; the manual shows it too. */
export function example(command: Command, line: string): Command {
  examples.set(command, line);
  return command.addHelpText('after', () => `\n${command.createHelp().styleTitle('Example:')}\n  $ ${line}`);
}

export function exampleOf(command: Command): string | null {
  return examples.get(command) ?? null;
}
