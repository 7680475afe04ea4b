import { Argument, type Command } from 'commander';
import { runs, type Shell } from '../terminal/shell.ts';
import { commandsOf, paths, quoted, subCommands } from './command-tree.ts';
import { example } from './example.ts';
import { fish } from './fish.ts';
import { PROGRAM } from './words/program.ts';

/** `cotejo completion bash|zsh|fish`, made from the tree of commands: a new command or option completes by itself. */

export function completionCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const completion = program
    .command('completion')
    .description(told(PROGRAM.completion))
    .addArgument(new Argument('<shell>', told(PROGRAM.shell)).choices(['bash', 'zsh', 'fish']))
    .action(runs(shell, (kind: keyof typeof SCRIPTS) => shell.print(SCRIPTS[kind](program))));
  example(completion, 'cotejo completion bash > /etc/bash_completion.d/cotejo');
}

const SCRIPTS = { bash, zsh, fish } as const;

/** What can stand after a command's words: its sub-commands, its fixed arguments, its options. */
function candidates(command: Command): string[] {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const options = command
    .createHelp()
    .visibleOptions(command)
    .map((o) => o.long ?? o.short ?? '');
  return [...subCommands(command).map((c) => c.name()), ...choices, ...options];
}

function bash(program: Command): string {
  const cases = commandsOf(program).map(
    ({ words, command }) => `    ${quoted(words.join(' '))}) words=${quoted(candidates(command).join(' '))} ;;`,
  );
  return `# bash completion for cotejo
_cotejo() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) break ;; esac
    case " ${paths(program)} " in
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
  const entry = (name: string, description: string) => quoted(`${name}:${description.replaceAll(':', '\\:')}`);
  const cases = commandsOf(program).map(({ words, command }) => {
    const help = command.createHelp();
    const next = [
      ...subCommands(command).map((c) => entry(c.name(), c.description())),
      ...command.registeredArguments.flatMap((a) => (a.argChoices ?? []).map((choice) => entry(choice, a.description))),
    ];
    const options = help.visibleOptions(command).map((o) => entry(o.long ?? o.short ?? '', o.description));
    return `    ${quoted(words.join(' '))}) next=(${next.join(' ')}); options=(${options.join(' ')}) ;;`;
  });
  // Not named "path": in zsh that variable is PATH as an array.
  return `#compdef cotejo
# zsh completion for cotejo
_cotejo() {
  local said='' word
  local -a next options
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -* ]] && break
    case " ${paths(program)} " in
      *" \${said:+\${said// //}/}$word "*) said=\${said:+$said }$word ;;
      *) break ;;
    esac
  done
  case $said in
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option options
  elif ((\${#next})); then _describe command next
  else _files
  fi
}
if [[ \${funcstack[1]} == _cotejo ]]; then _cotejo "$@"; else compdef _cotejo cotejo; fi
`;
}
