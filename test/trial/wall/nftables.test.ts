import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../../kit/folders.ts';
import { makeNetwork, type Network, requiresNetwork } from '../../kit/network.ts';
import { repository } from '../../kit/programs.ts';
import type { Job } from './connections.ts';

/** The shipped firewall in the real kernel: a server in one namespace, everyone else in another. */

const trial = requiresNetwork('nftables', ['/usr/sbin/nft']).serial;
const CONNECTIONS = join(repository(), 'dist/test/trial/wall/connections.js');

const SERVER = { 4: '192.0.2.1', 6: '2001:db8:1::1' } as const;
/** The first two are among the examples in the file of addresses. */
const IEC = { 4: '203.0.113.10', 6: '2001:db8:113::10' } as const;
const ADMINISTRATOR = '198.51.100.20';
const CARRIER = '203.0.113.66';
const OTHER = '203.0.113.77';
const HOME = ['2001:db8:66:1::1', '2001:db8:66:1::2', '2001:db8:66:1:9::3'];
const NEIGHBOUR = '2001:db8:66:2::1';

/** @returns the shipped rules, which include their addresses from a folder of the test */
async function rulesIn(t: ExecutionContext, change = (addresses: string) => addresses): Promise<string> {
  const folder = await makeFolder(t);
  const shipped = (name: string) => readFile(join(repository(), 'systemd/nftables', name), 'utf8');
  await writeFile(join(folder, 'direcciones.nft'), change(await shipped('direcciones.nft')));
  const rules = join(folder, 'cotejo.nft');
  await writeFile(rules, (await shipped('cotejo.nft')).replaceAll('/etc/cotejo/', `${folder}/`));
  return rules;
}

async function serverBehind(t: ExecutionContext, rules: string): Promise<Network> {
  const network = await makeNetwork(t);
  const six = [IEC[6], ...HOME, NEIGHBOUR].map((ip) => `ip -6 addr add ${ip}/128 dev mundo nodad`);
  const four = [IEC[4], ADMINISTRATOR, CARRIER, OTHER].map((ip) => `ip addr add ${ip}/32 dev mundo`);
  await network.must(`set -e
    ip link add mundo type veth peer name eth0
    ip netns add servidor
    ip link set eth0 netns servidor
    ip link set mundo up
    ip netns exec servidor sh -ec '
      ip link set lo up; ip link set eth0 up
      ip addr add ${SERVER[4]}/32 dev eth0; ip -6 addr add ${SERVER[6]}/128 dev eth0 nodad
      ip route add default dev eth0; ip -6 route add default dev eth0
      sysctl -qw net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=8192
      nft -c -f ${rules}; nft -f ${rules}; nft -f ${rules}'
    ${[...four, ...six].join('\n')}
    ip route add default dev mundo; ip -6 route add default dev mundo
    ulimit -n 8192
    ip netns exec servidor ${process.execPath} ${CONNECTIONS} listen 22 80 443 2222 5432 8080 9100 >/dev/null 2>&1 &
    for i in $(seq 100); do ip netns exec servidor bash -c 'exec 3<>/dev/tcp/127.0.0.1/9100' 2>/dev/null && break; sleep 0.05; done`);
  return network;
}

/** @returns how many connections of each job were taken; all jobs run at once */
async function taken(network: Network, ...jobs: readonly [count: number, port: number, ...from: string[]][]): Promise<number[]> {
  const told = jobs.map(([count, port, ...from]): Job => {
    const host = SERVER[from[0]?.includes(':') ? 6 : 4];
    return { count, host, port, from };
  });
  return JSON.parse(
    await network.must(`ulimit -n 8192; ${process.execPath} ${CONNECTIONS} connect '${JSON.stringify(told)}'`),
  ) as number[];
}

trial('SSH is for the IEC and who administers, the site for everyone, and nothing else for anyone', async (t) => {
  const network = await serverBehind(t, await rulesIn(t));
  const from = [IEC[4], IEC[6], ADMINISTRATOR, OTHER, NEIGHBOUR];
  const rows = [
    [22, 1, 1, 1, 0, 0],
    [2222, 1, 1, 0, 0, 0],
    [80, 1, 1, 1, 1, 1],
    [443, 1, 1, 1, 1, 1],
    [8080, 0, 0, 0, 0, 0],
    [9100, 0, 0, 0, 0, 0],
    [5432, 0, 0, 0, 0, 0],
  ] as const;
  const jobs = rows.flatMap(([port]) => from.map((ip): [number, number, string] => [1, port, ip]));
  t.deepEqual(
    await taken(network, ...jobs),
    rows.flatMap(([, ...expected]) => expected),
  );
});

trial('a flood from one address is cut at its limit, and another address passes meanwhile', async (t) => {
  const network = await serverBehind(t, await rulesIn(t));
  const began = Date.now();
  const [flood, other] = (await taken(network, [2600, 80, CARRIER], [40, 80, OTHER])) as [number, number];
  const most = 2000 + 0.2 * (Date.now() - began);
  t.true(flood >= 2000 && flood <= most, `${flood} of at most ${most}`);
  t.is(other, 40);
  t.regex(
    await network.must('ip netns exec servidor nft list chain inet cotejo lectores'),
    /packets [1-9]\d* bytes \d+ drop comment "ritmo, IPv4"/,
  );
  // All addresses of a /64 are one; what is open counts, however slowly it was opened.
  const [home, neighbour] = (await taken(network, [600, 443, ...HOME], [40, 443, NEIGHBOUR])) as [number, number];
  t.is(home, 500);
  t.is(neighbour, 40);
  t.log(`${flood} of 2,600 from an IPv4 address, ${home} of 600 held by a /64`);
});

trial('a balancer is not counted, and reaches the port that is for it', async (t) => {
  const rules = await rulesIn(t, (text) => text.replace(/(set balanceadores4 \{[^}]*)\}/, `$1    elements = { ${CARRIER} }\n}`));
  const network = await serverBehind(t, rules);
  t.deepEqual(await taken(network, [2300, 80, CARRIER], [1, 8080, CARRIER], [1, 8080, OTHER]), [2300, 1, 0]);
});
