import { isIP } from 'node:net';

/** Addresses of the network, in one spelling each. Pure. */

/** @param address of either family @returns IPv4 for what is IPv4 inside IPv6, and IPv6 as browsers shorten it, without a zone */
export function plainAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const short = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const number = (text: string) => Number.parseInt(text, 16);
  return [number(high) >> 8, number(high) & 255, number(low) >> 8, number(low) & 255].join('.');
}

/**
 * Whether what has this address is this machine: who comes from there comes from nowhere else.
 * @param here the addresses of its interfaces
 */
export function isOfThisMachine(address: string, here: readonly string[]): boolean {
  const plain = plainAddress(address);
  const isNone = /^(127|0)\./.test(plain) || plain === '::1' || plain === '::';
  return isNone || here.some((one) => plainAddress(one) === plain);
}
