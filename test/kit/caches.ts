import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/kit/port.ts';
import { find } from '../../test/kit/programs.ts';

/** Ordinary caches before a site, as an administrator or a CDN sets them up: everything is kept for the same few seconds. */

export interface Cache {
  readonly name: string;
  readonly port: number;
  end(): void;
}

/** @param folder for what it writes @param seconds that an answer is kept */
export async function nginxCache(folder: string, origin: number, seconds: number): Promise<Cache> {
  const port = await freePort();
  const at = join(folder, 'nginx-cache');
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
server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://127.0.0.1:${origin};
    proxy_cache kept;
    proxy_cache_lock on;
    proxy_ignore_headers Cache-Control Expires;
    proxy_cache_valid 200 ${seconds}s;
  }
}
}
`,
  );
  const child = spawn(find('nginx') as string, ['-c', join(at, 'nginx.conf'), '-p', at, '-e', join(at, 'error.log')], {
    stdio: 'ignore',
  });
  return started('nginx proxy_cache', port, child);
}

/** As {@link nginxCache}; what is old is given for ten more seconds while it is fetched anew, as varnish does if not told otherwise. */
export async function varnishCache(folder: string, origin: number, seconds: number): Promise<Cache> {
  const port = await freePort();
  const at = join(folder, 'varnish');
  mkdirSync(at, { recursive: true });
  const vcl = join(folder, 'cache.vcl');
  writeFileSync(
    vcl,
    `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${origin}"; }
sub vcl_backend_response { set beresp.ttl = ${seconds}s; }
`,
  );
  const settings = ['-j', 'none', '-a', `127.0.0.1:${port}`, '-f', vcl, '-n', at, '-s', 'malloc,64m', '-T', 'none'];
  return started('varnish', port, spawn(find('varnishd') as string, ['-F', ...settings], { stdio: 'ignore' }));
}

async function started(name: string, port: number, child: ChildProcess): Promise<Cache> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return { name, port, end: () => void child.kill('SIGTERM') };
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`${name} does not answer`);
}
