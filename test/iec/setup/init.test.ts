import { existsSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { checkNode } from '../../../src/iec/delivery/check.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { addDifusor } from '../../../src/iec/setup/add-difusor.ts';
import { nodesOf, parseIecConfig, readIecConfig } from '../../../src/iec/setup/config.ts';
import { initIec } from '../../../src/iec/setup/init.ts';
import { sh } from '../../kit/command.ts';
import { makeTrust, signTrust, writeAnchor } from '../../kit/election.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { freePort } from '../../kit/port.ts';
import { repository } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';
import { foundNetwork } from '../network.ts';

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

const HOST_KEY = `SHA256:${'A'.repeat(43)}`;

function introduction(difusor: string, node: string, changes: Record<string, unknown> = {}): string {
  const { publicKey } = makeKey(`${difusor} ${node}`);
  const paths = { inbox: '/var/lib/cotejo/iec/inbox', outbox: '/var/lib/cotejo/iec/outbox' };
  return JSON.stringify({ difusor, node, acuse_key: publicKey, host_key: HOST_KEY, sftp_host_key: HOST_KEY, ...paths, ...changes });
}

test('init makes a configuration that can be read, over a chain that can be packed into', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust()), folder);
  const file = join(folder, 'iec/IEC.toml');
  const made = await initIec({ config: file, phase: 'jornada', anchor });
  t.regex(made.ssh_key, /^ssh-ed25519 /);
  const config = await readIecConfig(file);
  t.is((await viewChain(config.chain, config.phase)).head, 0);
  t.deepEqual(config.difusor, []);
  t.regex((await treeOf(folder))['iec/ssh_iec'] ?? '', /^file 0600/);
  await t.throwsAsync(initIec({ config: file, phase: 'jornada' }), { instanceOf: UsageError });
});

test('nodes are added one by one, each to its Difusor, and what people wrote stays', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'IEC.toml');
  await initIec({ config: file, phase: 'jornada' });
  await writeFile(file, `${await readFile(file, 'utf8')}# se avisó al Consejo el 3 de junio\n`);
  await addDifusor(file, introduction('vanguardia', 'web1'), {
    host: '192.0.2.1',
    title: 'La "Vanguardia"',
    url: 'https://v.example/',
  });
  await addDifusor(file, introduction('zocalo', 'web1', { host_key: null }), {
    host: 'zocalo.example',
    port: 2222,
    url: 'https://z.example/',
  });
  await writeFile(file, (await readFile(file, 'utf8')).replace('name = "zocalo"', '# el del norte\nname = "zocalo"'));
  const config = await addDifusor(file, introduction('vanguardia', 'web2'), { host: '192.0.2.2' });
  t.deepEqual(
    nodesOf(config).map(({ difusor, node, host, port, user, inbox }) => [difusor, node, host, port, user, inbox]),
    [
      ['vanguardia', 'web1', '192.0.2.1', 22, 'cotejo-iec', 'inbox'],
      ['vanguardia', 'web2', '192.0.2.2', 22, 'cotejo-iec', 'inbox'],
      ['zocalo', 'web1', 'zocalo.example', 2222, 'iec', 'inbox'],
    ],
  );
  const text = await readFile(file, 'utf8');
  t.true(text.includes('# se avisó al Consejo') && text.includes('# el del norte'));
});

test('an addition that would give an invalid configuration leaves the file as it was', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'IEC.toml');
  await initIec({ config: file, phase: 'jornada' });
  await addDifusor(file, introduction('vanguardia', 'web1'), { host: '192.0.2.1', url: 'https://v.example/' });
  const before = await readFile(file, 'utf8');
  const wrong: [string, Parameters<typeof addDifusor>[2]][] = [
    ['not JSON', { host: 'h' }],
    ['{}', { host: 'h' }],
    [introduction('vanguardia', 'web1'), { host: '192.0.2.9' }],
    [introduction('nuevo', 'web1'), { host: 'h' }],
    [introduction('nuevo', 'web1'), { host: 'h', url: 'javascript:alert(1)' }],
    [introduction('nuevo', 'web1', { host_key: 'SHA256:short' }), { host: 'h', url: 'https://n.example/' }],
    [introduction('No Name', 'web1'), { host: 'h', url: 'https://n.example/' }],
    [introduction('nuevo', 'web1', { acuse_key: makeKey('vanguardia web1').publicKey }), { host: 'h', url: 'https://n.example/' }],
  ];
  for (const [intro, arrival] of wrong) {
    await t.throwsAsync(addDifusor(file, intro, arrival), { instanceOf: UsageError }, intro);
    t.is(await readFile(file, 'utf8'), before);
  }
});

test('what is wrong with an addition is told by its option, not by a line that is not in the file', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'IEC.toml');
  await initIec({ config: file, phase: 'jornada' });
  const url = 'https://v.example/';
  const add = (arrival: Partial<Parameters<typeof addDifusor>[2]>, changes = {}) =>
    addDifusor(file, introduction('vanguardia', 'web1', changes), { host: '192.0.2.1', url, ...arrival });
  await t.throwsAsync(add({ url: 'prep.example' }), {
    instanceOf: UsageError,
    message: /^--url prep\.example: expected an address/,
  });
  const spaced = await t.throwsAsync(add({ host: 'a b' }), { instanceOf: UsageError });
  t.is(spaced.said.es, '--host a b: se esperaba el nombre de un equipo o una dirección');
  await t.throwsAsync(add({ host: 'a b' }), { instanceOf: UsageError, message: /^--host a b: expected a host name/ });
  await t.throwsAsync(add({ logo: join(folder, 'nada.png') }), {
    instanceOf: UsageError,
    message: /^--logo .*: there is no such file/,
  });
  const short = add({}, { host_key: 'SHA256:short' });
  await t.throwsAsync(short, { instanceOf: UsageError, message: /^the introduction's host_key: expected a fingerprint/ });
  await add({});
  await t.throwsAsync(add({}), { instanceOf: UsageError, message: /^vanguardia\/web1 is in .*IEC\.toml already$/ });
});

test('a configuration names what is wrong, and its line', (t) => {
  const head = 'chain = "c"\nsource = "s"\nphase = "jornada"\nkey = "k"\nssh_key = "k"\npanel = "p"\n';
  const difusor = '[[difusor]]\nname = "uno"\ntitle = "Uno"\nurl = "https://u.example/"\n';
  const node = `[[difusor.node]]\nname = "web1"\nhost = "h"\nuser = "iec"\nhost_key = "${HOST_KEY}"\nacuse_key = "${makeKey('a').publicKey}"\ninbox = "i"\noutbox = "o"\n`;
  t.is(parseIecConfig(head + difusor + node, 'IEC.toml').difusor.length, 1);
  const wrong: [string, RegExp][] = [
    [`${head}colour = "blue"\n`, /IEC\.toml:7: unknown key colour/],
    [head.replace('phase = "jornada"\n', ''), /missing key phase/],
    [head + difusor, /missing key difusor\[1\]\.node/],
    [head + difusor + node.replace(/host_key = .*\n/, ''), /missing key difusor\[1\]\.node\[1\]\.host_key/],
    [head + difusor + node.replace('SHA256:', 'MD5:'), /IEC\.toml:15: difusor\[1\]\.node\[1\]\.host_key: expected a fingerprint/],
    [head + difusor + node + node, /IEC\.toml:19: two entries for node of uno web1/],
    [head + difusor + node + difusor + node, /IEC\.toml:19: two entries for Difusor uno/],
    [head + difusor + node + node.replace('web1', 'web2'), /IEC\.toml:24: uno\/web1 and uno\/web2 have one acuse_key/],
  ];
  for (const [text, message] of wrong) t.throws(() => parseIecConfig(text, 'IEC.toml'), { instanceOf: UsageError, message });
});

/** An IEC and a node whose daemon has run and ended, and what its status was while it was at work. */
async function withNode(t: ExecutionContext) {
  const iec = await foundNetwork(t, { cortes: 1 });
  await iec.issue(1);
  const node = await iec.node('vanguardia');
  const stop = await node.run();
  const file = join(node.lines.outbox, 'status.json');
  while (!existsSync(file)) await sleep(50);
  const atWork = await readFile(file, 'utf8');
  await stop();
  return { iec, node, file, atWork };
}

withSshd('check looks at each node and sends nothing', async (t) => {
  const { iec, node, file, atWork } = await withNode(t);
  await writeFile(file, atWork);
  await iec.node('sin-buzon', { inbox: '/nonexistent/inbox' });
  await iec.node('apagado', { port: await freePort() });
  await iec.node('suplantado', { host_key: HOST_KEY });
  const config = await iec.configure();
  const view = await viewChain(config.chain, config.phase);
  const before = await treeOf(node.home);
  const options = {
    identity: iec.identity,
    patience: { connect: 3000, handshake: 6000, stall: 4000 },
    windowBytes: 1,
    now: Date.now,
  };
  const found = await Promise.all(nodesOf(config).map((target) => checkNode(target, view, options)));
  t.deepEqual(
    found.map(({ target, outcome, trouble }) => [target.difusor, outcome, trouble?.code ?? null]),
    [
      ['vanguardia', 'good', null],
      ['sin-buzon', 'failed', 'inbox-missing'],
      ['apagado', 'failed', 'unreachable'],
      ['suplantado', 'refused', 'host-key-changed'],
    ],
  );
  t.is(found[0]?.trust, 1);
  t.true((found[0]?.free_bytes ?? 0) > 0);
  t.true(Math.abs(found[0]?.clock_seconds ?? 999) < 120);
  t.deepEqual(await treeOf(node.home), before);
});

withSshd('a node whose daemon is silent is not good; one whose clock is behind is', async (t) => {
  const { iec, file, atWork } = await withNode(t);
  const left = await readFile(file, 'utf8');
  const config = await iec.configure();
  const view = await viewChain(config.chain, config.phase);
  const patience = { connect: 3000, handshake: 20_000, stall: 20_000 };
  const options = { identity: iec.identity, patience, windowBytes: 1, now: Date.now };
  const [target] = nodesOf(config);
  const silent = { outcome: 'failed', trouble: { code: 'daemon-silent' } };
  const look = (lookMs: number) => checkNode(target!, view, { ...options, lookMs });
  const dated = (text: string, ms: number) => JSON.stringify({ ...(JSON.parse(text) as object), at: new Date(ms).toISOString() });
  /** As the node writes it: whole, by one rename. */
  const write = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const writing = async (text: string, work: () => Promise<unknown>) => {
    const over = new AbortController();
    const writer = (async () => {
      while (!over.signal.aborted) {
        await write(dated(text, Date.now() - 600_000));
        await sleep(500);
      }
    })();
    await work();
    over.abort();
    await writer;
  };
  t.like(await look(1500), silent, 'it was stopped a moment ago');
  await write(dated(atWork, Date.now() - 600_000));
  t.like(await look(1500), silent, 'it does not say so, and writes nothing');
  await writing(left, async () => t.like(await look(3000), silent, 'another hour, and still it says that it was stopped'));
  await write(dated(atWork, Date.now() - 600_000));
  await writing(atWork, async () => {
    const behind = await look(60_000);
    t.like(behind, { outcome: 'good', trouble: null });
    t.true((behind.clock_seconds ?? 0) < -500);
  });
});

test('what others must read can be read, whatever the umask', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(signTrust(makeTrust({ now: Date.now() })), join(folder, 'anchor'));
  const iec = `"${process.execPath}" "${join(repository(), 'dist/bin/cotejo.js')}" iec`;
  const made = await sh(
    `umask 077; ${iec} init --config etc/IEC.toml --anchor ${anchor} && ${iec} push --config etc/IEC.toml`,
    folder,
  );
  t.is(made.status, 0, made.stderr);
  const modeOf = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
  for (const path of ['etc', 'etc/chain', 'etc/chain/trust', 'etc/publicacion', 'etc/panel']) t.is(await modeOf(path), 0o755, path);
  const files = ['etc/IEC.toml', 'etc/chain/trust/1.json', 'etc/panel/difusores.html', 'etc/panel/enlaces.json'];
  for (const path of files) t.is(await modeOf(path), 0o644, path);
  t.is(await modeOf('etc/ssh_iec'), 0o600);
});
