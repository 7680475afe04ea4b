import { Argument, type Command } from 'commander';
import { example } from './example.ts';
import { runs, type Shell } from './shell.ts';

/** `cotejo completion bash|zsh`, made from the tree of commands: a new command or option completes by itself. */

export function completionCommands(program: Command, shell: Shell): void {
  const completion = program
    .command('completion')
    .description('print the shell completion of this command')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .action(runs(shell, (kind: 'bash' | 'zsh') => shell.print(kind === 'bash' ? bash(program) : zsh(program))));
  example(completion, 'cotejo completion bash > /etc/bash_completion.d/cotejo');
}

interface Node {
  /** The words that lead there, without the program's name. */
  readonly words: readonly string[];
  readonly command: Command;
}

/** Every command of the tree, parents first. */
export function commandsOf(program: Command, words: readonly string[] = []): Node[] {
  const inner = program.commands.flatMap((c) => commandsOf(c, [...words, c.name()]));
  return [{ words, command: program }, ...inner];
}

/** What can stand after a command's words: its sub-commands, its fixed arguments, its options. */
function candidates(command: Command): string[] {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const options = command
    .createHelp()
    .visibleOptions(command)
    .map((o) => o.long ?? o.short ?? '');
  return [...command.commands.map((c) => c.name()), ...choices, ...options];
}

function bash(program: Command): string {
  const cases = commandsOf(program).map(
    ({ words, command }) => `    '${words.join(' ')}') words='${candidates(command).join(' ')}' ;;`,
  );
  return `# bash completion for cotejo
_cotejo() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) break ;; esac
    case " ${commandsOf(program)
      .map(({ words }) => words.join('/'))
      .join(' ')} " in
      *" \${path:+\${path// //}/}$word "*) path=\${path:+$path }$word ;;
      *) break ;;
    esac
  done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _cotejo cotejo
`;
}

function zsh(program: Command): string {
  const entry = (name: string, description: string) => `'${name}:${description.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
  const cases = commandsOf(program).map(({ words, command }) => {
    const help = command.createHelp();
    const entries = [
      ...command.commands.map((c) => entry(c.name(), c.description())),
      ...command.registeredArguments.flatMap((a) => (a.argChoices ?? []).map((choice) => entry(choice, a.description))),
      ...help.visibleOptions(command).map((o) => entry(o.long ?? o.short ?? '', o.description)),
    ];
    return `    '${words.join(' ')}') entries=(${entries.join(' ')}) ;;`;
  });
  return `#compdef cotejo
# zsh completion for cotejo
_cotejo() {
  local path='' word
  local -a entries
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -* ]] && break
    case " ${commandsOf(program)
      .map(({ words }) => words.join('/'))
      .join(' ')} " in
      *" \${path:+\${path// //}/}$word "*) path=\${path:+$path }$word ;;
      *) break ;;
    esac
  done
  case $path in
${cases.join('\n')}
  esac
  [[ $PREFIX == -* || \${#entries} -gt 0 ]] && _describe -o cotejo entries
  _files
}
compdef _cotejo cotejo
`;
}
