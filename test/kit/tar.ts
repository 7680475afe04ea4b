import { gzipSync } from 'node:zlib';

/** Tar archives block by block, hostile ones too: nothing is checked, and every field can be wrong. */

export interface TarMember {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** The type flag: '0' file, '1' hard link, '2' symbolic link, '3' '4' devices, '5' folder, '6' fifo, 'S' sparse … */
  readonly type?: string;
  readonly linkname?: string;
  /** What the header says; the content's own length if absent. */
  readonly size?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** seconds */
  readonly mtime?: number;
  /** ustar's prefix field, joined to the name by readers */
  readonly prefix?: string;
  /** Records of a pax header (type x) before the member, or its raw bytes. */
  readonly pax?: Readonly<Record<string, string>> | Buffer;
  /** The same, in a global header (type g). */
  readonly paxGlobal?: Readonly<Record<string, string>> | Buffer;
  /** A GNU long name (type L) before the member. */
  readonly gnuLongName?: string;
  /** A GNU long link (type K) before the member. */
  readonly gnuLongLink?: string;
  /** Instead of the right sum of the header. */
  readonly checksum?: number;
  /** 'ustar\0' + '00' if absent; `Buffer.alloc(8)` for an archive from before POSIX */
  readonly magic?: Buffer;
}

export interface TarEnd {
  /** how many zero blocks end the archive; 2 if absent */
  readonly blocks?: number;
  /** bytes after the end */
  readonly trailing?: Buffer;
}

const BLOCK = 512;

export function tarOf(members: readonly TarMember[], { blocks = 2, trailing = Buffer.alloc(0) }: TarEnd = {}): Buffer {
  return Buffer.concat([...members.map(tarMember), Buffer.alloc(blocks * BLOCK), trailing]);
}

/** One member with the headers before it: its header blocks, its content, its padding. */
function tarMember(member: TarMember): Buffer {
  const parts: Buffer[] = [];
  if (member.paxGlobal) parts.push(extension('g', 'pax_global_header', paxOf(member.paxGlobal)));
  if (member.pax) parts.push(extension('x', 'PaxHeader/member', paxOf(member.pax)));
  if (member.gnuLongName !== undefined) parts.push(extension('L', '././@LongLink', Buffer.from(`${member.gnuLongName}\0`)));
  if (member.gnuLongLink !== undefined) parts.push(extension('K', '././@LongLink', Buffer.from(`${member.gnuLongLink}\0`)));
  const content = Buffer.from(member.content ?? '');
  parts.push(tarHeader(member, content.length), padded(content));
  return Buffer.concat(parts);
}

/** The 512 bytes of a header. */
function tarHeader(member: TarMember, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  Buffer.from(member.name).copy(header, 0, 0, 100);
  header.write(octal(member.mode ?? 0o644, 7), 100);
  header.write(octal(member.uid ?? 0, 7), 108);
  header.write(octal(member.gid ?? 0, 7), 116);
  header.write(octal(member.size ?? size, 11), 124);
  header.write(octal(member.mtime ?? 0, 11), 136);
  header.write(member.type ?? '0', 156);
  header.write(member.linkname ?? '', 157, 100);
  (member.magic ?? Buffer.from('ustar\x0000')).copy(header, 257);
  header.write(octal(0, 7), 329);
  header.write(octal(0, 7), 337);
  header.write(member.prefix ?? '', 345, 155);
  header.fill(' ', 148, 156);
  const sum = member.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

/** The records of a pax header: each begins with its own length, in bytes. */
function paxOf(records: Readonly<Record<string, string>> | Buffer): Buffer {
  if (Buffer.isBuffer(records)) return records;
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`);
      let length = rest.length;
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

/** A gzip file; the same input gives the same bytes. */
export function gzip(bytes: Uint8Array, level = 6): Buffer {
  return gzipSync(bytes, { level });
}

function extension(type: string, name: string, content: Buffer): Buffer {
  return Buffer.concat([tarHeader({ name, type }, content.length), padded(content)]);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
