import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import { ACUSE_KEY } from '../../kit/acuse-key.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { writePrivateKey } from '../../kit/keys.ts';
import { makeNetwork, requiresNetwork } from '../../kit/network.ts';
import { writeNginx } from '../../kit/nginx.ts';
import { configIn } from '../../kit/node.ts';
import { find, repository } from '../../kit/programs.ts';
import type { Seen } from './reader.ts';

/**
 * Three nodes behind the HAProxy that is shipped, each with its daemon, guard and nginx in a namespace of its own. The IEC
 * brings each corte to one of them alone; `cotejo traer` at the others takes it from there.
 */

const COTEJO = join(repository(), 'dist/bin/cotejo.js');
const READER = join(repository(), 'dist/test/trial/wall/reader.js');
const READERS = Array.from({ length: 4 }, (_, i) => `192.0.2.${101 + i}`);
const SITE = '192.0.2.10';
const NODES = [1, 2, 3].map((i) => ({ name: `web${i}`, address: `192.0.2.1${i}` }));

const trial = requiresNetwork('haproxy, nginx', ['haproxy', 'nginx']);

const plain = makeTrust({ now: Date.now() });
const trust = signTrust({
  ...plain,
  phases: plain.phases.filter(({ name }) => name === 'jornada'),
  signers: plain.signers.filter(({ phase }) => phase === 'jornada'),
});
const cortes: Corte[] = [];
for (const n of [1, 2, 3]) {
  const takenAt = at(Date.now() + (n - 5) * 60_000);
  cortes.push(makeCorte({ trust, files: publicationOf(n), takenAt, previous: cortes.at(-1) ?? null }));
}

/** One node with what is started at it. */
async function nodeAt(t: ExecutionContext, { name, address }: (typeof NODES)[number]) {
  const home = await makeFolder(t);
  const config = await configIn(home, trust, { node: name });
  const { anchor, state, inbox, outbox, acuse_key } = config;
  await writePrivateKey(ACUSE_KEY, acuse_key);
  const mirrors = NODES.filter((other) => other.name !== name).map((other) => `http://${other.address}:8080/`);
  const traer = { mirrors, wait_seconds: 0, ask_seconds: 0.3 };
  const settings = { difusor: 'vanguardia', node: name, anchor, state, inbox, outbox, acuse_key, poll_seconds: 0.2, traer };
  await writeFile(join(home, 'difusor.toml'), stringify(settings));
  const signs = join(home, 'signs');
  await mkdir(join(signs, 'vigente'), { recursive: true });
  await mkdir(join(home, 'nginx'));
  await mkdir(join(state, 'public'), { recursive: true });
  await writeNginx(join(home, 'nginx'), config, { signs, listen: '8080' });
  const own = (what: string) => `ip netns exec ${name} ${what} >>${home}/said 2>&1 &`;
  const cotejo = (what: string) => own(`${process.execPath} ${COTEJO} ${what} --config ${home}/difusor.toml`);
  const script = `
    ip netns add ${name}
    ip link add ${name} type veth peer name eth0 netns ${name}
    ip link set ${name} master lan up
    ip netns exec ${name} sh -ec 'ip link set lo up; ip addr add ${address}/24 dev eth0; ip link set eth0 up'
    ${cotejo('difusor run')}
    ${cotejo(`difusor guard --signs ${signs}`)}
    ${cotejo('traer')}
    ${own(`${find('nginx')} -c ${home}/nginx/nginx.conf -p ${home} -e ${home}/nginx/error.log`)}`;
  return { config, script };
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const begun = Date.now(); !(await isSo()); await pause(200))
    if (Date.now() - begun > 120_000) throw new Error(`never: ${what}`);
}

trial('three nodes: the IEC reaches one, the others take each corte from it, and no reader goes back', async (t) => {
  t.timeout(400_000);
  const nodes = await Promise.all(NODES.map((node) => nodeAt(t, node)));
  const folder = await makeFolder(t);
  const network = await makeNetwork(t); // what runs in it ends before the folders go
  const shipped = await readFile(join(repository(), 'systemd/haproxy/cotejo.cfg'), 'utf8');
  t.is(shipped.match(/^ *# server web3/gm)?.length, 3, 'in each group');
  const haproxy = shipped
    .replaceAll('# server web3', 'server web3')
    .replace('/etc/haproxy/errors/', join(repository(), 'systemd/haproxy/'))
    .replace('/run/haproxy', folder);
  await writeFile(join(folder, 'haproxy.cfg'), haproxy);
  await network.must(`set -e
    ip link add lan type bridge
    ip link set lan up
    ip addr add ${SITE}/24 dev lan
    ${READERS.map((ip) => `ip addr add ${ip}/24 dev lan`).join('; ')}
    ${nodes.map(({ script }) => script).join('')}
    haproxy -db -f ${folder}/haproxy.cfg >>${folder}/said 2>&1 &`);
  const log = join(folder, 'seen.jsonl');
  const seen = async () =>
    (await readFile(log, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Seen);
  const shownAt = async ({ address }: (typeof NODES)[number]) =>
    (await network.run(`curl -s -m 2 -D - -o /dev/null http://${address}:8080/ | grep -i '^cotejo-corte' | tr -dc 0-9`)).stdout;

  // The IEC reaches another one each time.
  for (const [i, corte] of cortes.entries()) {
    await writeDelivery(nodes[i]?.config.inbox as string, corte);
    await until(`all three show corte ${i + 1}`, async () =>
      (await Promise.all(NODES.map(shownAt))).every((number) => number === String(i + 1)),
    );
    if (i === 0) {
      await until(
        'the site answers',
        async () => (await network.run(`curl -s -m 2 -o /dev/null -w '%{http_code}' http://${SITE}/`)).stdout === '200',
      );
      await network.must(`${process.execPath} ${READER} ${SITE} 20000 ${READERS.join(' ')} >${log} 2>&1 &`);
    }
    await until('each reader has it', async () =>
      READERS.every(
        (
          (record) => (from) =>
            record.findLast((one) => one.from === from)?.corte === i + 1
        )(await seen()),
      ),
    );
  }

  const record = await seen();
  for (const from of READERS) {
    const numbers = record.flatMap((one) => (one.from === from && one.corte !== null ? [one.corte] : []));
    t.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      `${from} was sent back`,
    );
  }
  t.deepEqual(
    record.filter(({ status }) => status !== 200),
    [],
  );
  // A machine that is busy may have kept a node from answering the balancer for a moment.
  await until('all three are there for the balancer', async () => {
    const health = await network.must(`curl -s 'http://127.0.0.1:8404/;csv' | grep '^nodos,web' | cut -d, -f18`);
    return health.trim() === 'UP\nUP\nUP';
  });
  t.log(`${record.length} answers`);
});
