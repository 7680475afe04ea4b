import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { requires, requiresRoot, type Trials } from './requires.ts';

/**
 * A network of its own: a network namespace in which a test acts as root, with processes and mounts of its own. All that
 * was started in it ends with the test, and nothing in it reaches this machine's network or another test's.
 */
export interface Network {
  /** Runs a script of bash in it; `ip netns` makes further machines there. */
  run(script: string): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>;
  /** {@link run}, where an exit status other than 0 is an error that shows what was said. @returns stdout */
  must(script: string): Promise<string>;
}

/** As `requires`, for tests that make a network. */
export function requiresNetwork(debianPackages: string, programs: readonly string[]): Trials {
  const own = ['ip', 'unshare', 'nsenter', 'pgrep'];
  return requiresRoot(requires(`${debianPackages}, iproute2, util-linux, procps`, [...own, ...programs]));
}

export async function makeNetwork(t: ExecutionContext): Promise<Network> {
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const begin = 'mount -t tmpfs tmpfs /run/netns 2>/dev/null || { mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; }';
  // Its first process is bash, which lives until its stdin ends; when it does, the kernel ends all others.
  const holder = spawn('unshare', [...own, 'bash', '-c', `${begin}; ip link set lo up; echo up; cat; true`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    const ended = once(holder, 'close');
    holder.stdin.end();
    holder.kill('SIGKILL');
    await ended;
  });
  const [line] = (await Promise.race([once(createInterface(holder.stdout), 'line'), once(holder, 'exit')])) as [unknown];
  if (line !== 'up') throw new Error(`no network of its own: ${String(line)}`);
  const init = (await promisify(execFile)('pgrep', ['-P', String(holder.pid)])).stdout.trim();
  const run = (script: string) => inside(init, script);
  return {
    run,
    async must(script) {
      const ran = await run(script);
      if (ran.status !== 0) throw new Error(`${script}\nended with ${ran.status}\n${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    },
  };
}

async function inside(init: string, script: string): Promise<Awaited<ReturnType<Network['run']>>> {
  const child = spawn('nsenter', ['--target', init, '--net', '--mount', '--pid', 'bash', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Not this process's path: npm puts the programs of packages before the system's, and one of them is called nft.
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}
