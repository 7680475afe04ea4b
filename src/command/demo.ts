import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { tellStory } from '../demo/story.ts';
import { ToldError } from '../format/said.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { example } from './example.ts';
import { PROGRAM } from './words/program.ts';

/** `cotejo demo`: an election night on one machine, for people who want to see it before they read. */

interface Options {
  readonly once?: boolean;
  readonly speed?: string;
}

/** A period of ten minutes takes ten seconds. */
const SPEED = 60;

export function demoCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const demo = program
    .command('demo')
    .description(told(PROGRAM.demo))
    .option('--once', told(PROGRAM.once))
    .option('--speed <n>', told(PROGRAM.speed(SPEED)))
    .action(runs(shell, (options: Options) => runDemo(shell, options)));
  example(demo, 'cotejo demo --speed 120');
}

async function runDemo(shell: Shell, { once = false, speed }: Options): Promise<Outcome> {
  const times = speed === undefined ? (once ? Infinity : SPEED) : Number(speed);
  if (!(times > 0)) throw new UsageError(PROGRAM.noSpeed(speed ?? ''));
  requireTools();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cotejo-demo-')));
  try {
    const wrong = await tellStory({
      folder,
      speed: times,
      once,
      stop: stop.signal,
      say: (line) => shell.print(line),
      told: shell.told,
      paint: (style, text) => shell.paint(style, text),
    });
    return wrong.length === 0 ? 'done' : 'refused';
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 'done'; // Ctrl-C is how it ends
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What Node can't do by itself; both are on any Linux. */
function requireTools(): void {
  for (const [tool, from] of [
    ['flock', 'util-linux'],
    ['sync', 'coreutils'],
  ] as const) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).error) {
      throw new ToldError(PROGRAM.noTool(tool, from));
    }
  }
}
