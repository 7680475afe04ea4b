import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { auditCommands } from './audit.ts';
import { completionCommands } from './completion.ts';
import { difusorCommands } from './difusor.ts';
import { example } from './example.ts';
import { iecCommands } from './iec.ts';
import { manualCommands } from './manual.ts';
import type { Shell } from './shell.ts';
import { trustCommands } from './trust.ts';

/** The tree of commands, one file per role. Nothing is done here: help, completion and the manual are made from it too. */

export function programOf(shell: Shell): Command {
  const program = new Command('cotejo')
    .description('What citizens read at a Difusor is, to the byte, what the electoral institute made.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // Commander's own words come through the shell like all others (see `ended` in cotejo.ts).
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.print(text),
      writeErr: (text) => void shell.stderr.write(text),
      outputError: () => {},
    })
    .configureHelp({ sortOptions: false, showGlobalOptions: false });
  example(program, 'cotejo audit chain https://difusor.example/chain --anchor trust-1.json');

  trustCommands(program, shell);
  iecCommands(program, shell);
  difusorCommands(program, shell);
  auditCommands(program, shell);
  completionCommands(program, shell);
  manualCommands(program, shell);
  return program;
}

function version(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
