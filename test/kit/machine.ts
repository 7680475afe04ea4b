import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository, startsDaemon } from './programs.ts';
import { requires, requiresRoot, type Trials } from './requires.ts';

/** A throw-away machine with the real systemd (see the script beside this file), and commands run on it as root. */
export interface Machine {
  /** a folder of this machine that the other one has as /exchange */
  readonly exchange: string;
  /** Runs a script of bash there. */
  run(script: string): Promise<Ran>;
  /** {@link run}, where an exit status other than 0 is an error that shows what was said. @returns stdout */
  must(script: string): Promise<string>;
  stop(): Promise<void>;
}

/** The doctor's checks of what a throw-away machine lacks, whatever is installed on it. */
export const NOT_INSTALLED: ReadonlySet<string> = new Set([
  'disco',
  'memoria',
  'nucleos',
  'cortafuegos',
  'intrusos',
  'reloj',
  'espacio',
  'inodos',
]);

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As {@link requires}, for tests that boot a machine. @param more packages and programs beside those of every machine */
export function requiresMachine(more = '', programs: readonly string[] = []): Trials {
  const packages = `systemd-container, openssh-server, openssh-client, nginx, curl, procps${more && `, ${more}`}`;
  return requiresRoot(requires(packages, ['systemd-nspawn', 'nsenter', 'sshd', 'sftp', 'nginx', 'curl', 'pgrep', ...programs]));
}

/** @param base the root folder of another system; without it the machine is a copy of this one */
export async function bootMachine(base?: string): Promise<Machine> {
  startsDaemon('systemd-nspawn');
  const exchange = await mkdtemp(join(tmpdir(), 'cotejo-exchange-'));
  const script = join(repository(), 'test/kit/machine');
  const host = spawn(script, [repository(), exchange, ...(base === undefined ? [] : [base])], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  host.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = new Promise<void>((resolve) => host.on('close', () => resolve()));
  const init = await new Promise<string>((resolve, reject) => {
    createInterface(host.stdout).once('line', resolve);
    host.on('error', reject);
    void ended.then(() => reject(new Error(complaint || 'the machine did not boot')));
  });

  const run = (text: string) => inside(init, text);
  return {
    exchange,
    run,
    async must(text) {
      const ran = await run(text);
      if (ran.status !== 0) throw new Error(`${text}\nended with ${ran.status}\n${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    },
    async stop() {
      host.stdin.end();
      await ended;
      await rm(exchange, { recursive: true, force: true });
    },
  };
}

function inside(init: string, script: string): Promise<Ran> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wdns=/root'];
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' };
  return new Promise((resolve, reject) => {
    const child = spawn('nsenter', ['--target', init, ...namespaces, 'bash', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
