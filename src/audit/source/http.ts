import { promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { type Absence, absenceOf, isAbsent, NO_SUCH_DOCUMENT } from '../check/absence.ts';
import { isPageInstead } from '../check/chain-index.ts';
import { readTrustByNames } from '../check/trust-by-names.ts';
import type { ChainSource, LocalFile } from './chain-source.ts';
import { type Answer, type Client, httpClient, READER_PATIENCE, type ReaderPatience, shownUrl, Transient } from './http-get.ts';
import { words } from './words.ts';

/** How many requests at once; a static web server answers far more, a Difusor's uplink has others to serve. */
export const CONNECTIONS = 8;

/** How often one download is taken up again, even where every try brings some bytes more. */
const MAX_ATTEMPTS = 200;

/**
 * A chain on a web server, which may be hostile: see http-get.ts for what it can't do.
 * @param client asks; one of its own, if absent. `close` closes it in either case
 */
export function httpSource(
  address: URL,
  patience: ReaderPatience = READER_PATIENCE,
  client: Client = httpClient(CONNECTIONS, patience),
): ChainSource {
  const base = new URL(address);
  base.search = '';
  base.hash = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const urlOf = (path: string) => new URL(path, base);
  const absence = absenceOf(async () => {
    const answer = await client.get(urlOf(NO_SUCH_DOCUMENT));
    if (answer.status !== 200) answer.leave();
    const bytes = answer.status === 200 ? await whole(answer, NO_SUCH_DOCUMENT, LIMITS.manifestBytes) : null;
    return { status: answer.status, isPage: bytes !== null && isPageInstead(bytes, true), sha256: null };
  });
  const reader: Reader = { client, absence };
  const read = (path: string, limit: number) => client.patiently(() => readWhole(reader, urlOf(path), path, limit));
  return {
    name: shownUrl(base),
    read,
    readTrust: (version, chain) => readTrustByNames(read, version, chain),
    fetch: (path, limit) => download(reader, urlOf(path), limit, patience),
    movedTo: () => {
      const there = client.movedTo();
      return there && new URL(base.pathname, there.origin).href;
    },
    close: () => client.close(),
  };
}

interface Reader {
  readonly client: Client;
  readonly absence: () => Promise<Absence>;
}

/** What no server says of an absent file, nor this one of a name that nobody has, says nothing of the chain. */
async function isThere(answer: Answer, absence: () => Promise<Absence>): Promise<boolean> {
  if (answer.status === 200 || answer.status === 206) return true;
  answer.leave();
  if (await isAbsent(answer.status, absence)) return false;
  const text = words.status(shownUrl(answer.url), answer.status);
  throw answer.status === 429 || answer.status >= 500 ? new Transient(text) : new ToldError(text);
}

async function readWhole({ client, absence }: Reader, url: URL, path: string, limit: number): Promise<Buffer | null> {
  const answer = await client.get(url);
  if (!(await isThere(answer, absence))) return null;
  const bytes = await whole(answer, path, limit);
  return isPageInstead(bytes, true) && (await absence()).isPage ? null : bytes;
}

async function whole(answer: Answer, path: string, limit: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > limit) {
    answer.leave();
    throw tooLarge(path, limit);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > limit) throw tooLarge(path, limit); // leaving the loop closes the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(path: string, limit: number): Refusal {
  return new Refusal('too-large', words.tooLarge(path, limit));
}

/** Into a file that has no name any more, so that nothing is left behind however this ends. */
async function download(
  { client, absence }: Reader,
  url: URL,
  limit: number,
  { tries, pause }: ReaderPatience,
): Promise<LocalFile | null> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'cotejo-audit-'));
  const handle = await fs.open(join(folder, 'package'), 'wx+', 0o600);
  await fs.rm(folder, { recursive: true });
  try {
    let length = 0;
    let etag: string | undefined;
    for (let failures = 0, attempts = 0; ; attempts++) {
      const before = length;
      try {
        const resume = length > 0 && etag !== undefined ? { range: `bytes=${length}-`, 'if-range': etag } : undefined;
        const answer = await client.get(url, resume);
        if (!(await isThere(answer, absence))) {
          await handle.close();
          return null;
        }
        if (answer.status !== 206 || !resumesAt(answer, length)) length = 0;
        ({ etag } = answer.headers);
        for await (const chunk of answer.body) {
          await writeAt(handle, chunk, length);
          length += chunk.length;
          if (length > limit) break;
        }
        await handle.truncate(length);
        const { buffer } = await handle.read(Buffer.alloc(256), 0, 256, 0);
        if (isPageInstead(buffer, true) && (await absence()).isPage) {
          await handle.close();
          return null;
        }
        return { handle, close: () => handle.close() };
      } catch (error) {
        if (!(error instanceof Transient)) throw error;
        // A download that advances is not given up, however often the connection breaks.
        failures = length > before ? 0 : failures + 1;
        if (failures >= tries || attempts >= MAX_ATTEMPTS) throw error;
        await sleep(pause * 2 ** failures);
      }
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function resumesAt(answer: Answer, length: number): boolean {
  if (answer.headers['content-range']?.startsWith(`bytes ${length}-`)) return true;
  answer.leave();
  throw new ToldError(words.otherPart(shownUrl(answer.url)));
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}
