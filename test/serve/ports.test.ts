import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { place } from '../../src/iec/delivery/upload.ts';
import { openLink, PATIENCE } from '../../src/iec/link/open-link.ts';
import { parseAddress } from '../../src/service/listening.ts';
import { cotejo } from '../kit/command.ts';
import { makeCorte, writeInChain } from '../kit/cortes.ts';
import { initialised, run } from '../kit/daemon.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { childrenOf, portsOf } from '../kit/sockets.ts';

const trust = signTrust(makeTrust({ now: Date.now() }));

test('a node that init made takes a corte over its own inbox and shows it on its own web server', async (t) => {
  const { folder, config, iec, intro } = await initialised(t, trust);
  const daemon = run(t, config, ['--sftp', '127.0.0.1:0', '--http', '127.0.0.1:0']);
  const [, port] = await daemon.until(/listening what=sftp address=127\.0\.0\.1:(\d+)/);
  const [, url] = await daemon.until(/listening what=http address=(127\.0\.0\.1:\d+)/);
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

test('without --sftp and --http it listens on nothing', async (t) => {
  const { config } = await initialised(t, trust);
  // With both ports the same search finds two, in two processes: only so does finding none prove something.
  for (const [args, expected] of [
    [
      ['--sftp', '127.0.0.1:0', '--http', '127.0.0.1:0'],
      [1, 1],
    ],
    [[], []],
  ] as const) {
    const daemon = run(t, config, args);
    await daemon.until(/^started/m);
    if (expected.length > 0) {
      await daemon.until(/listening what=sftp/);
      await daemon.until(/listening what=http/);
    }
    const pid = daemon.child.pid as number;
    t.deepEqual(await portsOf(pid), [], 'the daemon itself never listens');
    // Its other children, which lock or sync, listen on nothing.
    const listening = (await Promise.all((await childrenOf(pid)).map(portsOf))).filter(({ length }) => length > 0);
    t.deepEqual(
      listening.map(({ length }) => length),
      expected,
    );
    daemon.child.kill('SIGTERM');
    t.deepEqual(await daemon.closed, [0, null]);
  }
});

test('a node that has never run has a status', async (t) => {
  const { config } = await initialised(t, trust);
  const { status, stdout, stderr } = await cotejo(['difusor', 'status', '--config', config, '--json']);
  t.is(status, 0, stderr);
  t.like(JSON.parse(stdout), { refused_last_hour: 0, daemon: { at_work: false, last_sign: null } });
});

test('missing or wrong settings are reported before anything starts', async (t) => {
  const { folder, config } = await initialised(t, trust, false);
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

test('a port that is taken ends the daemon with the exit status for “try again”', async (t) => {
  const { config } = await initialised(t, trust);
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
