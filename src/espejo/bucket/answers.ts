import { Trouble } from '../trouble.ts';
import { words } from '../words.ts';

/**
 * What a store answers in XML: lists, and why it refuses. The few elements that are needed are taken out of it by their
 * names; nothing is resolved that could be longer than the answer. All of it is a stranger's word.
 */

/** One object of a list. */
export interface Listed {
  readonly key: string;
  /** as the store gives it, with its quotation marks */
  readonly etag: string;
  readonly size: number;
  /** ms since the epoch, by the store's clock */
  readonly modified: number;
}

export interface Page {
  readonly objects: readonly Listed[];
  /** what stands before the delimiter, where one was asked for */
  readonly prefixes: readonly string[];
  /** where the next page begins, null after the last */
  readonly next: string | null;
}

/** @throws Trouble `store-failed` for what is no list */
export function parseList(xml: string): Page {
  if (!/<ListBucketResult[\s>]/.test(xml)) throw new Trouble('store-failed', words.notAList);
  const isUrl = elementIn(xml, 'EncodingType') === 'url';
  const named = (text: string) => {
    if (!isUrl) return text;
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      throw new Trouble('store-failed', words.notAList);
    }
  };
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, inner = '']): Listed => {
    const [size, modified] = [Number(elementIn(inner, 'Size')), Date.parse(elementIn(inner, 'LastModified') ?? '')];
    const key = elementIn(inner, 'Key');
    if (key === null || !Number.isSafeInteger(size) || Number.isNaN(modified)) throw new Trouble('store-failed', words.notAList);
    return { key: named(key), etag: elementIn(inner, 'ETag') ?? '', size, modified };
  });
  const prefixes = [...xml.matchAll(/<CommonPrefixes>(.*?)<\/CommonPrefixes>/gs)].map(([, inner = '']) =>
    named(elementIn(inner, 'Prefix') ?? ''),
  );
  if (elementIn(xml, 'IsTruncated') !== 'true') return { objects, prefixes, next: null };
  const last = [...objects.map(({ key }) => key), ...prefixes].sort(compareText).at(-1);
  const next = elementIn(xml, 'NextMarker');
  return { objects, prefixes, next: next === null ? (last ?? null) : named(next) };
}

/** @returns the code of an answer that is an error, `''` where it tells none, null where it is none */
export function errorIn(xml: string): string | null {
  if (!/<Error[\s>]/.test(xml)) return null;
  return /^[A-Za-z0-9.]{1,64}$/.exec(elementIn(xml, 'Code') ?? '')?.[0] ?? '';
}

/** The validator that a copy got, null where the answer does not tell it. */
export function copiedEtag(xml: string): string | null {
  return elementIn(xml, 'ETag');
}

function elementIn(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : plain(found);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML's five names and the numbered ones; others are left as they stand, and so match no name of ours. */
function plain(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
