import { Command, Option } from 'commander';
import { version } from '../disk/installed.ts';
import { LANGUAGES } from '../format/said.ts';
import type { Shell } from '../terminal/shell.ts';
import { example } from './example.ts';
import { HELP_IN_SPANISH } from './spanish-help.ts';
import { HELP } from './words/help.ts';

/**
 * The tree of commands, one file per role. No command runs here: help, completion and the manual are made from it too.
 * A role's rooms are loaded only when it is called, so that each command starts as fast as its own parts allow.
 */
const ROLES: Readonly<Record<string, () => Promise<(program: Command, shell: Shell) => void>>> = {
  trust: async () => (await import('./trust.ts')).trustCommands,
  iec: async () => (await import('./iec.ts')).iecCommands,
  difusor: async () => (await import('./difusor.ts')).difusorCommands,
  traer: async () => (await import('./traer.ts')).traerCommands,
  audit: async () => (await import('./audit.ts')).auditCommands,
  espejo: async () => (await import('./espejo.ts')).espejoCommand,
  lector: async () => (await import('./lector.ts')).lectorCommands,
  simulacro: async () => (await import('./simulacro.ts')).simulacroCommands,
  demo: async () => (await import('./demo.ts')).demoCommands,
  completion: async () => (await import('./completion.ts')).completionCommands,
  manual: async () => (await import('./manual.ts')).manualCommands,
};

/** The commands that need the whole tree. */
const NEEDS_ALL = new Set(['completion', 'manual']);

/**
 * The tree in the language of whoever reads it.
 * @param role the first argument: where it is a role, the tree has that branch alone
 */
export async function programOf(shell: Shell, role?: string): Promise<Command> {
  const { told, language } = shell;
  const program = new Command('cotejo')
    .description(told(HELP.program))
    .version(version(), '-V, --version', told(HELP.version))
    // Commander takes it at any place; what it means is told by languageOf, before there is a tree.
    .addOption(new Option('--lang <language>', told(HELP.language)).choices(LANGUAGES))
    .helpOption('-h, --help', told(HELP.help))
    .helpCommand('help [command]', told(HELP.helpOf))
    // Commander's own words come through the shell like all others (see `ended` in main.ts).
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.print(text),
      writeErr: (text) => void shell.stderr.write(text),
      outputError: () => {},
    })
    .configureHelp({ sortOptions: false, showGlobalOptions: false, ...(language === 'es' ? HELP_IN_SPANISH : {}) });
  example(program, 'cotejo audit chain https://difusor.example/cotejo/chain --anchor trust-1.json');

  const only = role !== undefined && Object.hasOwn(ROLES, role) && !NEEDS_ALL.has(role) ? ROLES[role] : undefined;
  for (const load of only ? [only] : Object.values(ROLES)) (await load())(program, shell);
  return program;
}
