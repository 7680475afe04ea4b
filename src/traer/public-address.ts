import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ToldError } from '../format/said.ts';
import { words } from './words.ts';

/**
 * A padrón is signed, and yet it must not make this node ask machines of its own network: of the hosts that it names only
 * addresses are used that everybody on the Internet can reach. It is looked at where the connection is made, so that no
 * name server can answer one thing to the check and another to the connection.
 */

const CLOSED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  CLOSED.addSubnet(network, bits, 'ipv4');
/** The addresses that the world can reach are in 2000::/3; of these, some lead to IPv4 ones. */
const OPEN6 = new BlockList();
OPEN6.addSubnet('2000::', 3, 'ipv6');
const CLOSED6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 32],
  ['2002::', 16],
] as const)
  CLOSED6.addSubnet(network, bits, 'ipv6');

/** @param address an IPv4 or IPv6 address @internal */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !CLOSED.check(address, 'ipv4');
  return kind === 6 && OPEN6.check(address, 'ipv6') && !CLOSED6.check(address, 'ipv6');
}

/**
 * @throws ToldError for a host that is an address of a private network, or has a name that only such a network knows.
 *   What other names lead to is looked at by {@link publicLookup}, and through a proxy by the proxy's own rules
 */
export function requirePublicHost({ hostname }: URL): void {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isClosed = isIP(bare) === 0 ? !bare.includes('.') || CLOSED_NAMES.test(bare) : !isPublicAddress(bare);
  if (isClosed) throw new ToldError(words.privateHost(hostname));
}

/** Names that are of no use on the Internet (RFC 6761, 6762, 8375, 9476 and what ICANN keeps free). */
const CLOSED_NAMES = /\.(localhost|local|internal|home\.arpa|alt)$/i;

/** As the system looks a name up, without the addresses that are nobody's but this network's. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 4);
    const open = found.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first) return callback(new ToldError(words.privateHost(hostname)), '', 4);
    if (options.all) callback(null, open);
    else callback(null, first.address, first.family);
  });
};
