/**
 * Who asked, as 64 bits: an IPv4 address, or the first half of an IPv6 address, since whoever has one address of a /64
 * has them all. An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is one of IPv4.
 */
export interface Reader {
  high: number;
  low: number;
}

export function newReader(): Reader {
  return { high: 0, low: 0 };
}

/** Above every address of IPv6 that a reader can have. */
const IPV4 = 0xffffffff;

/** @returns false where it is no address; the reader is then as it was */
export function readAddress(reader: Reader, bytes: Buffer, from: number, to: number): boolean {
  const v4 = ipv4(bytes, from, to);
  if (v4 < 0) return to - from >= SHORTEST && to - from <= LONGEST && ipv6(reader, bytes, from, to);
  reader.high = IPV4;
  reader.low = v4;
  return true;
}

/** Characters of the longest address: eight groups, of which the last two may be an address of IPv4. */
const LONGEST = 45;
/** Of `::`. */
const SHORTEST = 2;

/** @returns the 32 bits, -1 where it is no address */
function ipv4(bytes: Buffer, from: number, to: number): number {
  if (to - from < 7 || to - from > 15) return -1;
  let [value, part, figures, dots] = [0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === 0x2e) {
      if (figures === 0 || ++dots > 3) return -1;
      value = value * 256 + part;
      part = 0;
      figures = 0;
    } else {
      part = part * 10 + byte - 0x30;
      if (byte < 0x30 || byte > 0x39 || part > 255 || ++figures > 3) return -1;
    }
  }
  return dots === 3 && figures > 0 ? value * 256 + part : -1;
}

const groups = new Uint16Array(8);

function ipv6(reader: Reader, bytes: Buffer, from: number, to: number): boolean {
  let [count, gap, i] = [0, -1, from];
  if (bytes[i] === 0x3a && bytes[i + 1] === 0x3a) {
    gap = 0;
    i += 2;
  }
  while (i < to) {
    let end = i;
    while (end < to && bytes[end] !== 0x3a) end++;
    const v4 = end === to && count <= 6 ? ipv4(bytes, i, end) : -1;
    if (v4 >= 0) {
      groups[count++] = v4 >>> 16;
      groups[count++] = v4 & 0xffff;
      break;
    }
    const group = hexadecimal(bytes, i, end);
    if (group < 0 || count === 8) return false;
    groups[count++] = group;
    if (end === to) break;
    i = end + 1;
    if (i === to) return false;
    if (bytes[i] === 0x3a) {
      if (gap >= 0) return false;
      gap = count;
      i++;
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  if (gap >= 0) {
    groups.copyWithin(gap + 8 - count, gap, count);
    groups.fill(0, gap, gap + 8 - count);
  }
  const isMapped = groups[5] === 0xffff && groups.subarray(0, 5).every((group) => group === 0);
  reader.high = isMapped ? IPV4 : groups[0]! * 65_536 + groups[1]!;
  reader.low = isMapped ? groups[6]! * 65_536 + groups[7]! : groups[2]! * 65_536 + groups[3]!;
  return true;
}

function hexadecimal(bytes: Buffer, from: number, to: number): number {
  if (to === from || to - from > 4) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    const letter = byte | 0x20;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
