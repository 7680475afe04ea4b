import { combinedClock, epochSeconds, isoClock, NEVER } from './clock.ts';
import { placeRequest } from './combined.ts';
import { type Entry, isEmpty, type Part, place, placeOrNone, type ReadLine, statusIn, wholeNumber } from './entry.ts';

/**
 * One flat JSON object a line: our own (`systemd/nginx`, the built-in server), nginx's in its usual spellings,
 * Cloudflare Logpush. What lies in objects or lists within it is not looked at. Texts are placed as they are written,
 * with their escapes.
 */
export function jsonReader(): ReadLine {
  const clocks = [isoClock(), combinedClock()];
  const fields = newFields();
  const parts = NAMES.map(() => ({ from: -1, to: -1 }));
  const part = (field: Field) => parts[FIELDS.indexOf(field)]!;
  return (entry, bytes, from, to) => {
    entry.bytes = bytes;
    for (const one of parts) one.from = -1;
    if (!walk(bytes, from, to, fields, parts)) return 'unreadable';
    const time = part('time');
    entry.time = time.from < 0 ? NEVER : epochSeconds(bytes, time.from, time.to);
    for (let i = 0; entry.time === NEVER && i < clocks.length; i++) entry.time = clocks[i]!.read(bytes, time.from, time.to);
    if (entry.time === NEVER || part('address').from < 0 || part('status').from < 0) return 'unreadable';
    if (!readRequest(entry, bytes, part('request'), part('method'), part('target'))) return 'unreadable';
    entry.status = statusIn(bytes, part('status').from, part('status').to);
    entry.size = Math.max(0, wholeNumber(bytes, part('size').from, part('size').to));
    copy(entry.address, bytes, part('address'));
    copy(entry.referrer, bytes, part('referrer'));
    copy(entry.agent, bytes, part('agent'));
    copy(entry.host, bytes, part('host'));
    copy(entry.corte, bytes, part('corte'));
    copy(entry.dest, bytes, part('dest'));
    return isEmpty(entry.address) ? 'unreadable' : 'request';
  };
}

type Field = (typeof NAMES)[number][0];

/** What the members are called, by whom; of several that are there the first is taken. */
const NAMES = [
  ['time', ['time', 'time_iso8601', 'time_local', 'timestamp', '@timestamp', 'msec', 'EdgeStartTimestamp']],
  ['address', ['addr', 'remote_addr', 'client_ip', 'clientip', 'ClientIP']],
  ['request', ['request']],
  ['method', ['method', 'request_method', 'ClientRequestMethod']],
  ['target', ['target', 'request_uri', 'uri', 'url', 'ClientRequestURI', 'ClientRequestPath']],
  ['status', ['status', 'EdgeResponseStatus']],
  ['size', ['bytes', 'body_bytes_sent', 'bytes_sent', 'size', 'EdgeResponseBytes']],
  ['referrer', ['referer', 'referrer', 'http_referer', 'http_referrer', 'ClientRequestReferer']],
  ['agent', ['agent', 'user_agent', 'http_user_agent', 'ClientRequestUserAgent']],
  ['host', ['host', 'http_host', 'server_name', 'ClientRequestHost']],
  ['corte', ['corte']],
  ['dest', ['dest']],
] as const;

const FIELDS = NAMES.map(([field]) => field);

const OTHER = { part: -1, rank: 0 };

interface Member {
  /** index of NAMES, -1 for what is not looked at */
  readonly part: number;
  /** the less the better */
  readonly rank: number;
}

/** By the member's name. */
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  NAMES.flatMap(([, names], part) => names.map((name, rank) => [name, { part, rank }] as const)),
);

/** What one writer writes in every line in the same order, so that names are compared and not looked up. */
interface Fields {
  readonly names: Buffer[];
  readonly members: Member[];
  readonly ranks: Uint8Array;
}

function newFields(): Fields {
  return { names: [], members: [], ranks: new Uint8Array(NAMES.length) };
}

const MOST_FIELDS = 256;

function memberAt(fields: Fields, at: number, bytes: Buffer, from: number, to: number): Member {
  const name = fields.names[at];
  if (name && isName(name, bytes, from, to)) return fields.members[at]!;
  const member = MEMBERS.get(to - from > 64 ? '' : bytes.toString('latin1', from, to)) ?? OTHER;
  if (at < MOST_FIELDS && to - from <= 64) {
    fields.names[at] = Buffer.from(bytes.subarray(from, to));
    fields.members[at] = member;
  }
  return member;
}

function isName(name: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}

/** Places the members of one object. @returns false where it is no such object, or something follows it */
function walk(bytes: Buffer, from: number, to: number, fields: Fields, parts: readonly Part[]): boolean {
  fields.ranks.fill(255);
  let i = skipBlank(bytes, from, to);
  if (bytes[i] !== BRACE || i >= to) return false;
  i = skipBlank(bytes, i + 1, to);
  for (let at = 0; i < to && bytes[i] !== END_BRACE; at++) {
    if (bytes[i] !== QUOTE) return false;
    const nameEnd = stringEnd(bytes, i, to);
    if (nameEnd < 0) return false;
    const { part, rank } = memberAt(fields, at, bytes, i + 1, nameEnd);
    i = skipBlank(bytes, nameEnd + 1, to);
    if (bytes[i] !== COLON || i >= to) return false;
    i = skipBlank(bytes, i + 1, to);
    const end = valueEnd(bytes, i, to);
    if (end < 0) return false;
    if (part >= 0 && rank < fields.ranks[part]! && !isNull(bytes, i, end)) {
      fields.ranks[part] = rank;
      const isText = bytes[i] === QUOTE;
      place(parts[part]!, isText ? i + 1 : i, isText ? end - 1 : end);
    }
    i = skipBlank(bytes, end, to);
    if (bytes[i] === COMMA && i < to) {
      i = skipBlank(bytes, i + 1, to);
      if (bytes[i] === END_BRACE) return false;
    } else if (bytes[i] !== END_BRACE) return false;
  }
  return i < to && skipBlank(bytes, i + 1, to) === to;
}

const [QUOTE, BACKSLASH, COMMA, COLON, BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d];

/** @param at the opening quote @returns where the closing one is, -1 where there is none */
function stringEnd(bytes: Buffer, at: number, to: number): number {
  for (let i = at + 1; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** @returns after the value, -1 where it has no end or is none */
function valueEnd(bytes: Buffer, at: number, to: number): number {
  if (at >= to) return -1;
  const byte = bytes[at]!;
  if (byte === QUOTE) {
    const end = stringEnd(bytes, at, to);
    return end < 0 ? -1 : end + 1;
  }
  if (byte === BRACE || byte === BRACKET) return nestedEnd(bytes, at, to);
  let i = at;
  while (i < to && isPlain(bytes[i]!)) i++;
  return i === at ? -1 : i;
}

/** Of a number or a word. */
function isPlain(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e;
}

function nestedEnd(bytes: Buffer, at: number, to: number): number {
  let depth = 0;
  for (let i = at; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = stringEnd(bytes, i, to);
      if (i < 0) return -1;
    } else if (byte === BRACE || byte === BRACKET) depth++;
    else if ((byte === END_BRACE || byte === END_BRACKET) && --depth === 0) return i + 1;
  }
  return -1;
}

function skipBlank(bytes: Buffer, from: number, to: number): number {
  let i = from;
  while (i < to && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++;
  return i;
}

function isNull(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 4 && bytes[from] === 0x6e;
}

function readRequest(entry: Entry, bytes: Buffer, request: Part, method: Part, target: Part): boolean {
  if (request.from >= 0) {
    let [first, last] = [-1, -1];
    for (let i = request.from; i < request.to; i++) {
      if (bytes[i] !== 0x20) continue;
      if (first < 0) first = i;
      last = i;
    }
    placeRequest(entry, bytes, request.from, request.to, first, last);
    return true;
  }
  if (target.from < 0) return false;
  copy(entry.method, bytes, method);
  copy(entry.target, bytes, target);
  return true;
}

function copy(part: Part, bytes: Buffer, found: Part): void {
  if (found.from < 0) place(part, -1, -1);
  else placeOrNone(part, bytes, found.from, found.to);
}
