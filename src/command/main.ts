import { CommanderError } from 'commander';
import { checkArguments } from '../config/read-text.ts';
import { Refusal } from '../format/refusal.ts';
import { hintFor, hintForMissing } from '../terminal/hints.ts';
import { languageOf, withoutLanguage } from '../terminal/language.ts';
import { describe, EXIT, type Outcome, type Shell, shellOver, UsageError } from '../terminal/shell.ts';
import { programOf } from './program.ts';
import { wrongUsage } from './wrong-usage.ts';

/** The command: reads the arguments, runs one action, and turns its outcome into an exit status. */

/** Runs the command of this process's arguments, to the exit status. Called once. */
export async function start(): Promise<void> {
  const args = process.argv.slice(2);
  const shell = shellOver(
    {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      now: Date.now,
    },
    languageOf(process.env, args),
  );

  // A reader who closes the pipe (`| head`) stops the text, not the work: the exit status is still the verdict.
  // Any other failure to write (a full disk under `> file`) leaves a result that nobody has.
  let unwritten: Error | null = null;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') unwritten ??= error;
    });
  }
  // An error that no action awaited is reported in one line, too.
  process.on('uncaughtException', (error) => process.exit(EXIT[ended(shell, error)]));

  process.exitCode = EXIT[await run(args, shell)];
  process.on('exit', () => {
    if (unwritten) process.exitCode = EXIT[ended(shell, unwritten)];
  });
}

/** Runs one command: what it prints goes to the shell, what it throws becomes words and an outcome. @internal */
export async function run(args: string[], shell: Shell): Promise<Outcome> {
  try {
    checkArguments(args);
    const [role] = withoutLanguage(args);
    const program = await programOf(shell, role);
    await program.parseAsync(args, { from: 'user' });
    return shell.outcome;
  } catch (error) {
    return ended(shell, error, args);
  }
}

/** The one place where what was thrown becomes words and an outcome. */
function ended(shell: Shell, error: unknown, args: readonly string[] = []): Outcome {
  const { say } = shell;
  if (shell.env.COTEJO_DEBUG && error instanceof Error) shell.stderr.write(`${error.stack}\n`);
  switch (true) {
    case error instanceof CommanderError: {
      if (error.exitCode === 0) return 'done'; // --help, --version
      const { error: told, hint } = wrongUsage(error);
      if (told !== null) say.error(told);
      if (hint !== null) say.hint(hint);
      else if (error.code.startsWith('commander.missing')) say.hint(hintForMissing(error.message, withoutLanguage(args)));
      return 'usage';
    }
    case error instanceof UsageError:
      say.error(error.said);
      if (error.hint !== null) say.hint(error.hint);
      return 'usage';
    case error instanceof Refusal:
      say.error(error.said.map((detail) => `${error.code}: ${detail}`));
      return 'refused';
    default:
      say.error(describe(error));
      {
        const hint = hintFor(error);
        if (hint !== null) say.hint(hint);
      }
      return 'unknown';
  }
}
