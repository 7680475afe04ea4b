import type { Part } from '../log/entry.ts';
import { pathEnd } from './kinds.ts';

/** The host of an address that a reader came from, as his browser says it. */

/** Where the last host that was looked at stands, in lower case, and whether its path was that of the frame. */
export interface Referrer {
  readonly host: Buffer;
  length: number;
  isFrame: boolean;
}

export function newReferrer(): Referrer {
  return { host: Buffer.alloc(LONGEST), length: 0, isFrame: false };
}

/** Characters of the longest host name. */
const LONGEST = 253;

/**
 * @param part of a line, not empty
 * @param frame the path of the frame
 * @returns false where it is no address with a host
 */
export function readReferrer(referrer: Referrer, bytes: Buffer, { from, to }: Part, frame: Buffer | null): boolean {
  let i = from;
  while (i < to && bytes[i] !== COLON && i < from + 16) i++;
  if (i + 3 > to || bytes[i] !== COLON || bytes[i + 1] !== SLASH || bytes[i + 2] !== SLASH) return false;
  i += 3;
  let length = 0;
  for (; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === SLASH || byte === COLON || byte === QUESTION || byte === HASH) break;
    if (length === LONGEST || byte <= 0x20 || byte === AT) return false;
    referrer.host[length++] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  }
  referrer.length = length;
  while (i < to && bytes[i] !== SLASH && bytes[i] !== QUESTION) i++;
  const path = frame && bytes[i] === SLASH ? pathEnd(bytes, i, to) : -1;
  referrer.isFrame = frame !== null && path - i === frame.length && frame.compare(bytes, i, path) === 0;
  return length > 0;
}

const [SLASH, COLON, QUESTION, HASH, AT] = [0x2f, 0x3a, 0x3f, 0x23, 0x40];

/** @param host of a line, perhaps with a port */
export function isHost(referrer: Referrer, bytes: Buffer, host: Part): boolean {
  if (host.from < 0 || host.to - host.from < referrer.length) return false;
  for (let i = 0; i < referrer.length; i++) {
    const byte = bytes[host.from + i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== referrer.host[i]) return false;
  }
  const after = host.from + referrer.length;
  return after === host.to || bytes[after] === COLON;
}
