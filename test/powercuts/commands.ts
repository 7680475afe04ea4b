import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { programOf } from '../../src/command/program.ts';
import { installed } from '../../src/disk/installed.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { EXIT, shellOver, UsageError } from '../../src/terminal/shell.ts';

/** The command, run once or kept running. */

const BIN = installed('dist/bin/cotejo.js');
const KILL = fileURLToPath(new URL('./kill.js', import.meta.url));

export interface Told {
  /** the exit status, or the signal's name */
  readonly status: number | string;
  /** the lines of stdout that are JSON */
  readonly json: readonly Record<string, never>[];
  readonly said: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** null while it runs */
  readonly status: () => number | string | null;
  readonly said: () => string;
  stop(): Promise<void>;
}

/** Runs a command as a process of its own. @param env more variables; see {@link killedAfter} */
export async function cotejo(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> {
  const running = start(args, env);
  await once(running.child, 'close');
  return told(running.status() ?? 'none', running.said());
}

/** Runs a command within this process: to look at hundreds of images takes a tenth of the time then. */
export async function ask(args: readonly string[]): Promise<Told> {
  let said = '';
  const stream = { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream;
  const shell = shellOver({ stdin: process.stdin, stdout: stream, stderr: stream, env: {}, cwd: '/', now: Date.now });
  try {
    await (await programOf(shell, args[0])).parseAsync([...args], { from: 'user' });
    return told(EXIT[shell.outcome], said);
  } catch (error) {
    const status = error instanceof UsageError ? EXIT.usage : error instanceof Refusal ? EXIT.refused : EXIT.unknown;
    return told(status, `${said}${(error as Error).message}`);
  }
}

function told(status: number | string, said: string): Told {
  return { status, json: said.split('\n').flatMap(parsed), said: said.slice(-400) };
}

function parsed(line: string): Record<string, never>[] {
  try {
    return line.startsWith('{') ? [JSON.parse(line) as Record<string, never>] : [];
  } catch {
    return [];
  }
}

const all = new Set<ChildProcess>();

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  all.add(child);
  child.once('close', () => all.delete(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const status = () => child.exitCode ?? child.signalCode;
  return {
    child,
    status,
    said: () => said,
    async stop() {
      if (status() !== null) return;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await once(child, 'close');
      clearTimeout(patience);
    },
  };
}

/** Ends whatever is still running of what {@link start} started: a file system under it could not be unmounted. */
export async function stopAll(): Promise<void> {
  const ended = [...all].map((child) => once(child, 'close'));
  for (const child of all) child.kill('SIGKILL');
  await Promise.all(ended);
}

/** Variables with which the command is ended right after a rename, before its sync. */
export function killedAfter(rename: string, signal = 'SIGKILL'): Record<string, string> {
  return { NODE_OPTIONS: `--import ${KILL}`, KILL_AFTER_RENAME: rename, KILL_BY: signal };
}

/** @returns whether it came true in time */
export async function until(isSo: () => boolean, seconds: number): Promise<boolean> {
  const end = performance.now() + 1000 * seconds;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(10);
  }
  return true;
}

/** What a case needs to be so while it records. @throws Error where it is not */
export function must(isSo: boolean, what: () => string): void {
  if (!isSo) throw new Error(`the case did not come to its end: ${what()}`);
}
