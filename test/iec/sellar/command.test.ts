import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { lock } from '../../../src/disk/lock.ts';
import { lockChain } from '../../../src/iec/pack/chain-lock.ts';
import { type Authority, honest, makeAuthority } from '../../kit/authority.ts';
import { cotejo } from '../../kit/command.ts';
import { find, repository } from '../../kit/programs.ts';
import { serveProxy } from '../../kit/proxy.ts';
import { requires, requiresRoot } from '../../kit/requires.ts';
import { makeStage, opened } from './stage.ts';

/** `cotejo iec sellar`, as the timer's unit and as an operator starts it. */

const withOpenssl = requires('openssl', ['openssl']);
let authorities: Record<'uno' | 'dos', Authority>;

test.before(async () => {
  authorities = { uno: await makeAuthority(), dos: await makeAuthority() };
});

test.after.always(async () => (await opened).close());

withOpenssl('one pass: 0 with every token, 3 where some are missing, 1 where an authority answers a wrong one', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  const once = (...more: string[]) => cotejo(['iec', 'sellar', '--config', config, '--once', '--json', ...more]);
  iec.behaviour.uno.now = (response) => void response.writeHead(503).end();
  const missing = await once();
  t.is(missing.status, 3, missing.stderr);
  t.like((JSON.parse(missing.stdout) as { autoridades: object[] }).autoridades[0], { name: 'uno', pending: 1, code: 'status' });

  await rm(join(iec.folder, 'sellar/sellar.json'));
  iec.behaviour.uno.now = async (response) => void response.writeHead(200).end(await authorities.uno.stamp(Buffer.from('?')));
  t.is((await once()).status, 1);

  await rm(join(iec.folder, 'sellar/sellar.json'));
  iec.behaviour.uno.now = async (response, good) => void response.writeHead(200).end(await good());
  const all = await once();
  t.is(all.status, 0, all.stderr);
  t.deepEqual(JSON.parse(all.stdout), {
    phase: 'jornada',
    head: 1,
    autoridades: ['uno', 'dos'].map((name) => ({
      name,
      newest: 1,
      pending: 0,
      pending_other_phases: 0,
      failures: 0,
      silent_since: null,
      next_try: null,
      code: null,
      detail: null,
    })),
  });
  const text = await cotejo(['iec', 'sellar', '--config', config, '--once', '--lang', 'es']);
  t.regex(text.stdout, /sellos de todos los cortes/);
});

withOpenssl('as a service it goes on until the signal, and a second one does not begin', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  const args = [join(repository(), 'dist/bin/cotejo.js'), 'iec', 'sellar', '--config', config, '--lang', 'en'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let out = '';
  const sealed = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if ((out.match(/^sealed /gm) ?? []).length === 2) resolve();
    });
  });
  await Promise.race([sealed, ended]);
  t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr'], out);
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 3);
  child.kill('SIGTERM');
  t.is(await ended, 0);
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 0);
});

withOpenssl('killed while an authority thinks, it begins again where it was, and what it left is gone', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  iec.behaviour.uno.now = () => {};
  const args = [join(repository(), 'dist/bin/cotejo.js'), 'iec', 'sellar', '--config', config, '--once'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  while (iec.served.uno.queries.length === 0 || (await iec.files()).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await ended;
  const left = async () => (await readdir(join(iec.folder, 'sellar'))).filter((name) => name.startsWith('cotejo-sellos-'));
  t.is((await left()).length, 1);
  iec.behaviour.uno.now = honest;
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 0);
  t.deepEqual(await left(), []);
  t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr']);
});

withOpenssl('it takes no lock of the night, and the proxy of the environment', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  await mkdir(join(iec.folder, 'panel'));
  const locks = [await lockChain(iec.chain), await lock(join(iec.folder, 'panel/.lock'), { wait: false })];
  const proxy = await serveProxy(t, 403);
  const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: '' };
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'], iec.folder, env)).status, 3);
  t.is(proxy.asked.length, 2);
  for (const one of locks) await one?.release();
  t.deepEqual(await readdir(join(iec.folder, 'panel')), ['.lock']);
});

withOpenssl('what is wrong with the configuration is told before anything is made', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  const { stdout } = await cotejo(['iec', 'sellar', '--help']);
  t.regex(stdout, /--once/);
  const good = await readFile(config, 'utf8');
  const [head = ''] = good.split('[sellar]');
  const table = good.slice(head.length);
  for (const text of [
    head,
    `${head}${table.split('[[sellar.autoridad]]').slice(0, 2).join('[[sellar.autoridad]]')}`, // one authority alone
    good.replace('name = "dos"', 'name = "uno"'),
    good.replace(iec.served.dos.url.href, iec.served.uno.url.href),
    good.replace('autoridades = "autoridades"\n', ''),
    good.replace('name = "dos"', 'name = "Dos"'),
    good.replace(iec.served.dos.url.href, 'ftp://tsa.example/'),
  ]) {
    await writeFile(config, text);
    t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 2, text);
  }
  await writeFile(config, good);
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--json'])).status, 2);
  t.false((await readdir(iec.folder)).includes('sellar'));
});

requiresRoot(withOpenssl)('root is told to run it as the account whose folder it is, and makes nothing in it', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  const folder = join(iec.folder, 'sellar');
  await mkdir(folder);
  await chown(folder, 65_534, 65_534);
  for (const how of [['--once'], []]) {
    const ran = await cotejo(['iec', 'sellar', '--config', config, '--lang', 'en', ...how]);
    t.is(ran.status, 2);
    t.regex(ran.stderr, /runuser -u cotejo-sellar -- cotejo iec sellar/);
  }
  t.deepEqual(await readdir(folder), []);
  await chown(folder, 0, 0);
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 0);
});

withOpenssl('a machine without openssl is told so, and keeps what it has', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const config = await iec.writeConfig();
  t.is((await cotejo(['iec', 'sellar', '--config', config, '--once'])).status, 0);
  // `flock` and nothing else; nothing says that the tokens were checked, so that they would be.
  await rm(join(iec.folder, 'sellar/cotejados'), { recursive: true });
  await mkdir(join(iec.folder, 'bin'));
  await symlink(find('flock')!, join(iec.folder, 'bin/flock'));
  const ran = await cotejo(['iec', 'sellar', '--config', config, '--once', '--lang', 'en'], iec.folder, {
    PATH: join(iec.folder, 'bin'),
  });
  t.is(ran.status, 3);
  t.regex(ran.stderr, /openssl/);
  t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr']);
});
