import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runDaemon } from '../src/difusor/daemon.ts';
import { sixDigits } from '../src/format/naming.ts';
import { supervisorOf } from '../src/service/supervisor.ts';
import { runTraer } from '../src/traer/run.ts';
import { ACUSE_KEY } from '../test/kit/acuse-key.ts';
import { type Corte, makeCorte } from '../test/kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../test/kit/election.ts';
import { configIn } from '../test/kit/node.ts';
import { has, median } from './run.ts';

/**
 * npm run bench:traer [-- --quick] [--dir DIR]
 *
 * Measures `cotejo traer`: a large package from three mirrors against the same from one, a node that was off for forty
 * cortes, and what a question costs a mirror. Each mirror is nginx in a namespace of its own, behind a link of 10 Mbit/s. Needs root, iproute2 and nginx.
 */

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, dir: { type: 'string' } } });
const SIZE = options.quick
  ? { large: 8e6, off: 8, each: 1e6, times: 1, questions: 500 }
  : { large: 56e6, off: 40, each: 2e6, times: 3, questions: 5000 };
const LINK_BITS = 10e6;
/** What TCP, IP and HTTP add to the bytes of a file, about: 52 bytes of 1,448, and a head for each piece. */
const OVERHEAD = 1.05;

const missing = ['ip', 'tc', 'nginx'].filter((program) => !has(program));
if (process.geteuid?.() !== 0 || missing.length > 0) {
  console.error(`bench:traer needs root, iproute2 and nginx (missing: ${missing.join(', ') || 'root'})`);
  process.exit(3);
}

const folder = realpathSync(mkdtempSync(join(options.dir ?? tmpdir(), 'cotejo-traer-')));
const trust = signTrust(makeTrust());
const children: ChildProcess[] = [];
const spaces: string[] = [];
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const space of spaces) spawnSync('ip', ['netns', 'del', space]);
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const large = makeCorte({ trust, files: { 'acta.jpg': randomBytes(SIZE.large) }, takenAt: at(NOW - 60_000) });
const many: Corte[] = [];
for (let n = 1; n <= SIZE.off; n++) {
  const takenAt = at(NOW - (SIZE.off + 1 - n) * 60_000);
  many.push(makeCorte({ trust, files: { [`acta-${n}.jpg`]: randomBytes(SIZE.each) }, takenAt, previous: many.at(-1) ?? null }));
}

const mirrors = await Promise.all([1, 2, 3].map(startMirror));

await largePackage();
await nodeThatWasOff();
await oneQuestion();
process.exit(0);

async function largePackage(): Promise<void> {
  console.log(`\n## A package of ${SIZE.large / 1e6} MB, each mirror behind ${LINK_BITS / 1e6} Mbit/s\n`);
  publish([large]);
  const [one, three]: [Taken[], Taken[]] = [[], []];
  for (let i = 0; i < SIZE.times; i++) {
    one.push(await broughtIn(mirrors.slice(0, 1), 1));
    three.push(await broughtIn(mirrors, 1));
  }
  for (const [what, of] of [
    ['fetched', ({ fetched }: Taken) => fetched],
    ['live, with the admission', ({ live }: Taken) => live],
  ] as const) {
    const [single, triple] = [one.map(of), three.map(of)];
    const ratio = (median(triple) / median(single)).toFixed(2);
    console.log(`${what}: from one ${shown(single)} s, from three ${shown(triple)} s: ${ratio} of it`);
  }
  console.log('(fetched: at most 0.45)');
}

async function nodeThatWasOff(): Promise<void> {
  console.log(`\n## A node that was off for ${SIZE.off} cortes of ${SIZE.each / 1e6} MB, with one mirror\n`);
  publish(many);
  const bytes = many.reduce((sum, { files }) => sum + Object.values(files).reduce((all, file) => all + file.length, 0), 0);
  const link = (bytes * 8 * OVERHEAD) / LINK_BITS;
  const { live, fetched } = await broughtIn(mirrors.slice(0, 1), SIZE.off);
  console.log(
    `fetched in ${fetched.toFixed(1)} s, live with the newest after ${live.toFixed(1)} s; its link needs ${link.toFixed(1)} s for the bytes`,
  );
  console.log(`against the link: ${(live / link).toFixed(2)} (at most 1.2)`);
}

/** Processor time of nginx for a pointer that has not changed. */
async function oneQuestion(): Promise<void> {
  console.log('\n## A question at rest\n');
  const mirror = mirrors[0] as Mirror;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ask = (etag?: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = etag === undefined ? {} : { 'if-none-match': etag };
      get(`${mirror.address}cotejo/ultimo.json`, { agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(String(answer.headers.etag)));
      }).on('error', reject);
    });
  const etag = await ask();
  const before = mirror.cpuSeconds();
  for (let i = 0; i < SIZE.questions; i += 4) await Promise.all([1, 2, 3, 4].map(() => ask(etag)));
  const ms = ((mirror.cpuSeconds() - before) * 1000) / SIZE.questions;
  agent.destroy();
  console.log(`${ms.toFixed(3)} ms of nginx's processor for each of ${SIZE.questions} (under 1)`);
}

/** Seconds from the start of traer. */
interface Taken {
  /** until the last byte of the corte had come and was checked */
  readonly fetched: number;
  /** until readers see it */
  readonly live: number;
}

/** A new node, with traer beside it, until it is live with that corte. */
async function broughtIn(from: readonly Mirror[], number: number): Promise<Taken> {
  const home = mkdtempSync(join(folder, 'node-'));
  const addresses = from.map(({ address }) => address);
  const traer = { enabled: true, mirrors: addresses, padron: false, wait_seconds: 0, ask_seconds: 5 };
  const config = await configIn(home, trust, { traer });
  const stop = new AbortController();
  const now = () => NOW;
  let live: () => void = () => {};
  const isLive = new Promise<void>((resolve) => (live = resolve));
  const heard = (event: { event: string; number?: number | null }) => {
    if (event.event === 'published' && event.number === number) live();
  };
  let ready: () => void = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const daemon = runDaemon(config, { now, acuseKey: ACUSE_KEY, heard }, supervisorOf({}), stop.signal, {
    ready: () => Promise.resolve(ready()),
  });
  await isReady;
  const began = performance.now();
  let fetched = 0;
  const running = runTraer(
    config,
    {
      now,
      elapsed: () => performance.now(),
      chance: Math.random,
      tell: ({ event }) => void (event === 'brought' && (fetched = (performance.now() - began) / 1000)),
      supervisor: supervisorOf({}),
    },
    stop.signal,
  );
  await isLive;
  const seconds = (performance.now() - began) / 1000;
  stop.abort();
  await Promise.all([daemon, running]);
  rmSync(home, { recursive: true, force: true });
  return { fetched, live: seconds };
}

interface Mirror {
  readonly address: string;
  cpuSeconds(): number;
}

/** nginx over the folder `site`, behind a link of its own. */
async function startMirror(i: number): Promise<Mirror> {
  const space = `cotejo-traer-${process.pid}-${i}`;
  const [outer, inner] = [`ct${process.pid}o${i}`, `ct${process.pid}i${i}`];
  const net = `198.51.100.${100 + i * 4}`;
  const [own, theirs] = [net.replace(/\d+$/, String(101 + i * 4)), net.replace(/\d+$/, String(102 + i * 4))];
  spaces.push(space);
  ip(`netns add ${space}`);
  ip(`link add ${outer} type veth peer name ${inner} netns ${space}`);
  ip(`addr add ${own}/30 dev ${outer}`);
  ip(`link set ${outer} up`);
  ip(`-n ${space} addr add ${theirs}/30 dev ${inner}`);
  ip(`-n ${space} link set ${inner} up`);
  ip(`-n ${space} link set lo up`);
  const shape = `qdisc add dev ${inner} root tbf rate ${LINK_BITS / 1e6}mbit burst 32kbit latency 400ms`;
  if (spawnSync('tc', ['-n', space, ...shape.split(' ')]).status !== 0) throw new Error(`tc ${shape}`);
  const at = join(folder, `nginx-${i}`);
  mkdirSync(join(folder, 'site/cotejo'), { recursive: true });
  mkdirSync(at);
  writeFileSync(
    join(at, 'nginx.conf'),
    `user root; daemon off; master_process off; pid ${at}/pid; error_log ${at}/error.log; events {}
http { access_log off; sendfile on; types {} server { listen ${theirs}:8080; root ${folder}/site; } }\n`,
  );
  const nginx = spawn(
    'ip',
    ['netns', 'exec', space, 'nginx', '-c', join(at, 'nginx.conf'), '-p', at, '-e', join(at, 'error.log')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  children.push(nginx);
  await sleep(500);
  return {
    address: `http://${theirs}:8080/`,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${nginx.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
  };
}

/** Puts cortes where all mirrors serve them from. */
function publish(cortes: readonly Corte[]): void {
  const site = join(folder, 'site/cotejo');
  rmSync(site, { recursive: true, force: true });
  const newest = cortes.at(-1) as Corte;
  const put = (path: string, bytes: string | Uint8Array) => {
    mkdirSync(join(site, path, '..'), { recursive: true });
    writeFileSync(join(site, path), bytes);
  };
  put('chain/trust/1.json', trust.bytes);
  for (const [custodian, file] of Object.entries(trust.signedBy)) put(`chain/trust/1.json.${custodian}.sig`, file);
  for (const { statement, files } of cortes)
    for (const [name, bytes] of Object.entries(files)) put(`chain/jornada/${sixDigits(statement.number)}/${name}`, bytes);
  put('ultimo.json', JSON.stringify({ phase: 'jornada', number: newest.statement.number }));
}

function ip(command: string): void {
  const { status, stderr } = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${command}: ${stderr.trim()}`);
}

function shown(seconds: readonly number[]): string {
  return seconds.map((one) => one.toFixed(1)).join(', ');
}
