import * as v from 'valibot';
import { readChainIndex } from '../audit/check/chain-index.ts';
import { cortePath } from '../audit/check/chain-reads.ts';
import { httpSource } from '../audit/source/http.ts';
import { type Answer, httpClient, type ReaderPatience, shownUrl, Transient } from '../audit/source/http-get.ts';
import { DIRECT, type ProxyFor } from '../audit/source/proxies.ts';
import { name, positive } from '../format/document.ts';
import type { CorteFile } from '../format/naming.ts';
import { POINTER } from '../format/pointer.ts';
import { Refusal } from '../format/refusal.ts';
import { ToldError } from '../format/said.ts';
import { decodeUtf8 } from '../format/text.ts';
import type { SignedTrust, TrustChain } from '../verdict/trust-chain.ts';
import { Withheld } from './blame.ts';
import type { Mirror } from './mirrors.ts';
import { publicLookup, requirePublicHost } from './public-address.ts';
import { words } from './words.ts';

/** One mirror, asked over HTTP. Whatever it answers is bounded in bytes and in time, and believed for nothing. */

/** A mirror is given up sooner than an auditor's source: others have the same. */
export const MIRROR_PATIENCE: ReaderPatience = { stall: 5000, slowest: 16 * 1024, tries: 2, pause: 250 };

const CONNECTIONS = 4;
const POINTER_BYTES = 4096;

/** What a mirror says it has; a claim that only says where to look. */
export interface Claim {
  readonly phase: string;
  readonly number: number;
}

export interface SiteReads {
  readonly mirror: Mirror;
  /**
   * What it shows now. Asked with the validator of the last answer, so that at rest nothing but a head comes back.
   * @returns null where it shows no corte
   */
  pointer(): Promise<Claim | null>;
  /** The versions and numbers that its index claims; null where it has none that can be read. */
  index(): ReturnType<typeof readChainIndex>;
  trust(version: number, chain: TrustChain): Promise<SignedTrust | null>;
  /** A small file of a corte. @throws Withheld where it is not there; Refusal `too-large` */
  file(place: Claim, file: CorteFile, limit: number): Promise<Uint8Array>;
  /**
   * A part of a corte's package, as it comes.
   * @param whole bytes of the package
   * @throws Withheld; Refusal `package-mismatch` where it has a file of another length; NoRanges where it gives the whole in
   *   place of a part
   */
  part(
    place: Claim,
    from: number,
    bytes: number,
    whole: number,
  ): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly leave: () => void }>;
  close(): void;
}

/** It has the file and gives no parts of it. */
export class NoRanges extends ToldError {
  override readonly name = 'NoRanges';
}

const pointer = v.object({ phase: name, number: v.nullable(positive) });

/**
 * @param proxyFor which proxy an address is asked through; who finds the host then is the proxy, and which hosts may be
 *   asked are its own rules
 */
export function openSiteOf(mirror: Mirror, patience: ReaderPatience = MIRROR_PATIENCE, proxyFor: ProxyFor = DIRECT): SiteReads {
  const client = () => httpClient(CONNECTIONS, patience, mirror.isConfigured ? undefined : publicLookup, proxyFor);
  const asking = client();
  const source = httpSource(new URL('chain/', mirror.base), patience, client());
  const isAllowed = () => mirror.isConfigured || requirePublicHost(mirror.base);
  let last: { readonly etag: string; readonly claim: Claim | null } | null = null;

  async function askPointer(): Promise<Claim | null> {
    const answer = await asking.get(new URL(POINTER, mirror.base), last ? { 'if-none-match': last.etag } : undefined);
    if (answer.status === 304 && last) {
      answer.leave();
      return last.claim;
    }
    requireStatus(answer, [200]);
    const value = v.safeParse(pointer, jsonOf(await bytesOf(answer, POINTER_BYTES)));
    if (!value.success) throw new ToldError(words.noPointer(shownUrl(answer.url)));
    const { phase, number } = value.output;
    const claim = number === null ? null : { phase, number };
    const { etag } = answer.headers;
    last = etag === undefined ? null : { etag, claim };
    return claim;
  }

  return {
    mirror,
    async pointer() {
      isAllowed();
      return asking.patiently(askPointer);
    },
    async index() {
      isAllowed();
      return readChainIndex(source);
    },
    async trust(version, chain) {
      isAllowed();
      return source.readTrust(version, chain);
    },
    async file({ phase, number }, file, limit) {
      isAllowed();
      const bytes = await source.read(cortePath(phase, number, file), limit);
      if (bytes === null) throw new Withheld(words.isNotThere(mirror.name, cortePath(phase, number, file)));
      return bytes;
    },
    async part({ phase, number }, from, bytes, whole) {
      isAllowed();
      const path = cortePath(phase, number, 'corte.tar.gz');
      const url = new URL(`chain/${path}`, mirror.base);
      const answer = await asking.get(url, bytes === whole ? undefined : { range: `bytes=${from}-${from + bytes - 1}` });
      if (answer.status === 404 || answer.status === 410) {
        answer.leave();
        throw new Withheld(words.isNotThere(mirror.name, path));
      }
      requireStatus(answer, [200, 206, 416]);
      const length = lengthOf(answer);
      if (length !== null && length !== whole) {
        answer.leave();
        throw new Refusal('package-mismatch', words.otherLength(mirror.name, length, whole));
      }
      requireStatus(answer, [200, 206]);
      if (answer.status === 200 && bytes !== whole) {
        answer.leave();
        throw new NoRanges(words.noRanges(mirror.name));
      }
      const range = `bytes ${from}-${from + bytes - 1}/`;
      if (answer.status === 206 && !answer.headers['content-range']?.startsWith(range)) {
        answer.leave();
        throw new ToldError(words.otherPart(mirror.name));
      }
      return { body: upTo(answer, bytes, mirror.name), leave: () => answer.leave() };
    },
    close() {
      asking.close();
      source.close();
    },
  };
}

function requireStatus(answer: Answer, wanted: readonly number[]): void {
  if (wanted.includes(answer.status)) return;
  answer.leave();
  const text = words.status(shownUrl(answer.url), answer.status);
  throw answer.status === 429 || answer.status >= 500 ? new Transient(text) : new ToldError(text);
}

/**
 * How many bytes the file has that a part is of, as the server says: then it is another file, of another time perhaps or of
 * another chain. Null where it does not say.
 */
function lengthOf({ status, headers }: Answer): number | null {
  const said = status === 200 ? headers['content-length'] : /^bytes [^/]*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return said === undefined ? null : Number(said);
}

async function bytesOf(answer: Answer, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body) {
    bytes += part.length;
    if (bytes > limit) throw new ToldError(words.tooLong(shownUrl(answer.url), limit)); // leaving the loop ends the answer
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** No more than was asked for, and no less. */
async function* upTo(answer: Answer, wanted: number, mirror: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of answer.body) {
    bytes += part.length;
    if (bytes > wanted) throw new ToldError(words.otherPart(mirror));
    yield part;
  }
  if (bytes < wanted) throw new Transient(words.cut(mirror, bytes, wanted));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '');
  } catch {
    return null; // a page in its place, perhaps
  }
}
