import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { pushOnce } from '../../../src/iec/push.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openLedger } from '../../../src/iec/record/ledger.ts';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import { newGuard } from '../../../src/iec/relevo/guard.ts';
import { type IecConfig, nodesOf, readIecConfig } from '../../../src/iec/setup/config.ts';
import { cotejo, sh } from '../../kit/command.ts';
import { cortesIn } from '../../kit/cortes.ts';
import { named, readGuide } from '../../kit/guide.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { repository } from '../../kit/programs.ts';
import { startRelay } from '../../kit/relay.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';
import { foundNetwork, type Network, type TrialNode, tomlOf } from '../network.ts';

/**
 * The IEC's machine is lost in the middle of bringing a corte that only one node has by then; a second machine takes over with
 * the relevo key, by the commands of the guide: real nodes, a real sshd, and the nodes' chains over HTTP.
 */

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']).serial;

/** The number of the corte in whose middle the machine is lost; as in the issue where the trial has the time. */
const LAST = process.env.COTEJO_SOAK ? 20 : 4;
const PERIOD = 600_000;

/** What a Difusor's web server shows of its chain. */
function showing(t: ExecutionContext, node: TrialNode): Promise<URL> {
  return serve(t, (request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname;
    const file = join(node.home, 'state/chain', path.replace(/^\/cotejo\/chain\//, ''));
    readFile(file).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end('no'),
    );
  });
}

/** Another machine's folders: the configuration, the SSH identity, the relevo key; neither chain nor panel. */
async function secondMachine(iec: Network, nodes: readonly TrialNode[], addresses: ReadonlyMap<string, URL>): Promise<string> {
  const home = join(iec.folder, 'segunda');
  await mkdir(join(home, 'publicacion'), { recursive: true });
  await writeFile(join(home, 'publicacion/index.html'), 'sigue la segunda máquina');
  await copyFile(join(iec.folder, 'ssh_key'), join(home, 'ssh_key'));
  await chmod(join(home, 'ssh_key'), 0o600);
  await writePrivateKey(makeKey('relevo-1'), join(home, 'firma-1'));
  await writeToml(home, nodes, addresses);
  return home;
}

async function writeToml(home: string, nodes: readonly TrialNode[], addresses: ReadonlyMap<string, URL>): Promise<void> {
  let toml = tomlOf(nodes, ['relevo_unasked = 0']);
  for (const [name, { href }] of addresses) toml = toml.replace(`https://${name}.example/`, href);
  await writeFile(join(home, 'IEC.toml'), toml);
}

/** The guide's block as it stands, with this test's folders in the place of the system's. */
async function byTheGuide(iec: Network, home: string, block: string, args = '') {
  const bin = join(home, 'bin');
  await mkdir(bin, { recursive: true });
  const command = `#!/bin/sh\nexec '${process.execPath}' '${join(repository(), 'dist/bin/cotejo.js')}' "$@" ${args}\n`;
  await writeFile(join(bin, 'cotejo'), command, { mode: 0o755 });
  for (const name of ['runuser', 'systemctl']) {
    // runuser -u cotejo -- …: there is no such account here; and no systemd.
    await writeFile(join(bin, name), `#!/bin/sh\n[ "$1" = -u ] || exit 0\nshift 3\nexec "$@"\n`, { mode: 0o755 });
  }
  const script = block
    .replaceAll('/etc/cotejo/ancla/1.json', join(iec.folder, 'anchor.json'))
    .replaceAll('/etc/cotejo/', `${home}/`);
  return sh(script, home, { PATH: `${bin}:${process.env.PATH ?? ''}` });
}

/** The first machine's push, killed as soon as one node has taken the last corte. */
async function pushUntilLost(t: ExecutionContext, iec: Network, holder: TrialNode): Promise<void> {
  const bin = join(repository(), 'dist/bin/cotejo.js');
  const push = spawn(process.execPath, [bin, 'iec', 'push', '--config', iec.configFile], { stdio: 'ignore' });
  t.teardown(() => push.kill('SIGKILL'));
  const acuse = join(holder.home, `outbox/acuses/jornada/${String(LAST).padStart(6, '0')}.json`);
  for (let i = 0; !existsSync(acuse); i++) {
    if (i > 1200 || push.exitCode !== null) throw new Error('the one node never had it');
    await sleep(50);
  }
  const closed = once(push, 'close');
  t.is(push.exitCode, null, 'the push is in its middle');
  push.kill('SIGKILL');
  await closed;
}

async function pushAll(iec: Network, config: IecConfig) {
  const view = await viewChain(config.chain, config.phase);
  const ledger = await openLedger(config.panel, view, { now: Date.now });
  return pushOnce(config, nodesOf(config), view, ledger, { identity: iec.identity, now: Date.now });
}

withSshd(
  'a machine is lost in the middle of a corte that one node has; the second goes on, and there is one history',
  async (t) => {
    const guide = await readGuide('iec');
    const iec = await foundNetwork(t, { cortes: LAST, now: Date.now() - 2 * PERIOD, picture: 1_000_000 });
    const relay = await startRelay(t, iec.sshd.port);
    const holder = await iec.node('vanguardia');
    const others = [await iec.node('zocalo', { port: relay.port }), await iec.node('saltillo', { port: relay.port })];
    const nodes = [holder, ...others];
    for (const node of nodes) await node.run();
    const first = await iec.configure();
    await iec.issue(LAST - 1);
    await (await openMark(await panelOf(first), first.chain)).take('jornada', endOf(iec, LAST));
    for (const report of await pushAll(iec, first)) t.is(report.number, LAST - 1, String(report.trouble?.detail));

    await iec.issue(LAST);
    relay.after(300_000, 'stall');
    await pushUntilLost(t, iec, holder);
    relay.heal();
    const numbers = async (node: TrialNode) => (await cortesIn(join(node.home, 'state/chain/jornada'))).length;
    t.deepEqual(await Promise.all(nodes.map(numbers)), [LAST, LAST - 1, LAST - 1]);
    await rename(join(iec.folder, 'chain'), join(iec.folder, 'lost-chain')); // its disk comes back at the end
    await rename(join(iec.folder, 'panel'), join(iec.folder, 'lost-panel'));

    const addresses = new Map<string, URL>();
    for (const node of nodes) addresses.set(node.name, await showing(t, node));
    const nowhere = new Map(addresses).set(holder.name, new URL('http://127.0.0.1:1/'));
    const home = await secondMachine(iec, [{ ...holder, lines: { ...holder.lines, port: 1 } }, ...others], nowhere);

    // The one node that has it can't be reached: what is restored is one corte short, and nothing may be signed on it.
    const short = await byTheGuide(iec, home, named(guide, 'restaurar'), '--json');
    t.is(short.status, 0, short.stderr);
    t.like(JSON.parse(short.stdout), { restored: true, phases: [{ phase: 'jornada', number: LAST - 1, fetched: LAST - 1 }] });
    const blind = await cotejo(['iec', 'relevo', '--config', join(home, 'IEC.toml'), '--json']);
    t.is(blind.status, 3, blind.stderr);
    t.like(JSON.parse(blind.stdout), { signs: false, own: false, error: 'not-asked' });
    const pack = ['iec', 'pack', join(home, 'publicacion'), '--config', join(home, 'IEC.toml'), '--chain', join(home, 'chain')];
    const packing = [...pack, '--phase', 'jornada', '--key', join(home, 'firma-1'), '--json'];
    t.is((await cotejo(packing)).status, 3);
    // A person may decide; it is on record, and holds for the end that the chain had then.
    const forced = await byTheGuide(iec, home, named(guide, 'forzar'), '--json');
    t.is(forced.status, 0, forced.stderr);
    t.like(JSON.parse(forced.stdout), { signs: true, number: LAST - 1, error: 'not-asked' });
    const log = JSON.parse((await readFile(join(home, 'panel/bitacora.jsonl'), 'utf8')).trim().split('\n').at(-1) ?? '') as object;
    t.like(log, { event: 'took-over', number: LAST - 1, unasked: 'vanguardia/web1', error: 'not-asked' });
    t.regex(String('reason' in log && log.reason), /apagado desde las 19 h/);

    // Then it can be: it is seen, fetched, and followed.
    await writeToml(home, nodes, addresses);
    const seen = await cotejo(['iec', 'relevo', '--config', join(home, 'IEC.toml'), '--force', 'no', '--json']);
    t.is(seen.status, 1, seen.stderr);
    t.like(JSON.parse(seen.stdout), { signs: false, error: 'corte-lost', reason: null });
    const whole = await byTheGuide(iec, home, named(guide, 'restaurar'), '--json');
    t.like(JSON.parse(whole.stdout), { restored: true, phases: [{ number: LAST, fetched: 1 }] });
    const taken = await byTheGuide(iec, home, named(guide, 'relevo'), '--json');
    t.is(taken.status, 0, taken.stderr);
    t.like(JSON.parse(taken.stdout), { signs: true, number: LAST, error: null, reason: null });
    const packed = await cotejo(packing);
    t.is(packed.status, 0, packed.stderr);
    t.like(JSON.parse(packed.stdout), { number: LAST + 1 });
    const second = await readIecConfig(join(home, 'IEC.toml'));
    for (const report of await pushAll(iec, second)) t.is(report.number, LAST + 1, String(report.trouble?.detail));

    const chains = [...[...addresses.values()].map(({ href }) => `${href}cotejo/chain/`), second.chain];
    const compared = await cotejo(['audit', 'compare', ...chains, '--anchor', join(iec.folder, 'anchor.json'), '--json']);
    t.is(compared.status, 0, compared.stderr + compared.stdout);
    const { one_history, chains: told } = JSON.parse(compared.stdout) as {
      one_history: boolean;
      chains: { phases: { phase: string; number: number; head: string }[] }[];
    };
    t.true(one_history);
    const heads = told.flatMap(({ phases }) => phases.filter(({ phase }) => phase === 'jornada'));
    const { corte } = JSON.parse(packed.stdout) as { corte: string };
    t.deepEqual(
      heads.map(({ number, head }) => [number, head]),
      Array.from({ length: 4 }, () => [LAST + 1, corte]),
    );

    // The first machine comes back with its disk and its own mark, and sees that it is no longer the one.
    await rename(join(iec.folder, 'lost-chain'), join(iec.folder, 'chain'));
    await rename(join(iec.folder, 'lost-panel'), join(iec.folder, 'panel'));
    const back: IecConfig = { ...first, relevo_unasked: 0, difusor: second.difusor };
    const view = await viewChain(first.chain, 'jornada');
    t.true(await (await openMark(first.panel, first.chain)).holds('jornada', endOf(iec, LAST), Date.now()));
    const guard = newGuard({ config: () => back, identity: () => Promise.resolve(iec.identity), now: Date.now, tell: () => {} });
    const refused = await t.throwsAsync(guard.require(view), { instanceOf: Trouble });
    t.is(refused.code, 'corte-lost');
  },
);

const endOf = ({ cortes }: Network, number: number) => ({ number, corte: cortes[number - 1]?.sha256 ?? null });

async function panelOf({ panel }: IecConfig): Promise<string> {
  await mkdir(panel, { recursive: true });
  return panel;
}
