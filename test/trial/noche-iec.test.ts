import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { initNode } from '../../src/difusor/setup/init.ts';
import { againstTheRule, hoursOf, type Line } from '../iec/by-the-rule.ts';
import { type NodeLines, tomlOf } from '../iec/network.ts';
import { cotejo } from '../kit/command.ts';
import { cortesIn, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { entriesIn, makeFastFolder, treeOf, writeFiles } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { freePort } from '../kit/port.ts';
import { repository, shared } from '../kit/programs.ts';
import { type Relay, startRelay } from '../kit/relay.ts';
import { requires, requiresRoot, requiresShared } from '../kit/requires.ts';
import { startSshd } from '../kit/sshd.ts';

/**
 * A night of the IEC, compressed: `iec run` packs a growing publication every few seconds and brings it to nodes behind
 * a real sshd and to nodes with the built-in inbox, while nodes are killed, cut off, filled up and restarted, and the
 * IEC itself is stopped in the middle. `npm run soak:noche-iec` plays sixty cortes of a real night with twelve nodes;
 * the test alone, eight cortes with six nodes.
 */

const run = promisify(execFile);
const noche = shared('tools/noche');
const isSoak = process.env['COTEJO_SOAK'] === '1';
const PERIOD = isSoak ? 5 : 4;
const CORTES = isSoak ? 60 : 8;

type Fate = 'quiet' | 'killed' | 'stalled' | 'cut' | 'full' | 'lost';
const FATES: readonly Fate[] = isSoak
  ? ['quiet', 'killed', 'stalled', 'cut', 'full', 'lost', 'quiet', 'killed', 'stalled', 'cut', 'quiet', 'lost']
  : ['quiet', 'killed', 'stalled', 'quiet', 'cut', 'lost'];

/** What happens to which node when a corte has just been packed. A stall lasts long enough for three missed periods. */
const isStallBegin = (n: number) => n % 20 === 2;
const isStallEnd = (n: number) => n % 20 === 6;
const STALLS = Array.from({ length: CORTES }, (_, i) => i + 1).filter(isStallEnd).length;
const isKill = (n: number) => n % 3 === 1;
const isFillUp = (n: number) => n % 25 === 4;
const isFree = (n: number) => n % 25 === 9;
const LOST_AT = Math.ceil(CORTES / 3);
const IEC_STOPS_AT = Math.ceil(CORTES / 2);

interface Player {
  readonly name: string;
  readonly fate: Fate;
  readonly home: string;
  readonly lines: NodeLines;
  readonly relay: Relay;
  start(): void;
  /** kill -9 */
  kill(): Promise<void>;
  /** how many kills found it alive */
  readonly killed: () => number;
}

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);
/** The soak replays a whole real night, in which one node has a disk of its own that fills up. */
const trial = isSoak ? requiresShared('tools/noche', requiresRoot(withSshd)) : withSshd;

trial('a night of cut links, killed nodes and full disks ends with everyone on the same bytes', async (t) => {
  t.timeout(isSoak ? 1_800_000 : 480_000);
  // In memory: before ext4 makes an inode it skips every one that was freed in the last five minutes. A night
  // compressed a hundredfold would be slowed by that, and a real one is not.
  const folder = await makeFastFolder();
  const source = join(folder, 'publicacion');
  const states = join(folder, 'publicaciones');
  await rehearse(states);
  await publish(states, source, 0);
  const opens_at = at((Math.floor(Date.now() / 1000) + (isSoak ? 20 : 8)) * 1000);
  const phases = makeTrust({ now: Date.now() }).phases.map((phase) => ({
    ...phase,
    opens_at,
    period_seconds: PERIOD,
    grace_seconds: 2,
  }));
  const trust = signTrust(makeTrust({ now: Date.now(), phases }));
  await writeTrust(trust, join(folder, 'chain/trust/1.json'));
  const anchor = await writeAnchor(trust, folder);
  const sshKey = await writePrivateKey(makeKey(), join(folder, 'ssh_key'), 'iec');
  await writePrivateKey(makeKey('firma-1'), join(folder, 'firma-1'));

  const sshd = await startSshd(t, folder, await readFile(`${sshKey}.pub`, 'utf8'));
  const players: Player[] = [];
  for (const [i, fate] of FATES.entries()) {
    const isBuiltIn = i >= FATES.length / 2;
    players.push(await enter(t, { folder, anchor, sshKey, fate, name: `${fate}-${i}`, sshd: isBuiltIn ? null : sshd }));
  }
  await writeFile(join(folder, 'IEC.toml'), tomlOf(players));
  for (const player of players) player.start();

  const iec = () => startCommand(t, ['iec', 'run', '--config', join(folder, 'IEC.toml')]);
  let institute = iec();
  let packed = 0;
  for (const begun = Date.now(); packed < CORTES; await sleep(100)) {
    if (Date.now() - begun > (CORTES * PERIOD * 3 + 120) * 1000) throw new Error(`${packed} cortes only: ${institute.said()}`);
    const now = (await logOf(folder)).filter(({ event }) => event === 'packed').length;
    if (now === packed) continue;
    packed = now;
    await Promise.all(players.map((player) => suffer(player, packed)));
    if (packed === IEC_STOPS_AT) {
      await institute.stop('SIGTERM');
      institute = iec();
    }
    if (packed === IEC_STOPS_AT + 2) {
      await institute.stop('SIGKILL');
      institute = iec();
    }
    if (packed < CORTES) void sleep(PERIOD * 400).then(() => publish(states, source, packed)); // in the middle of the period
  }
  await sleep(PERIOD * 1000);
  await caughtUp(folder, players);
  await institute.stop('SIGTERM');

  const last = await cotejo(['iec', 'push', '--config', join(folder, 'IEC.toml'), '--json']);
  t.is(last.status, 3, `the lost can't be reached: ${last.stderr}`);
  const { nodes } = JSON.parse(last.stdout) as {
    nodes: { difusor: string; number: number; state: string; error: string | null }[];
  };
  const head = (await cortesIn(join(folder, 'chain/jornada'))).length; // the last period may have made one more
  const log = await logOf(folder);
  const night = {
    takenAt: await hoursOf(join(folder, 'chain')),
    opensAt: Date.parse(opens_at),
    period: PERIOD * 1000,
    missedLimit: 3,
  };
  const served = await treeOf(source);
  const wholeBytes = await chainBytes(join(folder, 'chain/jornada'));
  if (process.env['COTEJO_PICTURES']) await cp(join(folder, 'panel'), process.env['COTEJO_PICTURES'], { recursive: true });
  for (const player of players) {
    const { name, fate, home, relay } = player;
    if (fate === 'killed' || fate === 'lost') t.true(player.killed() > 0, `${name} was killed`);
    if (fate === 'cut') t.true(relay.severed() > 0, `${name} was cut off`);
    const row = nodes.find(({ difusor }) => difusor === name);
    const links = log.filter((line) => line.event.startsWith('link-') && line['difusor'] === name).map(({ event }) => event);
    t.deepEqual(againstTheRule(log, name, night), [], name);
    if (fate === 'lost') {
      t.is(row?.state, 'interrumpido', name);
      t.is(links.at(-1), 'link-disabled', name);
      continue;
    }
    t.like(row, { number: head, error: null }, name);
    t.deepEqual(hashes(await treeOf(join(home, 'state/trees/jornada', String(head).padStart(6, '0')))), hashes(served), name);
    // The rule has checked in which period each interruption came; only this test knows that every stall must have
    // caused one.
    if (fate === 'stalled') {
      t.deepEqual(links.slice(0, 2), ['link-disabled', 'link-enabled'], name);
      t.true(links.length >= 2 * STALLS, `${name}: ${links.length} changes of its link in ${STALLS} stalls`);
    }
    // What was kept of a broken transfer is not sent again; the allowance is for handshakes, requests and the rest of
    // one corte.
    t.true(relay.sent() < wholeBytes * 1.3 + CORTES * 60_000, `${name}: ${relay.sent()} of ${wholeBytes} bytes`);
    if (fate === 'quiet') {
      const sent = log
        .filter((line) => line.event === 'acuse' && line['node'] === `${name}/web1`)
        .reduce((sum, line) => sum + Number(line['bytes']), 0);
      t.true(sent <= wholeBytes, `${name}: ${sent} of ${wholeBytes} bytes`);
    }
    t.log(name, links.length / 2, 'interruptions;', relay.sent(), 'bytes for', wholeBytes);
  }
  const audit = await cotejo([
    'audit',
    'chain',
    join(folder, 'chain'),
    '--anchor',
    anchor,
    '--acuses',
    join(folder, 'panel/acuses'),
    '--json',
  ]);
  t.is(audit.status, 0, audit.stdout + audit.stderr);
  const kept = await readdir(join(folder, 'panel/acuses', players[0]?.name ?? '', 'web1/jornada'));
  t.is(kept.filter((name) => name.endsWith('.json')).length, head, 'every acuse is kept');
});

/** Waits until the link of each node that can be reached is there again: a busy machine takes its time for that. */
async function caughtUp(folder: string, players: readonly Player[]): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    const log = await logOf(folder);
    const last = (name: string) => log.findLast(({ event, difusor }) => event.startsWith('link-') && difusor === name)?.event;
    if (players.every(({ name, fate }) => fate === 'lost' || last(name) !== 'link-disabled')) return;
    await sleep(1000);
  }
}

interface Entry {
  readonly folder: string;
  readonly anchor: string;
  readonly sshKey: string;
  readonly fate: Fate;
  readonly name: string;
  /** null: the node runs the built-in inbox */
  readonly sshd: { readonly port: number; readonly user: string; readonly hostKey: string } | null;
}

async function enter(t: ExecutionContext, { folder, anchor, sshKey, fate, name, sshd }: Entry): Promise<Player> {
  const home = join(folder, name);
  await mkdir(home);
  if (fate === 'full') {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', home]);
    t.teardown(() => void execFileSync('umount', ['-l', home]));
  }
  const config = join(home, 'difusor.toml');
  const made = await initNode({ config, difusor: name, node: 'web1', anchor, home, iecKey: `${sshKey}.pub` });
  const port = sshd?.port ?? (await freePort());
  const relay = await startRelay(t, port);
  const place = sshd ? { inbox: made.inbox, outbox: made.outbox } : { inbox: 'inbox', outbox: 'outbox' };
  const host_key = sshd?.hostKey ?? made.sftp_host_key;
  const args = ['difusor', 'run', '--config', config, ...(sshd ? [] : ['--sftp', `127.0.0.1:${port}`])];
  let daemon: ReturnType<typeof startCommand> | null = null;
  let killed = 0;
  return {
    name,
    fate,
    home,
    relay,
    lines: { host: '127.0.0.1', port: relay.port, user: sshd?.user ?? 'iec', host_key, acuse_key: made.acuse_key, ...place },
    start() {
      daemon = startCommand(t, args);
    },
    async kill() {
      if (await daemon?.stop('SIGKILL')) killed += 1;
    },
    killed: () => killed,
  };
}

/** Does to a node what is planned for it once corte n is packed. */
async function suffer(player: Player, n: number): Promise<void> {
  const { fate, relay, home } = player;
  const ballast = join(home, 'ballast');
  switch (fate) {
    case 'quiet':
      return;
    case 'killed':
      if (!isKill(n)) return;
      await sleep(300 * (n % 5));
      await player.kill();
      player.start();
      return;
    case 'stalled':
      if (isStallBegin(n)) relay.stall();
      if (isStallEnd(n)) relay.heal();
      return;
    case 'cut':
      if (n % 2 === 0 && n < CORTES) relay.after(30_000, 'cut');
      return;
    case 'full':
      if (isFillUp(n)) await writeFile(ballast, Buffer.alloc(64 * 1024 ** 2)).catch(() => {});
      if (isFree(n)) await rm(ballast, { force: true });
      return;
    case 'lost':
      if (n === LOST_AT) {
        relay.close();
        await player.kill();
      }
  }
}

/** Makes the real night's publication as of each corte before anything is timed; the short test makes up its own later. */
async function rehearse(states: string): Promise<void> {
  if (!isSoak) return;
  await mkdir(states);
  const night = ['--from', '2017-06-04T20:00', '--to', '2017-06-05T06:30', '--step', '600', '--images', 'small'];
  const each = ['--each', `cp --archive "$DIR" "${states}/$CORTE_NUMBER"`];
  await run(process.execPath, [noche, ...night, ...each, '--out', join(states, 'now')]);
}

/**
 * Writes the publication as of its n-th corte, from 0 on. Like a real publication's system it rewrites only files that
 * differ.
 */
async function publish(states: string, source: string, n: number): Promise<void> {
  await mkdir(source, { recursive: true });
  if (existsSync(states)) await run('cp', ['--archive', '--update', '--no-target-directory', join(states, String(n + 1)), source]);
  else await writeFiles(source, { ...publicationOf(n + 1), [`actas/foto-${n}.jpg`]: randomBytes(150_000) });
}

function startCommand(t: ExecutionContext, args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
    });
  }
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    child.kill(signal);
    await once(child, 'exit');
    return true;
  };
  t.teardown(async () => void (await stop('SIGKILL')));
  return { stop, said: () => said };
}

async function logOf(folder: string): Promise<Line[]> {
  const text = await readFile(join(folder, 'panel/bitacora.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1); // the last may still be incomplete
  return lines.map((line) => JSON.parse(line) as Line);
}

/** path → hash, without the modes, which on one side are the publisher's own */
function hashes(tree: Record<string, string>): Record<string, string> {
  const files = Object.entries(tree).filter(([, what]) => what.startsWith('file'));
  return Object.fromEntries(files.map(([path, what]) => [path, what.split(' ').at(-1) ?? '']));
}

async function chainBytes(phase: string): Promise<number> {
  const files = (await entriesIn(phase)).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}
