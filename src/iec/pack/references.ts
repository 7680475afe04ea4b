import { SITE_NAME } from '../../format/site-names.ts';
import { asOneLine } from '../../format/text.ts';

/**
 * References in pages and style sheets that begin at the site's root, or climb above the publication. A corte is also
 * shown below `/cotejo/c/<n>/`, and there the first kind leads to what the root shows, which is another corte ten minutes
 * later, and the second to nothing.
 *
 * What a script puts together is not seen, nor what is written with character references, nor what a `<base>` makes of it.
 */

/** A reference, and the file in which it stands. */
interface Reference {
  readonly path: string;
  readonly to: string;
}

/** What was found in the new files of a corte. */
export interface Found {
  /** the first of them, no two the same */
  readonly references: readonly Reference[];
  readonly count: number;
}

/** How many are kept, and how many characters of each. */
const KEPT = 100;
const TOLD_CHARACTERS = 200;

/** Bytes of a file that are looked at. */
const LOOKED_BYTES = 4 * 1024 * 1024;

type Kind = 'markup' | 'style';

/** @internal @returns null for a file in which no reference is looked for */
export function kindOf(path: string): Kind | null {
  if (/\.(?:html?|xhtml|svg)$/i.test(path)) return 'markup';
  return /\.css$/i.test(path) ? 'style' : null;
}

/** Looks through one file after the other. */
export function newSearch(): {
  readonly look: (path: string, chunks: () => Iterable<Uint8Array>) => void;
  readonly found: () => Found;
} {
  const references: Reference[] = [];
  let count = 0;
  return {
    look(path, chunks) {
      const kind = kindOf(path);
      if (kind === null) return;
      const found = referencesIn(kind, beginningOf(chunks())).filter((to) => leaves(path, to));
      count += found.length;
      const kept = found.slice(0, KEPT - references.length);
      references.push(...kept.map((to) => ({ path, to: asOneLine(to).slice(0, TOLD_CHARACTERS) })));
    },
    found: () => ({ references, count }),
  };
}

function beginningOf(chunks: Iterable<Uint8Array>): Buffer {
  const parts: Buffer[] = [];
  let left = LOOKED_BYTES;
  for (const chunk of chunks) {
    parts.push(Buffer.from(chunk.subarray(0, left))); // a copy: a piece is valid until the next one
    left -= chunk.length;
    if (left <= 0) break;
  }
  return Buffer.concat(parts);
}

/**
 * @internal
 * @param bytes of the file
 * @returns each once, as it is written, in the order of the file
 */
export function referencesIn(kind: Kind, bytes: Uint8Array): string[] {
  // One character for each byte: what is compared is ASCII, and no encoding is needed for it.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const found = kind === 'style' ? inStyle(text) : inMarkup(text);
  return [...new Set(found)].map((one) => Buffer.from(one, 'latin1').toString());
}

/**
 * Whether a reference in a file of a publication leads out of the folder in which the publication lies. Browsers take a
 * backslash for a slash; two of them begin the name of a host. What is the site's own is meant.
 * @internal
 */
export function leaves(path: string, reference: string): boolean {
  const [to = ''] = reference.replaceAll('\\', '/').split(/[?#]/);
  if (to.startsWith('//') || /^[a-z][a-z0-9+.-]*:/i.test(to)) return false;
  if (to.startsWith('/')) return to !== `/${SITE_NAME}` && !to.startsWith(`/${SITE_NAME}/`);
  let depth = path.split('/').length - 1;
  for (const segment of to.split('/')) {
    if (/^(?:\.|%2e){2}$/i.test(segment)) depth -= 1;
    else if (!/^(?:\.|%2e)?$/i.test(segment)) depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** A string that is not closed ends with its line: so every character is looked at once. */
const QUOTED_OR_COMMENT = /"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|\/\*[^]*?(?:\*\/|$)/g;

function* inStyle(text: string): Iterable<string> {
  const plain = text.replace(QUOTED_OR_COMMENT, (one) => (one.startsWith('/*') ? ' ' : one));
  for (const [, first, second, bare] of plain.matchAll(/\burl\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^"'()\s]*))/gi))
    yield (first ?? second ?? bare ?? '').trim();
  for (const [, first, second] of plain.matchAll(/@import\s*(?:"([^"\n]*)"|'([^'\n]*)')/gi)) yield (first ?? second ?? '').trim();
  for (const [, images] of plain.matchAll(/\bimage-set\(([^;{}]*)/gi)) {
    // The types beside the addresses are quoted too, and lead nowhere.
    for (const [, first, second] of (images ?? '').matchAll(/(?<!type\(\s*)(?:"([^"\n]*)"|'([^'\n]*)')/gi))
      yield (first ?? second ?? '').trim();
  }
}

const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'poster', 'data', 'background', 'manifest', 'xlink:href']);
const LISTS = new Set(['srcset', 'imagesrcset']);
/** Elements whose content is text up to their end, whatever stands in it. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'noembed', 'noframes']);

function* inMarkup(text: string): Iterable<string> {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) {
      const isEmpty = /^-?>/.test(text.slice(at + 4, at + 6));
      at = after(text, isEmpty ? '>' : '-->', at + 4);
      continue;
    }
    const name = /^[a-z][^\s/>]*/i.exec(text.slice(at + 1, at + 40))?.[0].toLowerCase();
    if (name === undefined) {
      at += 1;
      continue;
    }
    const tag = attributesAt(text, at + 1 + name.length);
    yield* inTag(name, tag.attributes);
    at = tag.end;
    if (!RAW.has(name) || text.startsWith('/>', at - 2)) continue;
    const end = endOf(text, name, at);
    if (name === 'style') yield* inStyle(text.slice(at, end));
    at = end;
  }
}

function* inTag(tag: string, attributes: ReadonlyMap<string, string>): Iterable<string> {
  for (const [name, value] of attributes) {
    const told = value.replace(/[\t\n\r]/g, '').trim();
    if (ADDRESSES.has(name)) yield told;
    else if (LISTS.has(name))
      for (const [, one] of value.matchAll(/[\s,]*(\S+)(?:\s+[^,]*)?/g)) yield (one ?? '').replace(/,+$/, '');
    else if (name === 'style') yield* inStyle(value);
  }
  if (tag !== 'meta' || attributes.get('http-equiv')?.toLowerCase() !== 'refresh') return;
  yield /^[\d.\s]*[;,]\s*(?:url\s*=)?\s*["']?([^"']*)/i.exec(attributes.get('content') ?? '')?.[1]?.trim() ?? '';
}

/** @param from behind the tag's name. @returns the first of each name, and where the tag ends */
function attributesAt(text: string, from: number): { readonly attributes: ReadonlyMap<string, string>; readonly end: number } {
  const attributes = new Map<string, string>();
  const next = /[\s/]*(?:(>)|([^\s/>=]+)\s*(=)?\s*|=)/y;
  for (let at = from; ; ) {
    next.lastIndex = at;
    const [, isEnd, name, hasValue] = next.exec(text) ?? [];
    if (next.lastIndex === 0 || isEnd !== undefined) return { attributes, end: next.lastIndex || text.length };
    at = next.lastIndex;
    if (name === undefined || hasValue === undefined) continue;
    const quote = text[at];
    const isQuoted = quote === '"' || quote === "'";
    const end = isQuoted ? after(text, quote, at + 1) : endOfBare(text, at);
    const value = text.slice(isQuoted ? at + 1 : at, isQuoted && text[end - 1] === quote ? end - 1 : end);
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), value);
    at = end;
  }
}

function endOfBare(text: string, from: number): number {
  const bare = /[^\s>]*/y;
  bare.lastIndex = from;
  bare.exec(text);
  return bare.lastIndex;
}

/** Behind the next such text, or at the end. */
function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found === -1 ? text.length : found + what.length;
}

function endOf(text: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}
