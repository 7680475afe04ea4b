import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Said } from '../../src/format/said.ts';
import { lifeOf } from '../../src/serve/apart/life.ts';
import { type PortEvent, parseWord, upTo, wordLine } from '../../src/serve/apart/words.ts';
import { words } from '../../src/serve/words.ts';
import { makeCorte, writeDelivery } from '../kit/cortes.ts';
import { initialised, run } from '../kit/daemon.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { listenerOn } from '../kit/sockets.ts';

/** Strangers are kept apart from the verdict: what breaks a port's process breaks nothing else. */

const trust = signTrust(makeTrust({ now: Date.now() }));
const first = makeCorte({ trust, files: { 'index.html': 'corte 1' }, takenAt: at(Date.now() - 120_000) });
const second = makeCorte({ trust, files: { 'index.html': 'corte 2' }, takenAt: at(Date.now() - 60_000), previous: first });

async function withPorts(t: ExecutionContext) {
  const { folder, config } = await initialised(t, trust);
  const daemon = run(t, config, ['--sftp', '127.0.0.1:0', '--http', '127.0.0.1:0']);
  const [, sftp] = await daemon.until(/listening what=sftp address=127\.0\.0\.1:(\d+)/);
  const [, http] = await daemon.until(/listening what=http address=127\.0\.0\.1:(\d+)/);
  const pid = daemon.child.pid as number;
  const listener = async (port: number) => {
    const found = await listenerOn(port, pid);
    if (found === null) throw new Error(`nobody listens on ${port}`);
    return found;
  };
  return { ...daemon, config, pid, inbox: join(folder, 'inbox'), sftp: Number(sftp), http: Number(http), listener };
}

test.serial('a port’s process that is killed comes back at its place, and cortes are taken meanwhile', async (t) => {
  const daemon = await withPorts(t);
  for (const [what, port, corte] of [
    ['http', daemon.http, first],
    ['sftp', daemon.sftp, second],
  ] as const) {
    const victim = await daemon.listener(port);
    t.not(victim, daemon.pid);
    process.kill(victim, 'SIGKILL');
    await writeDelivery(daemon.inbox, corte);
    await daemon.until(new RegExp(`port-ended what=${what} status=SIGKILL`));
    await daemon.until(new RegExp(`admitted phase=jornada number=${corte.statement.number}`));
    await daemon.until(new RegExp(`port-ended what=${what}[^]*listening what=${what} address=127\\.0\\.0\\.1:${port}\n`));
    t.not(await daemon.listener(port), victim);
  }
  t.is(await (await fetch(`http://127.0.0.1:${daemon.http}/`)).text(), 'corte 2');
});

requires('util-linux', ['prlimit']).serial('a web server without descriptors holds up no corte', async (t) => {
  const daemon = await withPorts(t);
  const web = await daemon.listener(daemon.http);
  const open = (await readdir(`/proc/${web}/fd`)).length;
  execFileSync('prlimit', [`--pid=${web}`, `--nofile=${open + 8}:${open + 8}`]);
  // Dropped connections come again at once, so that no descriptor is ever free.
  const sockets = new Set<Socket>();
  const flood = () => {
    const socket = connect(daemon.http, '127.0.0.1').on('error', () => {});
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket) && flood());
  };
  for (let n = 0; n < 100; n += 1) flood();
  t.teardown(() => {
    const last = [...sockets];
    sockets.clear();
    for (const socket of last) socket.destroy();
  });
  while ((await readdir(`/proc/${web}/fd`)).length < open + 8) await pause(20);
  await writeDelivery(daemon.inbox, first);
  await daemon.until(/admitted phase=jornada number=1/);
  await daemon.until(/published phase=jornada public=corte number=1/);
  t.pass();
});

test.serial('a port’s process that is asked to end does, and one that can’t start says why and is gone', async (t) => {
  const daemon = await withPorts(t);
  const web = await daemon.listener(daemon.http);
  process.kill(web, 'SIGTERM');
  await daemon.until(/port-ended what=http status=0 /);
  const command = [join(repository(), 'dist/bin/cotejo.js'), 'difusor', 'serve-http', '--config', daemon.config];
  const child = spawn(process.execPath, [...command, '--listen', `127.0.0.1:${daemon.sftp}`, '--under-daemon']);
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (part) => (said += part));
  const ended = once(child, 'close'); // its standard input stays open
  child.stdin.write('\n');
  t.deepEqual(await ended, [3, null]);
  t.regex(said, /^\{"word":"failed","detail":"[^"]*EADDRINUSE/);
});

test.serial('the processes of the ports end with the daemon, however it ends', async (t) => {
  const daemon = await withPorts(t);
  const children = [await daemon.listener(daemon.sftp), await daemon.listener(daemon.http)];
  daemon.child.kill('SIGKILL');
  while (children.some((pid) => existsSync(`/proc/${pid}`))) await pause(20);
  t.pass();
});

test.serial('a process that does not end when it should is ended', async (t) => {
  const daemon = await withPorts(t);
  const web = await daemon.listener(daemon.http);
  process.kill(web, 'SIGSTOP');
  daemon.child.kill('SIGTERM');
  t.deepEqual(await daemon.closed, [0, null], daemon.output());
  t.false(existsSync(`/proc/${web}`));
  t.notRegex(daemon.output(), /port-ended/);
});

test.serial('a port’s process has limits of its own, and nothing of the daemon’s surroundings', async (t) => {
  process.env['CREDENTIALS_DIRECTORY'] = '/nowhere';
  t.teardown(() => delete process.env['CREDENTIALS_DIRECTORY']);
  const daemon = await withPorts(t);
  for (const port of [daemon.sftp, daemon.http]) {
    const at = `/proc/${await daemon.listener(port)}`;
    const limits = await readFile(`${at}/limits`, 'utf8');
    t.regex(limits, /^Max open files +2048 +2048 /m);
    t.regex(limits, /^Max data size +1073741824 +1073741824 /m);
    t.regex(limits, /^Max core file size +0 +0 /m);
    t.is((await readFile(`${at}/oom_score_adj`, 'utf8')).trim(), '500');
    t.deepEqual(
      namesOf(await readFile(`${at}/environ`, 'utf8')),
      ['LANG', 'PATH', 'TZ'].filter((name) => name in process.env),
    );
    t.regex(await readFile(`${at}/status`, 'utf8'), /^NoNewPrivs:\t1$/m);
    if (process.geteuid?.() === 0) t.regex(await readFile(`${at}/status`, 'utf8'), /^CapEff:\t0000000000000400$/m);
  }
});

/** Leaves out what a shell adds by itself. */
function namesOf(environ: string): string[] {
  const names = environ
    .split('\0')
    .filter(Boolean)
    .map((line) => line.split('=')[0] as string);
  return names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)).sort();
}

test.serial('a port’s process that writes anything but known lines of bounded length is killed', async (t) => {
  for (const said of [
    'no JSON',
    '{"event":"admitted","phase":"jornada","number":1}',
    `{"event":"error","what":"${'x'.repeat(5000)}"`,
    '[]',
  ]) {
    const told: PortEvent[] = [];
    const child = spawn('sh', ['-c', 'printf "%s\\n" "$0"; exec sleep 60', said]);
    const { status } = await lifeOf(child, null, (event) => told.push(event)).ended;
    t.is(status, 'SIGKILL', said.slice(0, 40));
    t.deepEqual(told, []);
  }
  const endless = spawn('sh', ['-c', 'exec cat /dev/zero']);
  t.is((await lifeOf(endless, null, () => {}).ended).status, 'SIGKILL');
  const detail = `\u001b[2J\n\u202e${'ñ'.repeat(1000)}`;
  const word = parseWord(wordLine({ event: 'error', what: words.webServer, detail: new Said(detail, detail) }));
  t.deepEqual(JSON.parse(JSON.stringify(word)), { event: 'error', what: 'web server', detail: `?[2J??${'ñ'.repeat(194)}` });
  let told = 0;
  const tell = upTo(6, () => (told += 1));
  for (let n = 0; n < 100_000; n += 1) tell({ event: 'login-refused', attempts: 1 });
  t.is(told, 6);
});

test.serial('a process that can’t be started is one that ended', async (t) => {
  const child = spawn('/nowhere/at/all', []);
  const [{ status }] = await Promise.all([lifeOf(child, null, () => {}).ended, once(child, 'error')]);
  t.regex(status, /ENOENT/);
});
