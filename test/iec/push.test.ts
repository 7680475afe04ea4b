import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { healChain } from '../../src/iec/heal.ts';
import { rowsOf } from '../../src/iec/panel/rows.ts';
import { type PushOptions, pushOnce } from '../../src/iec/push.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { nodesOf } from '../../src/iec/setup/config.ts';
import { cortesIn, makeCorte, publicationOf, writeInChain } from '../kit/cortes.ts';
import { at, encode, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder, treeOf } from '../kit/folders.ts';
import { makeKey, type TestKey } from '../kit/keys.ts';
import { freePort } from '../kit/port.ts';
import { startRelay } from '../kit/relay.ts';
import { requires, requiresRoot } from '../kit/requires.ts';
import { foundNetwork, type Network, type TrialNode } from './network.ts';

const trials = requires('openssh-server', ['sshd', 'ssh-keygen']);
const withSshd = trials.serial;

/** Longer than a busy machine takes. */
const PATIENCE = { connect: 20_000, handshake: 40_000, stall: 40_000 };
/** For a test in which somebody never answers, and others do. */
const IMPATIENT = { patience: { ...PATIENCE, handshake: 12_000 }, acuseMs: 15_000 };

async function push(iec: Network, changes: Partial<PushOptions> = {}) {
  const config = await iec.configure();
  const view = await viewChain(config.chain, config.phase);
  const ledger = await openLedger(config.panel, view, { now: Date.now });
  const options = { identity: iec.identity, now: Date.now, patience: PATIENCE, acuseMs: 60_000, ...changes };
  const reports = await pushOnce(config, nodesOf(config), view, ledger, options);
  const rows = await rowsOf(nodesOf(config), ledger, view, config.panel, Date.now());
  return { reports, rows };
}

withSshd('a node that has nothing gets everything, in order, and its acuses are kept', async (t) => {
  const iec = await foundNetwork(t, { cortes: 5 });
  await iec.issue(3);
  const node = await iec.node('vanguardia');
  const stop = await node.run();
  const kept: number[] = [];
  const { reports, rows } = await push(iec, { kept: (number) => kept.push(number) });
  t.deepEqual(
    kept.sort((a, b) => a - b),
    [1, 2, 3],
  );
  t.like(reports[0], { outcome: 'up-to-date', number: 3, trouble: null });
  t.like(rows[0], { state: 'al-dia', number: 3, lag_seconds: 0, failed_periods: 0, error: null });
  t.is(rows[0]?.acuse, 'acuses/vanguardia/web1/jornada/000003.json');
  t.deepEqual(await readdir(join(iec.panel, 'acuses/vanguardia/web1/jornada')), [
    '000001.json',
    '000001.json.sig',
    '000002.json',
    '000002.json.sig',
    '000003.json',
    '000003.json.sig',
  ]);
  const served = join(node.home, 'state/public/jornada/index.html');
  t.is(await readFile(served, 'utf8'), String(iec.cortes[2]?.content['index.html']));

  const again = await push(iec);
  t.is(again.reports[0]?.bytes, 0, 'nothing is sent twice');
  await iec.issue(5);
  const more = await push(iec);
  t.is(more.reports[0]?.number, 5);
  const sizes = iec.cortes.slice(3).flatMap(({ files }) => Object.values(files).map((bytes) => bytes.length));
  t.is(
    more.reports[0]?.bytes,
    sizes.reduce((a, b) => a + b),
  );
  await stop();
  t.deepEqual(await node.inbox(), []);
});

withSshd('what a node has signed counts, even if the IEC was killed before it recorded it', async (t) => {
  const iec = await foundNetwork(t, { cortes: 3 });
  await iec.issue(2);
  const node = await iec.node('vanguardia');
  await node.run();
  await push(iec);
  const before = await readFile(join(iec.panel, 'estado.json'));
  await iec.issue(3);
  await push(iec);
  const look = async () => {
    const view = await viewChain(iec.chain, 'jornada');
    return (await openLedger(iec.panel, view, { now: Date.now })).node('vanguardia/web1').number;
  };
  t.is(await look(), 3);
  await writeFile(join(iec.panel, 'estado.json'), before);
  t.is(await look(), 3, 'the record is of before the last acuse');
  await rm(join(iec.panel, 'acuses/vanguardia/web1/jornada/000003.json'));
  t.is(await look(), 2, 'without it, as the record has it');
  await rm(join(iec.panel, 'estado.json'));
  t.is(await look(), 2, 'without a record, as the acuses have it');
});

/** Puts an acuse into a node's outbox, as the node (or another) would sign it. */
async function forgeAcuse(iec: Network, node: TrialNode, number: number, key: TestKey, corte = iec.cortes[number - 1]?.sha256) {
  const hour = iec.cortes[0]?.statement.taken_at;
  const acuse = {
    type: 'cotejo/acuse',
    format: 1,
    election: iec.trust.document.election,
    phase: 'jornada',
    number,
    corte,
    difusor: node.name,
    node: 'web1',
    received_at: hour,
    admitted_at: hour,
    published_at: hour,
  };
  const file = join(node.lines.outbox, 'acuses/jornada', `${String(number).padStart(6, '0')}.json`);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, encode(acuse));
  await writeFile(`${file}.sig`, key.signNow(encode(acuse), 'acuse@cotejo'));
}

withSshd('every trouble of a node has its name, and the other nodes are served', async (t) => {
  const iec = await foundNetwork(t, { cortes: 2 });
  await iec.issue(2);
  const wrong: Record<string, string> = {};
  const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());

  const good = await iec.node('vanguardia');
  await good.run();
  const add = async (name: string, error: string, changes: Parameters<Network['node']>[1] = {}) => {
    wrong[name] = error;
    return iec.node(name, changes);
  };
  await add('apagado', 'unreachable', { port: await freePort() });
  await add('mudo', 'no-answer', { port: (silent.address() as net.AddressInfo).port });
  await add('suplantado', 'host-key-changed', { host_key: `SHA256:${'A'.repeat(43)}` });
  await add('sin-cuenta', 'login-refused', { user: 'no-such-account' });
  await add('sin-buzon', 'inbox-missing', { inbox: '/nonexistent/inbox' });
  await add('sin-demonio', 'not-taken');
  await (await add('atrasado', 'time-future')).run({ now: () => Date.now() - 3_600_000 });
  const forger = await add('falsario', 'acuse-forged');
  for (const n of [1, 2]) await forgeAcuse(iec, forger, n, makeKey());
  // Someone with the node's key acknowledges a corte that was never issued.
  const liar = makeKey();
  const other = await add('de-otro', 'acuse-other-corte', { acuse_key: liar.publicKey });
  await forgeAcuse(iec, other, 2, liar, 'a'.repeat(64));

  const { rows, reports } = await push(iec, IMPATIENT);
  const errors = Object.fromEntries(rows.map(({ difusor, error }) => [difusor, error]));
  t.deepEqual(errors, { vanguardia: null, ...wrong });
  t.deepEqual(
    rows.map(({ state }) => state),
    ['al-dia', ...Object.keys(wrong).map(() => '1-falla')],
  );
  const refused = reports.filter(({ outcome }) => outcome === 'refused').map(({ target }) => target.difusor);
  t.deepEqual(refused, ['suplantado', 'atrasado', 'falsario', 'de-otro']);
  t.is(rows.find(({ difusor }) => difusor === 'de-otro')?.number, null, 'what it claims is not believed');
});

withSshd('an acuse of a corte that does not exist yet is reported, and no corte is skipped because of it', async (t) => {
  const iec = await foundNetwork(t, { cortes: 2 });
  await iec.issue(2);
  const node = await iec.node('vanguardia');
  await forgeAcuse(iec, node, 9, makeKey());
  await node.run();
  const { reports } = await push(iec);
  t.like(reports[0], { outcome: 'up-to-date', number: 2, trouble: { code: 'acuse-future' } });
});

withSshd('a node whose clock is ahead is served, and the fault is reported', async (t) => {
  const iec = await foundNetwork(t, { cortes: 1 });
  await iec.issue(1);
  const node = await iec.node('vanguardia');
  await node.run({ now: () => Date.now() + 3_000_000 });
  const { reports } = await push(iec);
  t.like(reports[0], { outcome: 'up-to-date', number: 1, trouble: { code: 'clock-skew' } });
});

withSshd('after a broken connection the upload continues where it stopped', async (t) => {
  const iec = await foundNetwork(t, { cortes: 1, picture: 4_000_000 });
  await iec.issue(1);
  const relay = await startRelay(t, iec.sshd.port);
  const node = await iec.node('vanguardia', { port: relay.port });
  const stop = await node.run();
  relay.after(2_000_000, 'cut');
  const first = await push(iec);
  t.is(first.reports[0]?.trouble?.code, 'connection-lost');
  // The trust document that went before it may not be taken yet.
  t.true((await node.inbox()).includes('.cotejo-jornada-000001'));
  relay.after(800_000, 'stall');
  const second = await push(iec, { patience: { ...PATIENCE, stall: 4000 } });
  t.is(second.reports[0]?.trouble?.code, 'stalled');
  relay.heal();
  const third = await push(iec);
  t.like(third.reports[0], { outcome: 'up-to-date', number: 1 });
  const whole = Object.values(iec.cortes[0]?.files ?? {}).reduce((sum, bytes) => sum + bytes.length, 0);
  t.true(relay.sent() < whole + 1_500_000, `${relay.sent()} bytes went for ${whole}`);
  await stop(); // the acuse is there a moment before the delivery is out of the inbox
  t.deepEqual(await node.inbox(), []);
});

withSshd('a half-uploaded folder that was spoiled is refused by the node and sent once more, whole', async (t) => {
  const iec = await foundNetwork(t, { cortes: 1, picture: 100_000 });
  await iec.issue(1);
  const node = await iec.node('vanguardia');
  const aside = join(node.lines.inbox, '.cotejo-jornada-000001');
  await mkdir(aside);
  await writeFile(join(aside, 'corte.tar.gz'), Buffer.alloc(50_000));
  await node.run();
  const { reports } = await push(iec);
  t.like(reports[0], { outcome: 'up-to-date', number: 1, trouble: null });
  t.true(node.events.some((event) => event.event === 'refused' && event.code === 'package-mismatch'));
});

withSshd('a node that lost its state is served again from where it stands, whatever its old acuses say', async (t) => {
  const iec = await foundNetwork(t, { cortes: 4 });
  await iec.issue(3);
  const node = await iec.node('vanguardia');
  const stop = await node.run();
  await push(iec);
  await stop();
  await rm(join(node.home, 'state'), { recursive: true });
  await iec.issue(4);
  // Some time later, so that its status is newer than its last acuse.
  await node.run({ now: () => Date.now() + 5000 });
  const { reports } = await push(iec);
  t.like(reports[0], { outcome: 'up-to-date', number: 4, trouble: null });
  t.is(await readFile(join(node.home, 'state/public/jornada/index.html'), 'utf8'), String(iec.cortes[3]?.content['index.html']));
});

const asRoot = requiresRoot(trials).serial;

asRoot('an account without write permission and a full disk are reported by name', async (t) => {
  const iec = await foundNetwork(t, { cortes: 1, picture: 3_000_000 });
  await iec.issue(1);
  await chmod(iec.folder, 0o755);
  const forbidden = await iec.node('sin-permiso', { user: 'nobody' });
  await forbidden.run();
  const small = join(await makeFolder(t), 'inbox');
  await mkdir(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
  t.teardown(() => void execFileSync('umount', ['-l', small]));
  await iec.node('lleno', { inbox: small });
  const { rows } = await push(iec);
  t.deepEqual(
    rows.map(({ difusor, error }) => [difusor, error]),
    [
      ['sin-permiso', 'inbox-forbidden'],
      ['lleno', 'disk-full'],
    ],
  );
  t.deepEqual(Object.keys(await treeOf(forbidden.lines.inbox)), []);
});

withSshd('after a theft the document that disowns cortes is sent, and none of the disowned cortes', async (t) => {
  const iec = await foundNetwork(t, { cortes: 4 });
  await iec.issue(4);
  const on = await iec.node('vanguardia');
  await on.run();
  await push(iec);
  // A second node that has received nothing yet: with cortes in its inbox, it would rightly refuse those that the
  // document disowns.
  const off = await iec.node('zocalo');
  await off.run();
  const signers = iec.trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 2 } : signer));
  const second = signTrust(nextTrust(iec.trust, { signers }));
  await writeTrust(second, join(iec.chain, 'trust/2.json'));
  for (const { outcome, number, trouble } of (await push(iec)).reports) {
    t.deepEqual([outcome, number], ['up-to-date', 2], JSON.stringify(trouble));
  }
  for (const { home } of [on, off]) {
    t.deepEqual(await cortesIn(join(home, 'state/chain/jornada')), ['000001', '000002']);
    t.deepEqual(await readdir(join(home, 'state/refused')), []);
  }
  await healChain(iec.chain);
  const takenAt = at(Date.now());
  const real = makeCorte({ trust: second, previous: iec.cortes[1]!, signer: 'relevo-1', files: publicationOf(3), takenAt });
  await writeInChain(iec.chain, real);
  for (const { outcome, number, trouble } of (await push(iec)).reports) {
    t.deepEqual([outcome, number, trouble], ['up-to-date', 3, null]);
  }
});
