import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { AwsV4Signer } from 'aws4fetch';
import { type Hash, hashOf } from '../../format/hash.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import type { Credentials, EspejoConfig } from '../config.ts';
import { Trouble } from '../trouble.ts';
import { words } from '../words.ts';
import { Passing, type Patience } from './patience.ts';

/** One signed request to a store over a connection that is kept, and what its refusals mean. */

export interface Payload {
  readonly size: number;
  readonly sha256: Hash;
  readonly chunks: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** is given each part as it is sent */
  readonly taken: (chunk: Uint8Array) => void;
}

interface Request {
  readonly method: string;
  /** of the object; with a question mark before it, of the bucket itself */
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Payload | undefined;
  /** bytes that the answer may bring, so that a large one has its time; a few where none is given */
  readonly expected?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The whole body. @throws Trouble `too-long` where it has over `limit` bytes; others where it does not come whole */
  read(limit: number): Promise<Buffer>;
  /** As {@link read}, part by part. */
  each(limit: number, take: (chunk: Buffer) => void): Promise<void>;
}

/** ms; a longer one would end at once */
const LONGEST_TIMER = 2 ** 31 - 1;
/** A request that came too slowly, that met another one for the same name, or that came too early. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425]);
const NOTHING = hashOf(new Uint8Array());

export interface Sender {
  send(request: Request): Promise<Answer>;
  /** What an answer means that is not the one that was asked for. @param code of the answer's XML, or `''` */
  refusal(answer: Answer, code: string): Trouble;
  close(): void;
}

export function newSender(
  {
    endpoint,
    region,
    bucket,
    addressing,
    connections,
  }: Pick<EspejoConfig, 'endpoint' | 'region' | 'bucket' | 'addressing' | 'connections'>,
  credentials: () => Promise<Credentials>,
  { stall, slowest }: Patience,
  stop: AbortSignal,
): Sender {
  // Each request that is under way listens to it.
  setMaxListeners(0, stop);
  const base = new URL(endpoint);
  if (addressing === 'host') base.hostname = `${bucket}.${base.hostname}`;
  else base.pathname += `${bucket}/`;
  const secure = base.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' } as const;
  const agent = secure ? new https.Agent(options) : new http.Agent(options);
  const start: typeof http.request = secure ? https.request : http.request;
  const cache = new Map<string, ArrayBuffer>();

  async function send({ method, key, headers, payload, expected = 0 }: Request): Promise<Answer> {
    const url = key.startsWith('?') ? `${base.href}${key}` : `${base.href}${encodedKey(key)}`;
    const keys = await credentials();
    const signed = await new AwsV4Signer({
      method,
      url,
      headers: { ...headers, 'x-amz-content-sha256': payload?.sha256 ?? NOTHING },
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      ...(keys.sessionToken !== null && { sessionToken: keys.sessionToken }),
      service: 's3',
      region,
      cache,
    }).sign();
    const sent = {
      ...Object.fromEntries(signed.headers),
      'user-agent': 'cotejo',
      ...(method === 'PUT' && { 'content-length': String(payload?.size ?? 0) }),
    };
    return new Promise((resolve, reject) => {
      const request = start(signed.url, { method, agent, headers: sent, signal: stop });
      const fail = (error: unknown) => reject(broken(error, stop));
      let total: NodeJS.Timeout | undefined;
      request.on('socket', () => {
        // Timed from when it has a connection: waiting in our own queue is not the store's fault.
        total ??= setTimeout(
          () => request.destroy(new ToldError(words.stalls)),
          Math.min(stall + (((payload?.size ?? 0) + expected) / slowest) * 1000, LONGEST_TIMER),
        );
      });
      request.setTimeout(stall, () => request.destroy(new ToldError(words.stalls)));
      request.on('error', fail);
      request.on('close', () => clearTimeout(total));
      request.on('response', (response) => {
        const each = (limit: number, take: (chunk: Buffer) => void) => takeAll(request, response, limit, take, stop);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          each,
          async read(limit) {
            const chunks: Buffer[] = [];
            await each(limit, (chunk) => chunks.push(chunk));
            return Buffer.concat(chunks);
          },
        });
      });
      if (payload) write(request, payload).catch((error: unknown) => request.destroy(error instanceof Error ? error : undefined));
      else request.end();
    });
  }

  return {
    send,
    refusal({ status, headers }, code) {
      const shown = code === '' ? String(status) : code;
      if (status === 503 || status === 429 || code === 'SlowDown') {
        return new Passing('busy', words.busy(String(status), code), Number(headers['retry-after'] ?? 0) * 1000 || 0);
      }
      if (status >= 500 || PASSING.has(status) || code === 'InternalError' || code === 'RequestTimeout') {
        return new Passing('busy', words.answers(String(status), code));
      }
      if (code === 'RequestTimeTooSkewed') return new Trouble('clock', words.clock(shown));
      if (code === 'NoSuchBucket') return new Trouble('no-bucket', words.noBucket(bucket));
      if (code === 'AccessDenied' || code === 'AllAccessDisabled') return new Trouble('denied', words.denied(shown));
      if (status === 401 || status === 403 || /Token/.test(code)) return new Trouble('credentials', words.credentials(shown));
      return new Trouble('store-failed', words.answers(String(status), code));
    },
    close: () => agent.destroy(),
  };
}

async function write(request: http.ClientRequest, { chunks, taken }: Payload): Promise<void> {
  for await (const chunk of chunks()) {
    if (request.destroyed) return;
    taken(chunk);
    if (!request.write(chunk)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          request.off('drain', go).off('close', go);
          resolve();
        };
        request.on('drain', go).on('close', go);
      });
    }
  }
  request.end();
}

async function takeAll(
  request: http.ClientRequest,
  response: http.IncomingMessage,
  limit: number,
  take: (chunk: Buffer) => void,
  stop: AbortSignal,
): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw new Trouble('too-long', words.tooLong);
      take(chunk);
    }
  } catch (error) {
    request.destroy();
    throw error instanceof Trouble ? error : broken(error, stop);
  }
}

/** A connection that broke is tried again; one that we ended ourselves is not. */
function broken(error: unknown, stop: AbortSignal): unknown {
  if (stop.aborted || error instanceof Trouble) return error;
  return new Passing('connection-lost', words.lost(saidBy(error)));
}

/** An object's name as it stands in an address. */
export function encodedKey(key: string): string {
  return key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');
}
