import type http from 'node:http';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToldError } from '../../format/said.ts';
import { newPace, type Pace, TOTAL, type Total } from '../check/pace.ts';
import { isGzipFile, isMovedToHttps, isStandIn, staysWithin } from '../check/web-answers.ts';
import { DIRECT, type Proxy, type ProxyFor } from './proxies.ts';
import { isProxysOwn, ProxyTrouble, refusedBy, shownProxy } from './proxy-trouble.ts';
import { senderOf } from './sender.ts';
import { encodingOf, TAKEN, unpacked } from './unpacked.ts';
import { whyOf } from './why.ts';
import { words } from './words.ts';

/**
 * GET as a mistrustful reader does it: a redirect is followed within the site that was named, or to the same host by
 * https; nothing is decompressed that was not asked for so, and a server that stalls, drips or is slow on the whole is left. Every failure to get
 * an answer is a plain Error: it says nothing of the chain.
 */

/** How patient a reader is. */
export interface ReaderPatience {
  /** milliseconds without a single byte, or without an answer, after which a request is given up */
  readonly stall: number;
  /** bytes per second below which an answer is given up, once `stall` has passed: no answer takes longer than its size by it */
  readonly slowest: number;
  /** of all answers together; the usual one, if absent */
  readonly total?: Total;
  /** how many times a request is tried where the connection broke or the server was busy */
  readonly tries: number;
  /** milliseconds before the second try; doubled before each further one */
  readonly pause: number;
}

export const READER_PATIENCE: ReaderPatience = { stall: 10_000, slowest: 4096, tries: 3, pause: 250 };
const MAX_REDIRECTS = 5;

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Where the answer came from, after redirects within the site. */
  readonly url: URL;
  /** whether the server sent it compressed; the body is unpacked then */
  readonly isPacked: boolean;
  /** The bytes, as they come or unpacked; ends in NotPacked where they can't be unpacked, and otherwise in an Error where the connection broke or the body is not as long as announced. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Leaves the rest of the body. */
  leave(): void;
}

/** The server sends elsewhere: an answer of its own, which some callers want to tell apart. */
export class RedirectElsewhere extends ToldError {
  override readonly name = 'RedirectElsewhere';
  readonly location: string;

  constructor(from: URL, location: string) {
    super(words.elsewhere(shownUrl(from), shownUrl(location)));
    this.location = location;
  }
}

/** What did not work may work at the next try: a broken connection, a busy server. */
export class Transient extends ToldError {
  override readonly name = 'Transient';
}

/** The server was slow for so long that no other try is worth it. */
export class TooSlow extends ToldError {
  override readonly name = 'TooSlow';
}

/** In which form a file is asked for. */
export type Form = 'identity' | 'compressed';

export interface Client {
  /**
   * One GET. The caller reads the body, or leaves it; how long an unpacked one may become is his to bound as he reads.
   * @param form what is asked for: the bytes as they are, if absent, or compressed, as a browser does
   * @throws RedirectElsewhere; Transient; Error, also where the servers that this client asked are too slow on the whole,
   *   and where the client is closed, or is closed before the answer begins
   */
  get(url: URL, headers?: Record<string, string>, form?: Form): Promise<Answer>;
  /** Runs a whole request, its body included, again as long as it fails with Transient. */
  patiently<T>(request: () => Promise<T>): Promise<T>;
  /** Where a server led that speaks https by now, or null: whoever named the address should hear of it. */
  movedTo(): URL | null;
  /** Ends what is under way, bodies that are being read included, and what waits for a connection. Nothing is asked after it. */
  close(): void;
}

/**
 * @param connections how many at once, to any one server
 * @param lookup finds a host's addresses; the system's way, if absent. It is not asked for a host that is an address, nor
 *   for a proxy
 * @param proxyFor which proxy an address is asked through, if any
 */
export function httpClient(
  connections: number,
  patience: ReaderPatience = READER_PATIENCE,
  lookup?: LookupFunction,
  proxyFor: ProxyFor = DIRECT,
): Client {
  const options = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' } as const;
  const pace = newPace(patience.total ?? TOTAL, () => performance.now());
  let movedTo: URL | null = null;
  /** what ends each request that was sent and is not answered whole */
  const underWay = new Set<() => void>();
  let isClosed = false;
  const sender = senderOf(options, lookup, { stall: patience.stall, pace, proxyFor });

  async function get(url: URL, headers: Record<string, string> = {}, form: Form = 'identity'): Promise<Answer> {
    let at = url;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = await getOnce(at, headers, form);
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status > 399 || answer.status === 304 || location === undefined) return answer;
      answer.leave();
      const next = URL.canParse(location, at.href) ? new URL(location, at) : null;
      if (!next || !staysWithin(at, next)) throw new RedirectElsewhere(at, next?.href ?? location);
      if (isMovedToHttps(at, next)) movedTo ??= next;
      at = next;
    }
    throw new ToldError(words.redirects(shownUrl(url), MAX_REDIRECTS));
  }

  function getOnce(url: URL, headers: Record<string, string>, form: Form): Promise<Answer> {
    return new Promise((resolve, reject) => {
      requirePace(pace, url);
      if (isClosed) throw new ToldError(words.closed);
      let endWait: (() => number) | undefined;
      const { request, clear, tunnel } = sender.send(url, { 'accept-encoding': form === 'compressed' ? TAKEN : form, ...headers });
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        const closed = new ToldError(words.closed);
        reject(closed); // Node does not tell of the end of a request that has no connection yet
        request.destroy(closed);
      };
      underWay.add(end);
      request.on('close', () => underWay.delete(end));
      // Timed from when it has a connection: waiting in our own queue is not the server's fault.
      request.on('socket', () => {
        timer = setTimeout(() => request.destroy(new ToldError(words.noAnswer)), patience.stall);
        endWait = pace.wait();
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        endWait?.();
        reject(broken(url, clear === null ? error : new ProxyTrouble(clear, whyOf(clear.host, error), true), tunnel));
      });
      request.on('response', (response) => {
        clearTimeout(timer);
        endWait?.();
        pace.answered();
        const status = response.statusCode ?? 0;
        if (clear !== null && isProxysOwn(status, response.headers)) {
          request.destroy();
          reject(broken(url, refusedBy(clear, status)));
          return;
        }
        const isNotice = isStandIn(status, (name) => response.headers[name]?.toString());
        if (clear !== null && status >= 502 && status <= 504 && !isNotice) {
          request.destroy();
          reject(new Transient(words.proxyOrSite(shownUrl(url), shownProxy(clear), status)));
          return;
        }
        const watch = (ms: number) => {
          timer = setTimeout(() => response.destroy(new ToldError(words.stalls)), ms);
        };
        response.on('error', () => clearTimeout(timer)); // the reader of the body gets the error
        const encoding = response.headers['content-encoding'];
        // Of a file that is compressed by itself many hosts say so: its bytes are the file's all the same.
        const isItsOwn = /^(x-)?gzip$/i.test(encoding ?? '') && isGzipFile(url.pathname);
        const packed = form === 'compressed' && !isItsOwn ? encodingOf(encoding) : null;
        if (encoding !== undefined && encoding !== 'identity' && !isItsOwn && packed === null) {
          request.destroy();
          reject(new ToldError(words.compresses(shownUrl(url), encoding)));
          return;
        }
        const body = bodyOf(url, response, patience, pace, watch, () => clearTimeout(timer));
        resolve({
          status,
          headers: response.headers,
          url,
          isPacked: packed !== null,
          body: packed === null ? body : unpacked(body, packed),
          leave: () => request.destroy(),
        });
      });
    });
  }

  async function patiently<T>(request: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Transient) || attempt >= patience.tries || isClosed) throw error;
        await sleep(patience.pause * 2 ** (attempt - 1));
      }
    }
  }

  return {
    get,
    patiently,
    movedTo: () => movedTo,
    close() {
      isClosed = true;
      sender.close();
      for (const end of underWay) end();
      underWay.clear();
    },
  };
}

async function* bodyOf(
  url: URL,
  response: http.IncomingMessage,
  { stall, slowest }: ReaderPatience,
  pace: Pace,
  watch: (ms: number) => void,
  unwatch: () => void,
): AsyncGenerator<Uint8Array> {
  let [bytes, waited] = [0, 0];
  let endWait = pace.wait();
  try {
    watch(stall);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      unwatch();
      waited += endWait(); // what we do with a part is not the server's time
      bytes += chunk.length;
      pace.came(chunk.length);
      requirePace(pace, url);
      if (waited > stall && bytes < (waited / 1000) * slowest) throw new ToldError(words.drips);
      yield chunk;
      watch(stall);
      endWait = pace.wait();
    }
    const announced = response.headers['content-length'];
    if (announced !== undefined && Number(announced) !== bytes) throw new ToldError(words.cut(bytes, announced));
  } catch (error) {
    throw error instanceof TooSlow ? error : broken(url, error);
  } finally {
    unwatch();
    endWait();
    response.destroy();
  }
}

function requirePace(pace: Pace, url: URL): void {
  const why = pace.exceeded();
  if (why !== null) throw new TooSlow(why.map((text) => `${shownUrl(url)}: ${text}`));
}

/** @param tunnel the proxy through which the site was asked, if any: what breaks there may be either's doing */
function broken(url: URL, error: unknown, tunnel: Proxy | null = null): Error {
  const why = whyOf(url.hostname, error);
  const isBetween = tunnel !== null && !(error instanceof ProxyTrouble);
  const text = (isBetween ? words.through(why, shownProxy(tunnel)) : why).map((reason) => `${shownUrl(url)}: ${reason}`);
  const isLasting = error instanceof ProxyTrouble && !error.mayPass;
  return isLasting ? new ToldError(text, { cause: error }) : new Transient(text, { cause: error });
}

/** An address without the credentials it may carry. */
export function shownUrl(url: URL | string): string {
  if (typeof url === 'string' && !URL.canParse(url)) return JSON.stringify(url.slice(0, 200));
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
