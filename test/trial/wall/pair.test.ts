import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import type { DifusorConfig } from '../../../src/difusor/setup/config.ts';
import { ACUSE_KEY } from '../../kit/acuse-key.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { writePrivateKey } from '../../kit/keys.ts';
import { makeNetwork, type Network, requiresNetwork } from '../../kit/network.ts';
import { writeNginx } from '../../kit/nginx.ts';
import { configIn } from '../../kit/node.ts';
import { find, repository } from '../../kit/programs.ts';
import type { Seen } from './reader.ts';

/**
 * Two nodes as docs/difusor.md sets them up: a daemon, a guard, nginx, HAProxy, keepalived and the firewall at each, in
 * namespaces of their own, and readers who ask all the while.
 */

const COTEJO = join(repository(), 'dist/bin/cotejo.js');
const READER = join(repository(), 'dist/test/trial/wall/reader.js');
const SITE = '192.0.2.10';
const READERS = Array.from({ length: 8 }, (_, i) => `192.0.2.${101 + i}`);
/** `inter` × `fall` of systemd/haproxy/cotejo.cfg. */
const CHECK_MS = 2000;
/** After so many ms a reader gives up a question and asks anew: so long he may wait for a machine that is gone. */
const PATIENCE_MS = 5000;

const programs = ['haproxy', 'keepalived', '/usr/sbin/nft', 'nginx', 'curl', 'mount'];
const trial = requiresNetwork('haproxy, keepalived, nftables, nginx, curl', programs).serial;

const plain = makeTrust({ now: Date.now() });
const trust = signTrust({
  ...plain,
  phases: plain.phases.filter(({ name }) => name === 'jornada'),
  signers: plain.signers.filter(({ phase }) => phase === 'jornada'),
});
const minute = (n: number) => at(Date.now() + n * 60_000);
const cortes: Corte[] = [];
for (const n of [1, 2, 3, 4])
  cortes.push(makeCorte({ trust, files: publicationOf(n), takenAt: minute(n - 6), previous: cortes.at(-1) ?? null }));

interface PairNode {
  readonly name: 'web1' | 'web2';
  /** on a disk of its own, which can be filled */
  readonly home: string;
  /** what is installed beside it, with paths of this test */
  readonly wall: string;
  readonly config: DifusorConfig;
}

async function nodeIn(t: ExecutionContext, name: PairNode['name']): Promise<PairNode> {
  const home = await makeFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', home]);
  t.teardown(() => void execFileSync('umount', ['-l', home]));
  const config = await configIn(home, trust, { node: name });
  const { anchor, state, inbox, outbox, acuse_key } = config;
  await writePrivateKey(ACUSE_KEY, acuse_key);
  const settings = { difusor: 'vanguardia', node: name, anchor, state, inbox, outbox, acuse_key, poll_seconds: 0.2 };
  await writeFile(join(home, 'difusor.toml'), stringify(settings));
  return { name, home, config, wall: await makeFolder(t) };
}

async function writeWall({ name, config, wall: folder }: PairNode): Promise<void> {
  const shipped = (path: string) => readFile(join(repository(), 'systemd', path), 'utf8');
  const signs = join(folder, 'signs');
  await mkdir(join(signs, 'vigente'), { recursive: true });
  await mkdir(join(folder, 'nginx'));
  await writeNginx(join(folder, 'nginx'), config, {
    signs,
    listen: '8080',
    change: (site) =>
      site.replace('# include /etc/nginx/snippets/cotejo-balancer.conf', 'include /etc/nginx/snippets/cotejo-balancer.conf'),
  });
  const haproxy = (await shipped('haproxy/cotejo.cfg'))
    .replace('/etc/haproxy/errors/', join(repository(), 'systemd/haproxy/'))
    .replace('/run/haproxy', folder);
  await writeFile(join(folder, 'haproxy.cfg'), haproxy);
  const keepalived = await shipped('keepalived/cotejo.conf');
  const swapped = keepalived
    .replace('unicast_src_ip 192.0.2.11', 'unicast_src_ip 192.0.2.12')
    .replace(/unicast_peer \{\s*192\.0\.2\.12/, 'unicast_peer { 192.0.2.11');
  await writeFile(join(folder, 'keepalived.conf'), name === 'web1' ? keepalived : swapped);
  const addresses = (await shipped('nftables/direcciones.nft')).replace(
    /(set balanceadores4 \{[^}]*)\}/,
    '$1    elements = { 192.0.2.11, 192.0.2.12 }\n}',
  );
  await writeFile(join(folder, 'direcciones.nft'), addresses);
  await writeFile(join(folder, 'cotejo.nft'), (await shipped('nftables/cotejo.nft')).replaceAll('/etc/cotejo/', `${folder}/`));
}

interface Pair {
  readonly network: Network;
  readonly web1: PairNode;
  readonly web2: PairNode;
  readonly deliver: (corte: Corte, ...to: PairNode[]) => Promise<void>;
  /** what readers have seen until now, oldest first */
  readonly seen: () => Promise<Seen[]>;
}

async function startPair(t: ExecutionContext): Promise<Pair> {
  const [web1, web2] = [await nodeIn(t, 'web1'), await nodeIn(t, 'web2')];
  const network = await makeNetwork(t);
  const log = join(await makeFolder(t), 'seen.jsonl');
  const bring = [web1, web2].map(async (node, i) => {
    const { wall } = node;
    await writeWall(node);
    const own = (what: string) => `ip netns exec ${node.name} ${what} >>${wall}/said 2>&1 &`;
    const cotejo = (what: string) => own(`${process.execPath} ${COTEJO} difusor ${what} --config ${node.home}/difusor.toml`);
    return `
      ip netns add ${node.name}
      ip link add ${node.name} type veth peer name eth0 netns ${node.name}
      ip link set ${node.name} master lan up
      ip netns exec ${node.name} sh -ec 'ip link set lo up; ip addr add 192.0.2.1${i + 1}/24 dev eth0; ip link set eth0 up; nft -f ${wall}/cotejo.nft'
      ${cotejo('run')} echo $! >${wall}/daemon
      ${cotejo(`guard --signs ${wall}/signs`)}
      ${own(`${find('nginx')} -c ${wall}/nginx/nginx.conf -p ${wall} -e ${wall}/nginx/error.log`)}
      ${own(`haproxy -db -f ${wall}/haproxy.cfg`)}
      ${own(`keepalived --dont-fork --log-console --vrrp --use-file ${wall}/keepalived.conf --pid ${wall}/k.pid --vrrp_pid ${wall}/v.pid`)}`;
  });
  await network.must(`set -e
    ip link add lan type bridge
    ip link set lan up
    ${READERS.map((ip) => `ip addr add ${ip}/24 dev lan`).join('; ')}
    ${(await Promise.all(bring)).join('')}`);
  const pair: Pair = {
    network,
    web1,
    web2,
    async deliver(corte, ...to) {
      for (const { config } of to) await writeDelivery(config.inbox, corte);
    },
    async seen() {
      const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as Seen);
    },
  };
  await until('the nodes have their folders', () =>
    [web1, web2].every(({ config }) => existsSync(join(config.state, 'public/jornada'))),
  );
  await pair.deliver(cortes[0] as Corte, web1, web2);
  await until('the site shows the first corte from both nodes', async () => {
    const answer = await network.run(`curl -s -m 1 -o /dev/null -w '%{http_code}' http://${SITE}/`);
    return answer.stdout === '200';
  });
  await network.must(`${process.execPath} ${READER} ${SITE} ${PATIENCE_MS} ${READERS.join(' ')} >${log} 2>&1 &`);
  return pair;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, longest = 30_000): Promise<void> {
  for (const begun = Date.now(); !(await isSo()); await pause(100))
    if (Date.now() - begun > longest) throw new Error(`never: ${what}`);
}

trial('two nodes: a daemon that is stopped, a disk that is full, a node that is gone', async (t) => {
  t.timeout(180_000);
  const [, second, third, fourth] = cortes as [Corte, Corte, Corte, Corte];
  const pair = await startPair(t);
  const { network, web1, web2, seen } = pair;
  const latest = async (from: string) => (await seen()).findLast((one) => one.from === from);
  const all =
    (number: number, readers = READERS) =>
    async () =>
      (await Promise.all(readers.map(latest))).every((one) => one?.corte === number);
  const health = (node: PairNode, is: 'UP' | 'DOWN') => async () =>
    (await healthOf(network, node)).every((one) => one.startsWith(is));
  /** Errors of whatever kind since a moment. */
  const errors = async (since: number) => (await seen()).filter(({ at: when, status }) => when >= since && status !== 200);
  await until('both nodes are well', async () => (await health(web1, 'UP')()) && (await health(web2, 'UP')()));
  await until('each reader has the first corte', all(1));
  const sound = Date.now();

  // Its daemon stopped. Readers who were shown the second corte are not sent to the first one.
  const daemon = (await readFile(join(web1.wall, 'daemon'), 'utf8')).trim();
  await network.must(`kill -STOP ${daemon}`);
  await pair.deliver(second, web1, web2);
  await until('the other node shows the second corte', async () => (await seen()).some(({ corte }) => corte === 2));
  const mixed = Date.now();
  await pause(CHECK_MS);
  const during = (await seen()).filter(({ at: when }) => when >= mixed);
  t.true(during.some(({ corte }) => corte === 1) && during.some(({ corte }) => corte === 2), 'each node has readers');
  // As if the minute had passed after which a daemon counts as silent.
  const written = (await stat(join(web1.config.state, 'status.json'))).mtimeMs / 1000 - 61;
  await utimes(join(web1.config.state, 'status.json'), written, written);
  await until('the balancers leave a node whose daemon is silent', health(web1, 'DOWN'));
  await until('each reader has the second corte', all(2));
  await network.must(`kill -CONT ${daemon}`);
  await until('the node that went on is well again', health(web1, 'UP'));
  t.deepEqual(await errors(sound), []);

  // Its disk full.
  // Of this the daemon would keep a record, so it meets the full disk now and not when it next writes its status (15 s).
  const stray = join(web1.home, 'cualquiera');
  await mkdir(stray);
  const coming = await writeDelivery(web1.config.inbox, third, { name: `.${third.delivery}` });
  execFileSync('sh', ['-c', `dd if=/dev/zero of='${web1.home}/filler' bs=64k 2>/dev/null || true`]);
  await rename(coming, join(web1.config.inbox, third.delivery));
  await rename(stray, join(web1.config.inbox, 'cualquiera'));
  await pair.deliver(third, web2);
  await until('each reader has the third corte', all(3));
  await until('the balancers leave a node with a full disk', health(web1, 'DOWN'));
  execFileSync('rm', [join(web1.home, 'filler')]);
  const again = new Date(); // as when the IEC tries again, which its folder's time shows
  await utimes(join(web1.config.inbox, third.delivery), again, again);
  await until('the node with room again is well', health(web1, 'UP'));
  await pause(CHECK_MS);
  t.deepEqual(await errors(sound), []);

  // The node that has the site's address is gone, with the machine, and it alone had the fourth corte.
  const owner = (await network.must('ip netns exec web1 ip -o -4 addr show dev eth0')).includes(`${SITE}/`) ? web1 : web2;
  const other = owner === web1 ? web2 : web1;
  await pair.deliver(fourth, owner);
  await until('somebody has seen the fourth corte', async () => (await seen()).some(({ corte }) => corte === 4));
  await pause(300);
  const gone = Date.now();
  await network.must(`ip link set ${owner.name} down; ip netns pids ${owner.name} | xargs kill -KILL`);
  const saw = new Set((await seen()).filter(({ corte }) => corte === 4).map(({ from }) => from));
  const others = READERS.filter((from) => !saw.has(from));
  t.true(saw.size > 0 && others.length > 0, `${saw.size} have seen the fourth corte, ${others.length} not`);
  await until('who had the third corte has it again', async () => {
    const answers = (await seen()).filter(({ at: when, corte }) => when > gone + 300 && corte === 3);
    return others.every((from) => answers.some((one) => one.from === from));
  });
  const answered = async () =>
    (await seen()).filter(({ from, at: when, status }) => saw.has(from) && when > gone + 300 && status !== null);
  await until(
    'who had the fourth corte is answered',
    async () => new Set((await answered()).map(({ from }) => from)).size === saw.size,
  );
  const answers = new Set((await answered()).map(({ status, corte }) => `${status} ${corte ?? ''}`.trim()));
  t.deepEqual([...answers], ['503'], 'they are asked to wait, and not sent back');
  await pair.deliver(fourth, other);
  await until('each reader has the fourth corte', all(4));

  const record = await seen();
  for (const from of READERS) {
    const numbers = record.flatMap((one) => (one.from === from && one.corte !== null ? [one.corte] : []));
    t.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      `${from} was sent back`,
    );
  }
  const outages = others.map((from) => longestOutage(record.filter((one) => one.from === from && one.at >= sound)));
  t.true(Math.max(...outages) <= CHECK_MS + PATIENCE_MS, `${outages.join(' ')} ms without an answer`);
  t.log(`${record.length} answers; the longest without one when a whole node went: ${Math.max(...outages)} ms`);
});

/** @returns the longest time between two good answers, ms */
function longestOutage(record: readonly Seen[]): number {
  const good = record.filter(({ status }) => status === 200).map(({ at: when }) => when);
  return Math.max(...good.slice(1).map((when, i) => when - (good[i] as number)));
}

/** @returns what each node's balancer says of a node: UP, DOWN, or on the way to either */
async function healthOf(network: Network, { name }: PairNode): Promise<string[]> {
  const said = await network.must(
    `for node in web1 web2; do ip netns exec $node curl -s -m 2 'http://127.0.0.1:8404/;csv' | grep '^nodos,${name},' | cut -d, -f18; done`,
  );
  return said.trim().split('\n');
}
