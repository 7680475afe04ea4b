import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import { makeFolder } from './folders.ts';
import { freePort } from './port.ts';
import { find, repository } from './programs.ts';

/** A real nginx with the configuration that is shipped, over the folders of a test's node. */

/**
 * Starts nginx; it ends with the test.
 * @param signs the folder of the guard's signs; one in which all is well, if absent
 * @returns its port on the loopback interface
 */
export async function startNginx(t: ExecutionContext, config: DifusorConfig, signs?: string): Promise<number> {
  return (await runNginx(t, config, signs === undefined ? {} : { signs })).port;
}

export interface RunningNginx {
  readonly port: number;
  /** holds what the shipped configuration has in `/var/log/cotejo`, and `acme` */
  readonly folder: string;
  readonly pid: number;
  /** Takes connections and says nothing, or answers again; whatever it is left in, it ends with the test. */
  readonly silence: (isSilent: boolean) => void;
}

export interface NginxPlan {
  readonly signs?: string;
  /** what a test changes in the site's configuration */
  readonly change?: (site: string) => string;
  /** the same of what every site includes */
  readonly snippet?: (text: string) => string;
  /** what it is started with besides this process's own environment */
  readonly env?: Readonly<Record<string, string>>;
  /** how many connections it has at once, its own included; nginx's default, if absent */
  readonly connections?: number;
}

/** As {@link startNginx}, for tests that look at more of it than its answers. */
export async function runNginx(t: ExecutionContext, config: DifusorConfig, plan: NginxPlan = {}): Promise<RunningNginx> {
  const folder = await makeFolder(t);
  const port = await freePort();
  const file = await writeNginx(folder, config, { ...plan, listen: `127.0.0.1:${port}` });
  return spawnNginx(t, { folder, port, file }, plan.env);
}

/**
 * Starts nginx with a configuration that stands in `file` and has `daemon off`, and waits until it answers at its port.
 * @param folder for what nginx itself writes
 */
export async function spawnNginx(
  t: Pick<ExecutionContext, 'teardown'>,
  { folder, port, file }: { readonly folder: string; readonly port: number; readonly file: string },
  env: Readonly<Record<string, string>> = {},
): Promise<RunningNginx> {
  const nginx = spawn(find('nginx') as string, ['-c', file, '-p', folder, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  nginx.stderr.on('data', (part) => (said += part));
  const ended = once(nginx, 'exit');
  t.teardown(async () => {
    nginx.kill('SIGQUIT');
    nginx.kill('SIGTERM');
    await ended;
  });
  while (!(await answers(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pid = nginx.pid as number;
  const silence = (isSilent: boolean) => {
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, isSilent ? 'SIGSTOP' : 'SIGCONT');
  };
  t.teardown(() => {
    if (nginx.exitCode === null) silence(false); // one that is stopped would not end
  });
  return { port, folder, pid, silence };
}

/**
 * Writes the shipped configuration with the folders of a test's node in it.
 * @param folder for what nginx itself writes
 * @returns the file to start nginx with
 */
export async function writeNginx(
  folder: string,
  { state, outbox }: DifusorConfig,
  {
    signs,
    change = (site) => site,
    snippet = (text) => text,
    env = {},
    connections,
    listen,
  }: NginxPlan & { readonly listen: string },
): Promise<string> {
  const signed = signs ?? (await allIsWell(join(folder, 'signs'), state));
  const shipped = (name: string) => join(repository(), 'systemd/nginx', name);
  const included = join(folder, 'cotejo-public.conf');
  const text = snippet(await readFile(shipped('cotejo-public.conf'), 'utf8'));
  const own = text.replaceAll('/var/lib/cotejo-acme', join(folder, 'acme')).replaceAll('/run/cotejo', signed);
  await writeFile(included, own.replaceAll('/opt/cotejo', repository()));
  const site = change(await readFile(shipped('cotejo.conf'), 'utf8'))
    .replaceAll('/etc/nginx/snippets/cotejo-public.conf', included)
    .replaceAll('/etc/nginx/snippets', join(repository(), 'systemd/nginx'))
    .replaceAll('/run/cotejo', signed)
    .replaceAll('/var/lib/cotejo/state', state)
    .replaceAll('/var/lib/cotejo/iec/outbox', outbox)
    .replaceAll('/opt/cotejo', repository())
    .replaceAll('/var/log/cotejo', folder)
    .replaceAll(/^ *listen \[::\].*$/gm, '')
    .replaceAll(/listen 80\b/g, `listen ${listen}`);
  const temporary = temporaryIn(folder);
  const file = join(folder, 'nginx.conf');
  await mkdir(join(folder, 'body'));
  await writeFile(
    file,
    `${process.geteuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
${Object.keys(env)
  .map((name) => `env ${name};\n`)
  .join('')}pid ${join(folder, 'pid')};
error_log ${join(folder, 'error.log')};
events {${connections === undefined ? '' : ` worker_connections ${connections}; `}}
http {
access_log off;
${temporary}
${site}
}
`,
  );
  return file;
}

/** Its own folders for what it puts down, so that it writes nowhere else. */
export function temporaryIn(folder: string): string {
  const own = ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return own.map((name) => `${name === 'body' ? 'client_body' : name}_temp_path ${join(folder, name)};`).join('\n');
}

/** A folder of signs as they are while every corte is fresh; the sign of health exists while the daemon's own does. */
async function allIsWell(signs: string, state: string): Promise<string> {
  await mkdir(join(signs, 'vigente'), { recursive: true });
  for (const phase of await readdir(join(state, 'public'))) await writeFile(join(signs, 'vigente', phase), 'ok\n');
  await symlink(join(state, 'health'), join(signs, 'sano'));
  return signs;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return isOpen;
}
