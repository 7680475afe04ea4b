import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { initNode } from '../../src/difusor/setup/init.ts';
import { fingerprint } from '../../src/format/key.ts';
import { at, makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { freePort } from '../kit/port.ts';
import { start, stopAll, until } from '../powercuts/commands.ts';
import { writePublication } from '../powercuts/fixtures.ts';
import { writeChain, writeIec } from '../powercuts/institute-disk.ts';
import { Gauge, median, recordOf, watchCortes } from './measure.ts';

/**
 * `npm run soak:strangers`: a night, compressed, in which everybody is hostile who can be: clients at both ports of a Difusor
 * (strangers-at-ports.ts), and two nodes of the IEC's (hostile-nodes.ts). At the end: no corte late by more than a period,
 * memory and descriptors flat, the record whole. Exit status 1 where that is not so.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    period: { type: 'string', default: '20' },
    half: { type: 'string', default: 'both' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run soak:strangers -- [--minutes 60] [--period SECONDS] [--half both|difusor|iec]');
  exit(0);
}
const [minutes, period] = [Number(values.minutes), Number(values.period)];
const folder = mkdtempSync(join(tmpdir(), 'cotejo-strangers-'));
const home = join(folder, 'node');

const now = Math.floor(Date.now() / 1000) * 1000;
const document = makeTrust({ now });
const trust = signTrust({
  ...document,
  signers: document.signers.filter(({ phase }) => phase === 'jornada'),
  phases: document.phases
    .filter(({ name }) => name === 'jornada')
    .map((phase) => ({ ...phase, opens_at: at(now - 3_600_000), period_seconds: period, missed_limit: 3, grace_seconds: 2 })),
});

/** The Difusor that all this is about, with both ports built in. */
async function difusor() {
  const [sftp, http] = [await freePort(), await freePort()];
  const anchor = await writeAnchor(trust, folder);
  await writePrivateKey(makeKey('iec'), join(folder, 'iec'));
  const config = join(home, 'difusor.toml');
  const iecKey = join(folder, 'iec.pub');
  const introduction = await initNode({ config, difusor: 'vanguardia', node: 'web1', anchor, home, iecKey });
  writeFileSync(config, readFileSync(config, 'utf8').replace('[sftp]', '[sftp]\ninbox_bytes = 40000000'));
  const ports = ['--sftp', `127.0.0.1:${sftp}`, '--http', `127.0.0.1:${http}`];
  const running = start(['difusor', 'run', '--config', config, ...ports]);
  return { running, sftp, http, introduction };
}

/** The Institute, which packs and delivers each period; its hostile nodes, if they are asked for. */
async function institute(
  node: Awaited<ReturnType<typeof difusor>>,
): Promise<{ running: ReturnType<typeof start>; bad: ChildProcess | null }> {
  const [iec, source, keys] = [join(folder, 'iec-home'), join(folder, 'publicacion'), join(folder, 'keys')];
  writePublication(source, 1);
  writeFileSync(join(source, 'actas/grande.bin'), Buffer.alloc(3_000_000, 'acta'));
  await writeChain(join(iec, 'chain'), [trust], []);
  const ports = [await freePort(), await freePort()] as const;
  const hostKey = makeKey('a hostile host');
  const keyFile = await writePrivateKey(hostKey, join(folder, 'hostile'));
  const own = { name: 'vanguardia', port: node.sftp, introduction: node.introduction };
  const bad = ports.map((port, i) => ({
    name: `hostil${i}`,
    port,
    introduction: {
      ...node.introduction,
      sftp_host_key: fingerprint(hostKey.publicKey),
      acuse_key: makeKey(`hostile node ${i}`).publicKey,
    },
  }));
  const isBoth = values.half !== 'difusor';
  mkdirSync(keys);
  await writePrivateKey(makeKey('firma-1'), join(keys, 'firma-1'));
  for (const name of ['iec', 'iec.pub']) cpSync(join(folder, name), join(keys, name));
  await writeIec(iec, { keys }, source, isBoth ? [own, ...bad] : [own]);
  const hostile = isBoth
    ? spawn(process.execPath, [script('hostile-nodes'), keyFile, ...ports.map(String)], { stdio: 'ignore' })
    : null;
  await sleep(500);
  return { running: start(['iec', 'run', '--config', join(iec, 'IEC.toml')]), bad: hostile };
}

function script(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

const wrong: string[] = [];
const node = await difusor();
const status = join(home, 'outbox/status.json');
if (!(await until(() => statSync(status, { throwIfNoEntry: false }) !== undefined, 60))) throw new Error(node.running.said());
const iec = await institute(node);
const cortes = watchCortes(home);
const gauge = new Gauge();
const seconds = 60 * minutes;
const attackers =
  values.half === 'iec'
    ? null
    : spawn(
        process.execPath,
        [script('strangers-at-ports'), String(node.http), String(node.sftp), join(folder, 'iec'), String(seconds)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
let told = '';
attackers?.stdout.on('data', (part: Buffer) => (told += part.toString()));
const over = attackers ? once(attackers, 'close') : sleep(1000 * seconds);
const begun = Date.now();
for (let next = 0, isOver = false; !isOver; ) {
  isOver = await Promise.race([over.then(() => true), sleep(100).then(() => false)]);
  cortes.look();
  if (Date.now() < next) continue;
  next = Date.now() + 2000;
  await gauge.look('difusor', node.running.child.pid, true);
  await gauge.look('iec', iec.running.child.pid);
}
const attacked = Date.now();
// Quiet: what was held for strangers is let go.
for (let i = 0; i < 2 * period; i++) {
  await sleep(1000);
  cortes.look();
  await gauge.look('difusor', node.running.child.pid, true);
}

for (const [name, running] of [
  ['difusor', node.running],
  ['iec', iec.running],
] as const)
  if (running.status() !== null) wrong.push(`${name} ended: ${running.said().slice(-300)}`);

const latenesses = [...cortes.seen].filter(([number]) => number > 1);
const late = latenesses.filter(([, ms]) => ms > 1000 * period);
const expected = Math.floor((attacked - begun) / 1000 / period) - 2;
const last = Math.max(0, ...cortes.seen.keys());
if (last < expected) wrong.push(`${last} cortes were shown, where ${expected} were due`);
for (const [number, ms] of late) wrong.push(`corte ${number} was shown ${(ms / 1000).toFixed(1)} s after its hour`);
const skipped = Array.from({ length: last }, (_, i) => i + 1).filter((number) => !cortes.seen.has(number));
for (const number of skipped) wrong.push(`corte ${number} was never seen before the next one came`);

console.log('| process | MiB: first third, last third, most | descriptors: first third, last third, most, after |\n|---|---|---|');
for (const [name, samples] of gauge.samples) {
  if (name.endsWith('helper') || samples.length < 9) continue;
  const under = samples.filter((sample) => sample.at <= attacked);
  const third = Math.floor(under.length / 3);
  const [first, end, after] = [under.slice(0, third), under.slice(-third), samples.slice(-5)];
  const memory = [first, end].map((part) => median(part.map((sample) => sample.memory)));
  const descriptors = [first, end, after].map((part) => median(part.map((sample) => sample.descriptors)));
  const most = (of: 'memory' | 'descriptors') => Math.max(...samples.map((sample) => sample[of]));
  const cells = [
    [...memory, most('memory')].map((n) => n.toFixed()).join(', '),
    [...descriptors.slice(0, 2), most('descriptors'), descriptors[2]].join(', '),
  ];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
  const [early = 0, later = 0] = memory;
  if (later > 1.3 * early + 32) wrong.push(`${name}: memory grew from ${early.toFixed()} to ${later.toFixed()} MiB`);
  if ((descriptors[2] ?? 0) > (samples[0]?.descriptors ?? 0) + 32)
    wrong.push(`${name}: ${descriptors[2]} descriptors are left open`);
}

const { events, torn } = recordOf(home);
if (torn > 0) wrong.push(`${torn} lines of the record are none`);
for (let number = 1; number <= last; number++) {
  const told = events.filter(({ event, number: of }) => event === 'admitted' && of === number).length;
  if (told !== 1) wrong.push(`the record tells ${told} times that corte ${number} was admitted`);
}
console.log(`attacks: ${told || 'none at the ports'}`);
const hours = latenesses.map(([, ms]) => ms / 1000);
console.log(
  `${last} cortes; seconds from a corte's hour until it is shown: median ${median(hours).toFixed(1)}, most ${Math.max(0, ...hours).toFixed(1)}`,
);
for (const one of wrong) console.log(`WRONG ${one}`);
if (wrong.length > 0) console.log(`what the IEC told last:\n${iec.running.said().slice(-2000)}`);
console.log(wrong.length === 0 ? 'ok' : `${wrong.length} wrong`);
await node.running.stop();
await iec.running.stop();
iec.bad?.kill('SIGKILL');
await stopAll();
rmSync(folder, { recursive: true, force: true });
exit(wrong.length === 0 ? 0 : 1);
