import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { place } from '../../src/iec/delivery/upload.ts';
import { openLink, PATIENCE } from '../../src/iec/link/open-link.ts';
import { parseAddress } from '../../src/service/listening.ts';
import { cotejo } from '../kit/command.ts';
import { makeCorte, writeInChain } from '../kit/cortes.ts';
import { at, makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { repository } from '../kit/requires.ts';

const trust = signTrust(makeTrust({ now: Date.now() }));

async function initialised(t: ExecutionContext, withKey = true) {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(trust, folder);
  const iec = await writePrivateKey(makeKey('the IEC towards its Difusores'), join(folder, 'iec'));
  const config = join(folder, 'difusor.toml');
  const args = ['--config', config, '--difusor', 'vanguardia', '--node', 'web1', '--anchor', anchor, '--home', folder, '--json'];
  const { stdout } = await cotejo(['difusor', 'init', ...args, ...(withKey ? ['--iec-key', `${iec}.pub`] : [])]);
  return { folder, config, iec, intro: JSON.parse(stdout) as Record<string, string> };
}

async function run(t: ExecutionContext, config: string, args: readonly string[]) {
  const bin = join(repository(), 'dist/src/cotejo.js');
  const child = spawn(process.execPath, [bin, 'difusor', 'run', '--config', config, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (part) => (stderr += part));
  child.stdout.on('data', (part) => (stdout += part));
  const closed = once(child, 'close');
  const ended = closed.then(() => 'ended' as const);
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(stdout);
      if (match) return match;
      if ((await Promise.race([once(child.stdout, 'data'), ended])) === 'ended') throw new Error(`it ended: ${stdout}${stderr}`);
    }
  };
  return { child, until, closed, output: () => stdout + stderr };
}

test('a node that init made takes a corte over its own inbox and shows it on its own web server', async (t) => {
  const { folder, config, iec, intro } = await initialised(t);
  const daemon = await run(t, config, ['--sftp', '127.0.0.1:0', '--http', '127.0.0.1:0']);
  const [, port] = await daemon.until(/listening what=sftp at=127\.0\.0\.1:(\d+)/);
  const [, url] = await daemon.until(/listening what=http at=(127\.0\.0\.1:\d+)/);
  const corte = makeCorte({ trust, files: { 'index.html': 'corte 1' }, takenAt: at(Date.now() - 60_000) });
  const source = await writeInChain(join(folder, 'chain'), corte);
  const link = { host: '127.0.0.1', port: Number(port), user: 'iec', host_key: intro.sftp_host_key as string };
  const identity = { privateKey: await readFile(iec) };
  const sftp = await openLink(link, { identity, patience: PATIENCE, windowBytes: 1024 * 1024 });
  t.teardown(() => sftp.close());
  const files = Object.entries(corte.files).map(([name, bytes]) => ({ name, path: join(source, name), bytes: bytes.length }));
  const target = { ...link, difusor: 'vanguardia', node: 'web1', acuse_key: '', inbox: 'inbox', outbox: 'outbox' };
  await place(sftp, target, { name: 'jornada-000001', files }, () => {});
  await daemon.until(/admitted phase=jornada number=1/);
  const answer = await fetch(`http://${url}/`);
  t.is(await answer.text(), 'corte 1');
  t.is(answer.headers.get('cotejo-corte'), '1');
  daemon.child.kill('SIGTERM');
  t.deepEqual(await daemon.closed, [0, null], daemon.output());
});

test('without being asked it listens on nothing', async (t) => {
  const { config } = await initialised(t);
  // With both ports the same look finds two: that it finds none without them says something.
  for (const [args, expected] of [
    [['--sftp', '127.0.0.1:0', '--http', '127.0.0.1:0'], 2],
    [[], 0],
  ] as const) {
    const daemon = await run(t, config, args);
    await daemon.until(/^started/m);
    if (expected > 0) await daemon.until(/listening what=http/);
    t.is((await listening(daemon.child.pid as number)).length, expected);
    daemon.child.kill('SIGTERM');
    t.deepEqual(await daemon.closed, [0, null]);
  }
});

/** The TCP sockets on which a process listens, as lines of /proc/net. */
async function listening(pid: number): Promise<string[]> {
  const inodes = await socketsOf(pid);
  const tables = await Promise.all(['tcp', 'tcp6'].map((file) => readIfThere(`/proc/net/${file}`)));
  const lines = tables.flatMap((table) => table.split('\n')).filter((line) => / 0A /.test(line));
  return lines.filter((line) => inodes.some((inode) => line.includes(` ${inode} `)));
}

/** A machine without IPv6 has no table of it. */
async function readIfThere(file: string): Promise<string> {
  return existsSync(file) ? readFile(file, 'utf8') : '';
}

async function socketsOf(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

test('a node that has never run has a status', async (t) => {
  const { config } = await initialised(t);
  const { status, stdout, stderr } = await cotejo(['difusor', 'status', '--config', config, '--json']);
  t.is(status, 0, stderr);
  t.is(JSON.parse(stdout).refused_last_hour, 0);
});

test('what is missing or wrong is told before anything starts', async (t) => {
  const { folder, config } = await initialised(t, false);
  const wrong: [readonly string[], RegExp][] = [
    [['--sftp', '127.0.0.1:0'], /error: --sftp needs the IEC’s key\n.*hint: .*iec_keys/],
    [['--http', '8080'], /error: "8080" is not HOST:PORT/],
    [['--http', 'localhost:99999'], /is not HOST:PORT/],
  ];
  for (const [args, expected] of wrong) {
    const { status, stderr } = await cotejo(['difusor', 'run', '--config', config, ...args]);
    t.is(status, 2, args.join(' '));
    t.regex(stderr, expected);
  }
  const other = join(folder, 'other.toml');
  await writeFile(other, (await readFile(config, 'utf8')).replace(/iec_keys = \[\s*\]/, 'iec_keys = ["ssh-rsa AAAA"]'));
  const { status, stderr } = await cotejo(['difusor', 'status', '--config', other]);
  t.is(status, 2);
  t.regex(stderr, /other\.toml:\d+: sftp\.iec_keys\[1\]: expected a key/);
});

test('a port that is taken ends it, as something that may be better later', async (t) => {
  const { config } = await initialised(t);
  const taken = createServer().listen(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { status, stderr } = await cotejo(['difusor', 'run', '--config', config, '--http', `127.0.0.1:${port}`]);
  t.is(status, 3);
  t.regex(stderr, /EADDRINUSE|address already in use/);
});

test('an address is a host and a port, an IPv6 one in brackets', (t) => {
  t.deepEqual(parseAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
  t.deepEqual(parseAddress('[::1]:0'), { host: '::1', port: 0 });
  t.deepEqual(parseAddress('prep.example:80'), { host: 'prep.example', port: 80 });
  for (const text of ['', '80', ':80', '::1:80', 'host:', 'host:x', 'a b:1', '[x]:1'])
    t.throws(() => parseAddress(text), undefined, text);
});
