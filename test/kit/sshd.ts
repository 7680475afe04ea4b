import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { freePort } from './port.ts';
import { find } from './programs.ts';

/** A real sshd for one test, on the loopback interface, that gives SFTP and nothing else to the IEC's key. */
export interface Sshd {
  readonly port: number;
  /** of its host key, as ssh-keygen -l prints it */
  readonly hostKey: string;
  /** the user who runs the test: an sshd that root did not start can only let in its own user */
  readonly user: string;
  /** Kills the listener and every session, as when the machine fails. */
  kill(): Promise<void>;
  /** Starts again on the same port, with the same host key unless a new one is asked for. */
  start(options?: { newHostKey?: boolean }): Promise<void>;
}

/** @param authorized public keys, one a line */
export async function startSshd(t: Pick<ExecutionContext, 'teardown'>, folder: string, authorized: string): Promise<Sshd> {
  const home = join(folder, `sshd-${process.hrtime.bigint()}`);
  await mkdir(home, { recursive: true, mode: 0o755 });
  const port = await freePort();
  const keys = join(home, 'authorized');
  await writeFile(keys, authorized, { mode: 0o644 });
  const keyFile = join(home, 'host_key');
  const makeKey = () => execFileSync('sh', ['-c', `rm -f "$1" "$1.pub"; ssh-keygen -q -t ed25519 -N '' -f "$1"`, 'sh', keyFile]);
  makeKey();
  const config = join(home, 'sshd_config');
  await writeFile(
    config,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${keyFile}
PidFile none
AuthorizedKeysFile ${keys}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 500
MaxSessions 10
Subsystem sftp internal-sftp
ForceCommand internal-sftp
DisableForwarding yes
LogLevel ERROR
`,
  );
  let child: ChildProcess | null = null;
  const printed = execFileSync('ssh-keygen', ['-l', '-f', `${keyFile}.pub`], { encoding: 'utf8' });
  const sshd: Sshd = {
    port,
    hostKey: /SHA256:\S+/.exec(printed)?.[0] ?? '',
    user: userInfo().username,
    async start({ newHostKey = false } = {}) {
      if (newHostKey) makeKey();
      // As root, sshd wants the folder for its unprivileged child.
      if (process.geteuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      child = spawn(find('sshd') as string, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
      let said = '';
      child.stderr?.on('data', (chunk) => {
        said += chunk;
      });
      for (let tries = 0; !(await greets(port)); tries++) {
        if (tries > 200 || child.exitCode !== null) throw new Error(`sshd does not start: ${said}`);
        await sleep(25);
      }
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      for (const pid of [...below(child.pid as number), child.pid as number]) killNow(pid);
      await gone;
    },
  };
  t.teardown(() => sshd.kill());
  await sshd.start();
  return sshd;
}

/** The processes below one, deepest first. */
function below(pid: number): number[] {
  let children: string;
  try {
    children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  } catch {
    return []; // ps says "none" by its exit status
  }
  const pids = children.split('\n').map(Number);
  return pids.filter((child) => child > 0).flatMap((child) => [...below(child), child]);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
