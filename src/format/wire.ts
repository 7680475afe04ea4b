import { encodeUtf8 } from './text.ts';

/** SSH's wire encoding (RFC 4251, section 5): a 32-bit big-endian length before every string. */

export class WireReader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @returns the next n bytes, or null where fewer are left */
  take(n: number): Uint8Array | null {
    if (n > this.bytes.length - this.at) return null;
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }

  uint32(): number | null {
    const b = this.take(4);
    return b && new DataView(b.buffer, b.byteOffset, 4).getUint32(0);
  }

  string(): Uint8Array | null {
    const length = this.uint32();
    return length === null ? null : this.take(length);
  }

  get ended(): boolean {
    return this.at === this.bytes.length;
  }
}

/** @returns 4 bytes, the highest first */
export function uint32(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

/** @param value text, written in UTF-8, or bytes @returns the framed string */
export function string(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? encodeUtf8(value) : value;
  return concat([uint32(bytes.length), bytes]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
