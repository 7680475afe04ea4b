import type { Command, Option } from 'commander';
import { commandsOf, paths, quoted, subCommands } from './command-tree.ts';

/** The completion for fish, which has a line for each thing that can be said, with the condition under which. */
export function fish(program: Command): string {
  const lines = commandsOf(program).flatMap(({ words, command }) => {
    const here = `complete -c cotejo -n ${quoted(`__cotejo_at ${quoted(words.join('/'))}`)}`;
    const entry = (name: string, description: string) => `${here} -f -a ${quoted(name)} -d ${quoted(description)}`;
    return [
      ...subCommands(command).map((one) => entry(one.name(), one.description())),
      ...command.registeredArguments.flatMap((a) => (a.argChoices ?? []).map((choice) => entry(choice, a.description))),
      ...command
        .createHelp()
        .visibleOptions(command)
        .map((option) => `${here}${flags(option)} -d ${quoted(option.description)}`),
    ];
  });
  return `# fish completion for cotejo
function __cotejo_at
  set -l said
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and break
    contains -- (string join / -- $said $word) ${paths(program)}; or break
    set -a said $word
  end
  set -l at (string join / -- $said)
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function flags({ long, short, required, optional, argChoices }: Option): string {
  const names = `${short ? ` -s ${short.slice(1)}` : ''}${long ? ` -l ${long.slice(2)}` : ''}`;
  if (argChoices) return `${names} -x -a ${quoted(argChoices.join(' '))}`;
  return names + (required || optional ? ' -r' : '');
}
