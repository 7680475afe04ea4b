import { decodeUtf8 } from '../../format/text.ts';

const BOM = '\uFEFF';

/**
 * The text of a file that somebody else's program wrote: UTF-8, UTF-16 where a mark at its beginning says so, and
 * otherwise what Windows writes in Mexico (windows-1252, of which Latin-1 is a part). The mark is no part of the text.
 */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
  return text.startsWith(BOM) ? text.slice(1) : text;
}
