import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './port.ts';
import { find } from './programs.ts';

/** Ordinary caches before a site, as an administrator or a CDN sets them up: everything is kept for the same few seconds. */

export interface Cache {
  readonly name: string;
  readonly port: number;
  end(): void;
}

/**
 * @param folder for what it writes
 * @param seconds that an answer is kept
 * @param more what the server has besides: other locations, its directives
 */
export async function nginxCache(folder: string, origin: number, seconds: number, more = ''): Promise<Cache> {
  const keeping = `proxy_cache kept;
    proxy_cache_lock on;
    proxy_ignore_headers Cache-Control Expires;
    proxy_cache_valid 200 ${seconds}s;`;
  return nginxBefore(folder, `location / { proxy_pass http://127.0.0.1:${origin}; ${keeping} }\n${more}`);
}

/** nginx before a site, with a server of its own. @param server its directives, but for where it listens @param listen more of `listen` */
export async function nginxBefore(folder: string, server: string, listen = ''): Promise<Cache> {
  const port = await freePort();
  const at = join(folder, `nginx-${port}`);
  mkdirSync(at, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${at}/${name};`)
    .join('\n');
  writeFileSync(
    join(at, 'nginx.conf'),
    `${process.geteuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${at}/pid;
error_log ${at}/error.log;
events {}
http {
access_log off;
${temporary}
proxy_cache_path ${at}/kept keys_zone=kept:8m;
limit_req_zone $binary_remote_addr zone=few:1m rate=1r/m;
server {
  listen 127.0.0.1:${port} ${listen};
  ${server}
}
}
`,
  );
  const child = spawn(find('nginx') as string, ['-c', join(at, 'nginx.conf'), '-p', at, '-e', join(at, 'error.log')], {
    stdio: 'ignore',
  });
  return started('nginx proxy_cache', port, child);
}

/** As {@link nginxCache}, with more VCL; what is old is given for ten more seconds while it is fetched anew, as varnish does if not told otherwise. */
export async function varnishCache(folder: string, origin: number, seconds: number, more = ''): Promise<Cache> {
  const port = await freePort();
  const at = join(folder, `varnish-${port}`);
  mkdirSync(at, { recursive: true });
  const vcl = join(at, 'cache.vcl');
  writeFileSync(
    vcl,
    `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${origin}"; }
sub vcl_backend_response { set beresp.ttl = ${seconds}s; }
${more}
`,
  );
  const settings = ['-j', 'none', '-a', `127.0.0.1:${port}`, '-f', vcl, '-n', at, '-s', 'malloc,64m', '-T', 'none'];
  return started('varnish', port, spawn(find('varnishd') as string, ['-F', ...settings], { stdio: 'ignore' }));
}

async function started(name: string, port: number, child: ChildProcess): Promise<Cache> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    if (await isOpen(port)) return { name, port, end: () => void child.kill('SIGTERM') };
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${name} does not answer`);
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return answer;
}
