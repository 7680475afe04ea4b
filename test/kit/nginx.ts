import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
}

export interface NginxPlan {
  readonly signs?: string;
  /** what a test changes in the site's configuration */
  readonly change?: (site: string) => string;
  /** the same of what every site includes */
  readonly snippet?: (text: string) => string;
  /** what it is started with besides this process's own environment */
  readonly env?: Readonly<Record<string, string>>;
}

/** As {@link startNginx}, for tests that look at more of it than its answers. */
export async function runNginx(t: ExecutionContext, config: DifusorConfig, plan: NginxPlan = {}): Promise<RunningNginx> {
  const folder = await makeFolder(t);
  const port = await freePort();
  const file = await writeNginx(folder, config, { ...plan, listen: `127.0.0.1:${port}` });
  const nginx = spawn(find('nginx') as string, ['-c', file, '-p', folder, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...plan.env },
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
  return { port, folder, pid: nginx.pid as number };
}

/**
 * Writes the shipped configuration with the folders of a test's node in it.
 * @param folder for what nginx itself writes
 * @returns the file to start nginx with
 */
export async function writeNginx(
  folder: string,
  { state, outbox }: DifusorConfig,
  { signs, change = (site) => site, snippet = (text) => text, env = {}, listen }: NginxPlan & { readonly listen: string },
): Promise<string> {
  const signed = signs ?? (await allIsWell(join(folder, 'signs'), state));
  const shipped = (name: string) => join(repository(), 'systemd/nginx', name);
  const included = join(folder, 'cotejo-public.conf');
  const text = snippet(await readFile(shipped('cotejo-public.conf'), 'utf8'));
  await writeFile(included, text.replaceAll('/var/lib/cotejo-acme', join(folder, 'acme')).replaceAll('/opt/cotejo', repository()));
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
  const own = ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = own.map((name) => `${name === 'body' ? 'client_body' : name}_temp_path ${join(folder, name)};`).join('\n');
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
events {}
http {
access_log off;
${temporary}
${site}
}
`,
  );
  return file;
}

/** A folder of signs as they are while every corte is fresh; the sign of health exists while the daemon's own does. */
async function allIsWell(signs: string, state: string): Promise<string> {
  await mkdir(join(signs, 'vigente'), { recursive: true });
  for (const phase of await readdir(join(state, 'public'))) await writeFile(join(signs, 'vigente', phase), 'ok\n');
  await symlink(join(state, 'health'), join(signs, 'sano'));
  return signs;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return isOpen;
}
