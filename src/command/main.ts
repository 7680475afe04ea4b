import { CommanderError } from 'commander';
import { HintedError } from '../config/hinted-error.ts';
import { checkArguments } from '../config/read-text.ts';
import { Refusal } from '../format/refusal.ts';
import { describe, EXIT, type Outcome, type Shell, shellOver, UsageError } from '../terminal/shell.ts';
import { programOf } from './program.ts';

/** The command: reads the arguments, runs one action, and turns its outcome into an exit status. */

/** Runs the command of this process's arguments, to the exit status. Called once. */
export async function start(): Promise<void> {
  const shell = shellOver({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
  });

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

  process.exitCode = EXIT[await main(process.argv.slice(2), shell)];
  process.on('exit', () => {
    if (unwritten) process.exitCode = EXIT[ended(shell, unwritten)];
  });
}

async function main(args: string[], shell: Shell): Promise<Outcome> {
  try {
    checkArguments(args);
    const program = await programOf(shell, args[0]);
    await program.parseAsync(args, { from: 'user' });
    return shell.outcome;
  } catch (error) {
    return ended(shell, error);
  }
}

/** The one place where what was thrown becomes words and an outcome. */
function ended(shell: Shell, error: unknown): Outcome {
  const { say } = shell;
  if (shell.env.COTEJO_DEBUG && error instanceof Error) shell.stderr.write(`${error.stack}\n`);
  switch (true) {
    case error instanceof CommanderError: {
      if (error.exitCode === 0) return 'done'; // --help, --version
      const [message, hint] = error.message.replace(/^error: /, '').split('\n');
      // Help that was shown because no command was given is its own message.
      if (message && error.code !== 'commander.help') say.error(message.replace(/\.$/, ''));
      if (hint) say.hint(hint.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?'));
      return 'usage';
    }
    case error instanceof UsageError:
      say.error(error.message);
      if (error.hint !== null) say.hint(error.hint);
      return 'usage';
    case error instanceof Refusal:
      say.error(`${error.code}: ${error.detail}`);
      return 'refused';
    default:
      say.error(describe(error));
      if (error instanceof HintedError) say.hint(error.hint);
      return 'unknown';
  }
}
