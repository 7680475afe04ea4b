import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import * as tar from 'tar-stream';
import type { Entry } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { codeOf, messageOf } from '../format/thrown.ts';
import type { MemberJudge } from '../verdict/members.ts';
import { words } from './words.ts';

/**
 * A10 over a package that is already authenticated (A9): gunzip, tar, and every member before the judge. Memory is flat
 * whatever the size, and nothing is read past the point where the package stops being what was stated.
 *
 * The tar parser is lenient by design: it passes over global headers, GNU names, zero blocks between members, a missing
 * end and bytes after it. Instead of a parser of our own, its answers are held against the byte offsets: between two
 * members there may be exactly one pax header that says what was understood, after the last one only the zeros of the end.
 */

/** Where a member's content goes. Exactly one of `end` and `abort` is called, after the last `write` has been awaited. */
export interface MemberSink {
  write(chunk: Uint8Array): void | Promise<void>;
  /** The content is the entry's: its size and hash were checked. */
  end(): void | Promise<void>;
  /** The content is not what it should be, or could not be read to its end. */
  abort(): void | Promise<void>;
}

/** Drops the contents, for callers that only want to know what a package holds. */
export const NOWHERE: MemberSink = { write: () => {}, end: () => {}, abort: () => {} };

/** What decides over the members, as {@link MemberJudge} does. */
export type Judge = Pick<MemberJudge, 'announce' | 'confirm' | 'finish'>;

/** @param size bytes of the content, already within what was stated */
export type OnMember = (entry: Entry, size: number) => MemberSink | Promise<MemberSink>;

const BLOCK = 512;
/** The two zero blocks that end an archive. */
const END = 2 * BLOCK;
/** How many zeros may follow the last member: tar programs fill up their last record. */
const MAX_TAIL = 64 * 1024 + END;
/** Room for one pax header with the longest name there can be, its times and owners. */
const MAX_PAX = 8 * 1024;
const CHUNK = 256 * 1024;

/** What a pax header may say. Sparse maps and other character sets would make another tar read other bytes. */
const PAX_KEYS: ReadonlySet<string> = new Set(['path', 'size', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'uname', 'gname']);

/**
 * @param source the bytes of `corte.tar.gz`, whose hash the caller has checked: these same bytes, not the file again
 * @param judge of this corte; it is finished here
 * @param onMember where each content goes; without it the package is read and judged, and nothing is written
 * @throws Refusal `package-malformed`, `content-mismatch`, `content-missing`; errors of the source and of the sinks as they are
 */
export async function readPackage(source: AsyncIterable<Uint8Array>, judge: Judge, onMember?: OnMember): Promise<void> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const extract = tar.extract();
  const layout = new Layout();
  let compressed = 0;
  const outside = new OutsideErrors();

  async function* counted() {
    for await (const chunk of outside.watch(source)) {
      compressed += chunk.length;
      yield chunk;
    }
  }
  async function* guarded(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      layout.pass(chunk);
      yield chunk;
    }
  }
  let member = Promise.resolve();
  extract.on('entry', (header, content, next) => {
    content.on('error', () => {}); // the pipeline gets the same error; without a listener it would end the process
    // oxlint-disable-next-line promise/no-callback-in-promise -- next never throws
    member = takeMember(header, content).then(() => next(), next);
  });
  async function takeMember(header: tar.Header, content: AsyncIterable<unknown>): Promise<void> {
    layout.place(header);
    const { size } = header;
    const entry = judge.announce({ name: header.name, type: header.type, size });
    const sink = await outside.mark(async () => onMember?.(entry, size));
    try {
      const hash = createHash('sha256');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser gives bytes, its types say unknown
      for await (const chunk of content as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        if (sink) await outside.mark(() => sink.write(chunk));
      }
      judge.confirm(entry, hash.digest('hex'));
    } catch (error) {
      await sink?.abort();
      throw error;
    }
    await outside.mark(() => sink?.end());
  }

  try {
    await pipeline(counted, gunzip, guarded, extract);
    if (gunzip.bytesWritten !== compressed) throw malformed(words.afterCompressed);
    layout.finish();
    judge.finish();
  } catch (error) {
    await member; // its sink is aborted before the caller cleans up
    // When a sink fails in the middle of a member, the streams report an abort; the sink's own error says more.
    if (outside.first !== null) throw outside.first.error;
    if (error instanceof Refusal) throw error;
    const [complaint = ''] = messageOf(error).toLowerCase().split('.');
    const code = codeOf(error);
    const detail = words.unreadable(complaint, code === undefined ? '' : ` (${code})`);
    throw new Refusal('package-malformed', detail, { cause: error });
  }
}

/** What the parser says of a member beyond its published types: where its content begins, and its pax records. */
type Placed = tar.Header & { readonly byteOffset: number; readonly pax: Record<string, string> | null };

/** Tracks byte offsets in the archive, to hold the parser's answers against them. */
class Layout {
  /** of the uncompressed bytes that went to the parser */
  private passed = 0;
  /** where the last member, with its padding, ends */
  private end = 0;
  private lastNonZero = -1;

  /**
   * Called before a chunk goes to the parser. Refuses where it was fed far past the last member without finding
   * another.
   */
  pass(chunk: Uint8Array): void {
    if (this.passed - this.end > MAX_TAIL + MAX_PAX) throw malformed(words.noMember);
    let at = chunk.length - 1;
    while (at >= 0 && chunk[at] === 0) at -= 1;
    if (at >= 0) this.lastNonZero = this.passed + at;
    this.passed += chunk.length;
  }

  /** A member was found: its header must stand right after the member before it, or after its one pax header. */
  place(header: tar.Header): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser's types leave these two out; it is pinned
    const { byteOffset, pax } = header as Placed;
    const between = byteOffset - BLOCK - this.end;
    if (between !== paxLength(pax)) throw malformed(words.betweenMembers);
    this.end = byteOffset + padded(header.size);
  }

  finish(): void {
    if (this.lastNonZero >= this.end) throw malformed(words.afterMembers);
    const tail = this.passed - this.end;
    if (tail < END) throw malformed(words.endMissing);
    if (tail > MAX_TAIL) throw malformed(words.afterEnd);
  }
}

/** The bytes that one pax header with these records takes: its own header block and its content, padded. */
function paxLength(records: Record<string, string> | null): number {
  if (!records) return 0;
  let length = 0;
  for (const [key, value] of Object.entries(records)) {
    if (!PAX_KEYS.has(key)) throw malformed(words.paxKey(JSON.stringify(key.slice(0, 40))));
    const text = Buffer.byteLength(key) + Buffer.byteLength(value) + ' =\n'.length;
    let record = text + String(text).length;
    if (String(record).length > String(text).length) record = text + String(record).length;
    length += record;
  }
  if (length > MAX_PAX) throw malformed(words.paxTooLarge);
  return BLOCK + padded(length);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Tells errors of the disk and the network, which say nothing of the package, from those of gunzip and tar, which do. */
class OutsideErrors {
  /** what went wrong first; whatever else is reported after it is its consequence */
  first: { readonly error: unknown } | null = null;

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      this.first ??= { error };
      throw error;
    }
  }

  async mark<T>(step: () => T | Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      this.first ??= { error };
      throw error;
    }
  }
}

function malformed(why: Said): Refusal {
  return new Refusal('package-malformed', words.inPackage(why));
}
