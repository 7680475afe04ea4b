/** Strict UTF-8 and base64: what does not encode back to the same bytes is not accepted. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** @returns the text, or null where the bytes are not UTF-8. A BOM is a character like any other, not dropped. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // TextDecoder tells "not UTF-8" only by throwing
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** How many bytes a text takes in UTF-8, without encoding it. The text must have no lone surrogates. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isHalf = unit >= 0xd800 && unit < 0xe000; // of a pair, which takes four
    bytes += unit < 0x80 ? 1 : unit < 0x800 || isHalf ? 2 : 3;
  }
  return bytes;
}

/** Control characters (C0, DEL, C1) and lone surrogates, which no text of the formats may hold. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** Characters that could act on a terminal or a log, or hide there: controls, invisible and direction marks, line ends. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Makes text of unknown origin safe to look at: whatever is not plainly visible is escaped, newlines too. */
export function visible(text: string): string {
  return text.replace(ACTIVE, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** As {@link visible}, and a long text is cut. */
export function asOneLine(text: string, length = 400): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return visible(short);
}

/** Compares by bytes, as `sort` does in the C locale. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** @returns the bytes, or null for anything but canonical, padded base64 (no white space, no junk, no stray bits) */
export function decodeBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  return encodeBase64(bytes) === text ? bytes : null;
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
