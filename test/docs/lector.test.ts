import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { type Ran, sh } from '../kit/command.ts';
import { makeTrust, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { fileIn, named, readGuide } from '../kit/guide.ts';
import { freePort } from '../kit/port.ts';
import { find, repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';

/** docs/lector.md as whoever serves a lector follows it, with a real nginx. */

test.after.always(closeBrowser);

const served = requires('nginx and chromium', ['nginx', 'chromium', 'curl']);

served('a folder is built, served, compared and taken back as the guide says', async (t) => {
  const folder = await makeFolder(t);
  await writeTrust(signTrust(makeTrust({ now: Date.now() })), join(folder, 'trust-1.json'));
  await writeFile(join(folder, 'cotejo'), `#!/bin/sh\nexec "${process.execPath}" "${repository()}/dist/bin/cotejo.js" "$@"\n`);
  await chmod(join(folder, 'cotejo'), 0o755);
  const guide = await readGuide('lector');
  const site = await startNginx(t, folder);
  const run = (name: string): Promise<Ran> =>
    sh(named(guide, name), folder, { PATH: `${folder}:${process.env['PATH']}`, SITIO: site.origin });
  const built = await run('hacer');
  t.is(built.status, 0, built.stderr);

  const page = await fetch(site);
  t.is(page.status, 200);
  for (const answer of [page, await fetch(new URL('municipios/saltillo/', site))]) {
    t.is(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    t.is(answer.headers.get('cache-control'), 'no-cache');
    t.is(answer.headers.get('content-security-policy'), "frame-ancestors 'none'");
    t.is(await answer.text(), await readFile(join(folder, 'lector/index.html'), 'utf8'));
  }
  const worker = await fetch(new URL('cotejo-lector.js', site));
  t.regex(worker.headers.get('content-type') ?? '', /^(text|application)\/javascript/);
  t.is(worker.headers.get('cache-control'), 'no-cache');

  t.is((await run('comparar')).status, 0);
  const about = await readFile(join(folder, 'lector/LEEME.txt'), 'utf8');
  for (const name of ['index.html', '404.html', 'cotejo-lector.js']) {
    const sum = (await sh(`sha256sum lector/${name}`, folder)).stdout.slice(0, 64);
    t.true(about.replaceAll(' ', '').includes(sum), name);
  }

  const at = join(folder, 'lector/404.html');
  const page404 = await readFile(at, 'utf8');
  await writeFile(at, page404.replace('Verificado', 'Verificada'));
  await rename(join(folder, 'lector-mio'), join(folder, 'compared'));
  t.not((await run('comparar')).status, 0, 'a letter more or less is told');
  await writeFile(at, page404);

  const reader = await newPage(t);
  await reader.goto(site.href);
  await reader.locator('[data-standing="searching"], [data-standing="nothing"]').waitFor();
  const registrations = 'navigator.serviceWorker.getRegistrations().then((all) => all.length)';
  t.is(await reader.evaluate(registrations), 1);
  await rename(join(folder, 'lector'), join(folder, 'former'));
  await sh('mkdir lector', folder);
  await writeFile(join(folder, 'lector/index.html'), '<!doctype html><h1>ya no</h1>');
  await writeFile(join(folder, 'lector/cotejo-lector.js'), await fileIn('lector', 'js'));
  await reader.reload();
  await reader.locator('h1', { hasText: 'ya no' }).waitFor();
  t.is(await reader.evaluate(registrations), 0);
  t.deepEqual(await reader.evaluate('caches.keys()'), []);
});

/** The guide's own server, on a port of the loopback interface and without its certificate. */
async function startNginx(t: ExecutionContext, folder: string): Promise<URL> {
  const port = await freePort();
  const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`);
  const site = (await fileIn('lector', 'nginx'))
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *ssl_certificate.*$/gm, '')
    .replace('/var/www/lector', join(folder, 'lector'));
  const user = process.geteuid?.() === 0 ? 'user root;' : '';
  const file = join(folder, 'nginx.conf');
  const log = join(folder, 'error.log');
  await writeFile(
    file,
    `${user} daemon off; pid ${join(folder, 'pid')}; error_log ${log}; events {}
http { include /etc/nginx/mime.types; access_log off; ${own.join(' ')}\n${site}}\n`,
  );
  const nginx = spawn(find('nginx') ?? 'nginx', ['-c', file, '-p', folder, '-e', log], { stdio: 'ignore' });
  const ended = once(nginx, 'exit');
  t.teardown(async () => {
    nginx.kill('SIGQUIT');
    nginx.kill('SIGTERM');
    await ended;
  });
  const url = new URL(`http://127.0.0.1:${port}/`);
  for (;;) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return url;
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${await readFile(log, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
