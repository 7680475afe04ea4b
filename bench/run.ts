import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Running other programs and measuring them as the operating system sees them. */

const TIME = '/usr/bin/time';

/** Whether a program is on the PATH. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/** Runs a shell script, not timed. @throws Error with what the script wrote to stderr */
export function prepared(script: string, args: readonly string[] = []): string {
  const run = spawnSync('bash', ['-euo', 'pipefail', '-c', script, 'bench', ...args], { encoding: 'utf8', maxBuffer: 1e9 });
  if (run.status !== 0) throw new Error(`${script.trim().split('\n')[0]} …: ${run.stderr.trim()}`);
  return run.stdout;
}

/**
 * To be called before each turn. Data made for all contenders is written to the disk, since otherwise the first
 * contender would be slowed by it; and as much memory as a turn fills is touched. A virtual machine is given memory by
 * its host at the first touch, which here takes ten times as long as filling memory that was in use before. Without
 * this, the figures would depend on how much memory the machine had touched since its start.
 * @param folder where a file for this may be made
 * @param publication whose size, times three, is how much memory is touched
 */
export function settle(folder: string, publication: string): void {
  const fill = 'size=$(du -sb "$2" | cut -f1); head -c $((3 * size)) /dev/zero > "$1/fill"; rm "$1/fill"; sync';
  prepared(fill, [folder, publication]);
}

/** Runs a shell script and times it. */
export async function timed(script: string, args: readonly string[]): Promise<{ seconds: number; peakBytes: number | null }> {
  const command = ['bash', '-euo', 'pipefail', '-c', script, 'bench', ...args];
  // GNU time gives the peak of the largest of the script's processes.
  const [program, ...rest] = existsSync(TIME) ? [TIME, '-f', 'peak %M', ...command] : command;
  const start = performance.now();
  const child = spawn(program as string, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${script.trim().split('\n')[0]} …: ${said.trim()}`);
  const peak = /peak (\d+)/.exec(said);
  return { seconds, peakBytes: peak ? Number(peak[1]) * 1024 : null };
}

/** The peak of a running process, bytes. */
export function peakOf(pid: number): number | null {
  const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return match ? Number(match[1]) * 1024 : null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
