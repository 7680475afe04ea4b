import { createHash } from 'node:crypto';
import type { Hash } from '../../format/hash.ts';
import type { Credentials, EspejoConfig } from '../config.ts';
import { Trouble } from '../trouble.ts';
import { words } from '../words.ts';
import { copiedEtag, errorIn, type Listed, type Page, parseList } from './answers.ts';
import { newTries, PATIENCE, type Patience } from './patience.ts';
import { type Content, payloadOf } from './payload.ts';
import { type Answer, encodedKey, newSender, type Payload } from './send.ts';
import type { Spent } from './spent.ts';

/**
 * A bucket of an object store, by the S3 protocol. Every request is signed, tried again after passing failures, and has a
 * total in time; an answer has one in bytes. Nothing is believed because the store says it.
 */
export interface Bucket {
  /** Writes an object whole or not at all. */
  put(key: string, headers: ObjectHeaders, content: Content): Promise<Written>;
  /**
   * Lets the store copy one object to another name.
   * @param etag the validator that the first must have, null for any. Not every store looks at it.
   * @returns null where there is nothing of the first name, or something else
   */
  copy(from: string, key: string, headers: ObjectHeaders, etag: string | null): Promise<Written | null>;
  /** @returns null where there is none. @throws Trouble `too-long` for one over `limit` bytes */
  get(key: string, limit: number): Promise<Buffer | null>;
  /** Reads an object for its hash alone; null where there is none, or one of over `size` bytes. */
  hash(key: string, size: number): Promise<Hash | null>;
  /**
   * All objects whose names begin so; with `delimiter` only what comes before it, once.
   * @param most pages of a thousand; what is beyond is left out
   * @param after only names that sort after this one; all, if absent
   */
  list(prefix: string, delimiter?: '/' | null, most?: number, after?: string): Promise<Listing>;
  /** @returns whether nothing of that name is there any more; it need not have been there */
  remove(key: string): Promise<void>;
  readonly spent: Spent;
  close(): void;
}

/** What its readers are sent with an object. */
export interface ObjectHeaders {
  readonly 'content-type': string;
  readonly 'cache-control': string;
}

export interface Written {
  /** as the store gives it, null where it gives none */
  readonly etag: string | null;
  /** of what was sent, in hex; null for a copy */
  readonly md5: string | null;
}

interface Listing extends Pick<Page, 'objects' | 'prefixes'> {
  /** the store's hour, ms since the epoch */
  readonly at: number;
}

/** Bytes of one page of a list: a thousand names of 1,024 bytes, each byte of which may be written as %XX. */
const LIST_BYTES = 8 * 1024 * 1024;
/** Bytes that a page comes to by far most often. */
const EXPECTED_LIST_BYTES = 512 * 1024;
/** Pages of one list. */
const MOST_PAGES = 2000;
/** Bytes that may be written in one request. */
const PUT_BYTES = 5 * 1024 ** 3;

/** @param credentials asked for each request: those that end are replaced while we run */
export function openBucket(
  config: Pick<EspejoConfig, 'endpoint' | 'region' | 'bucket' | 'addressing' | 'connections'>,
  credentials: () => Promise<Credentials>,
  stop: AbortSignal,
  patience: Patience = PATIENCE,
): Bucket {
  const spent: Spent = { requests: 0, lists: 0, puts: 0, copies: 0, bytes: 0 };
  const sender = newSender(config, credentials, patience, stop);
  const again = newTries(patience);
  const patiently = <T>(request: () => Promise<T>) => again(request, stop);

  const ask = (method: string, key: string, headers: Record<string, string> = {}, payload?: Payload): Promise<Answer> => {
    spent.requests += 1;
    return sender.send({ method, key, headers, payload });
  };

  /** An answer whose body is wanted, of up to so many bytes. @returns null where nothing is there */
  const read = async (key: string, expected: number): Promise<Answer | null> => {
    spent.requests += 1;
    const answer = await sender.send({ method: 'GET', key, headers: {}, payload: undefined, expected });
    if (answer.status === 200) return answer;
    // Only what the store says is not there is not there.
    if ((await good(answer)) !== null) throw sender.refusal(answer, '');
    return null;
  };

  /** An answer that was good, with its text. @returns null where nothing is there */
  const good = async (answer: Answer, limit = LIST_BYTES): Promise<{ answer: Answer; text: Buffer } | null> => {
    const text = await answer.read(limit);
    const failed = answer.status >= 300 || text.subarray(0, 200).includes('<Error>') ? errorIn(text.toString('utf8')) : null;
    if (answer.status === 404 && failed !== 'NoSuchBucket') return null;
    if (answer.status >= 300 || failed !== null) throw sender.refusal(answer, failed ?? '');
    return { answer, text };
  };

  return {
    put: (key, headers, content) =>
      patiently(async () => {
        const [payload, sums] = payloadOf(content);
        if (payload.size > PUT_BYTES) throw new Trouble('store-failed', words.tooLarge(key));
        const done = await good(await ask('PUT', key, { ...headers }, payload));
        if (done === null) throw new Trouble('store-failed', words.answers('404', ''));
        spent.puts += 1;
        spent.bytes += payload.size;
        const { sha256, md5 } = sums();
        if (sha256 !== payload.sha256) throw new Trouble('altered', words.changed(key));
        return { etag: done.answer.headers.etag ?? null, md5 };
      }),

    copy: (from, key, headers, etag) =>
      patiently(async () => {
        const source = `/${config.bucket}/${encodedKey(from)}`;
        const answer = await ask('PUT', key, {
          ...headers,
          'x-amz-copy-source': source,
          'x-amz-metadata-directive': 'REPLACE',
          ...(etag !== null && { 'x-amz-copy-source-if-match': etag }),
        });
        if (answer.status === 412) {
          await answer.read(LIST_BYTES);
          return null;
        }
        const done = await good(answer);
        if (done === null) return null;
        spent.copies += 1;
        return { etag: copiedEtag(done.text.toString('utf8')), md5: null };
      }),

    get: (key, limit) =>
      patiently(async () => {
        const answer = await read(key, limit);
        return answer && answer.read(limit);
      }),

    hash: (key, size) =>
      patiently(async () => {
        const answer = await read(key, size);
        if (answer === null) return null;
        const hash = createHash('sha256');
        try {
          await answer.each(size, (chunk) => hash.update(chunk));
        } catch (error) {
          if (error instanceof Trouble && error.code === 'too-long') return null;
          throw error;
        }
        return hash.digest('hex');
      }),

    async list(prefix, delimiter = null, most = MOST_PAGES, after) {
      const [objects, prefixes]: [Listed[], string[]] = [[], []];
      let marker: string | null = after ?? null;
      for (let pages = 1; ; pages++) {
        const query = new URLSearchParams({
          prefix,
          'encoding-type': 'url',
          ...(delimiter && { delimiter }),
          ...(marker !== null && { marker }),
        });
        spent.lists += 1;
        const page = await patiently(async () => {
          const answer = await read(`?${query.toString().replaceAll('+', '%20')}`, EXPECTED_LIST_BYTES);
          const done = answer && (await good(answer));
          if (done === null) throw new Trouble('no-bucket', words.noBucket(config.bucket));
          return { ...parseList(done.text.toString('utf8')), at: Date.parse(done.answer.headers.date ?? '') };
        });
        objects.push(...page.objects);
        prefixes.push(...page.prefixes);
        if (page.next === null || pages >= most) return { objects, prefixes, at: page.at };
        if (page.next === marker || pages >= MOST_PAGES) throw new Trouble('store-failed', words.endless(prefix));
        marker = page.next;
      }
    },

    remove: (key) =>
      patiently(async () => {
        await good(await ask('DELETE', key));
      }),

    spent,
    close: () => sender.close(),
  };
}
