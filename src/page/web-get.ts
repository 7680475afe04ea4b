import { concatBytes } from '@noble/hashes/utils.js';
import pLimit from 'p-limit';
import { newPace, TOTAL } from '../audit/check/pace.ts';
import { isMovedToHttps, isStandIn, staysWithin } from '../audit/check/web-answers.ts';
import { tooLarge } from '../format/refusal.ts';
import { WebTrouble } from './web-trouble.ts';

/**
 * GET as a mistrustful page does it: nothing is sent that tells who reads, nothing comes from the browser's store, no
 * more is read than was asked for, and a server that stalls, drips or is slow on the whole is left. It is the browser's
 * half of what audit/http-get.ts is to the command.
 */

/** How patient the page is; in milliseconds, and bytes per second once `stall` has passed. */
const PATIENCE = { stall: 10_000, slowest: 4096, tries: 3, pause: 250 };

/** As many as a browser opens to one server over HTTP/1.1. */
export const CONNECTIONS = 6;

export interface WebClient {
  /**
   * @param most bytes; the body is cut one chunk after them, and `take` never sees more than that chunk
   * @returns the content type, or null where there is no such file (404, 410)
   * @throws WebTrouble; the signal's reason where the reader cancelled; whatever `take` throws
   */
  stream(url: URL, take: (chunk: Uint8Array) => void | Promise<void>, start: () => void): Promise<string | null>;
  /**
   * A whole small file.
   * @throws Refusal `too-large` as soon as more than `limit` bytes came; as {@link stream}
   */
  read(url: URL, path: string, limit: number): Promise<Uint8Array | null>;
  /** Whether a server led to https though http was named. */
  hasMoved(): boolean;
}

type Priority = 'auto' | 'low';

/**
 * @param onBytes is called with the length of all that comes in
 * @param priority `low` for what may wait until the browser has nothing else to fetch
 */
export function webClient(signal: AbortSignal, onBytes: (bytes: number) => void, priority: Priority = 'auto'): WebClient {
  const turn = pLimit(CONNECTIONS);
  const pace = newPace(TOTAL, () => performance.now());
  let hasMoved = false;

  async function streamOnce(url: URL, take: (chunk: Uint8Array) => void | Promise<void>): Promise<string | null> {
    const request = new AbortController();
    const cancel = () => request.abort(signal.reason);
    signal.addEventListener('abort', cancel);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let endWait = pace.wait();
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(new WebTrouble('stalls', url)), PATIENCE.stall);
    };
    try {
      signal.throwIfAborted();
      if (pace.exceeded() !== null) throw new WebTrouble('drips', url);
      watch();
      const response = await open(url, request.signal, priority);
      pace.answered();
      if (response.status === 404 || response.status === 410) return null;
      hasMoved ||= isMovedToHttps(url, new URL(response.url));
      if (isStandIn(response.status, (name) => response.headers.get(name))) throw new WebTrouble('stand-in', url);
      if (response.status !== 200) throw new WebTrouble('status', url, String(response.status));
      let bytes = 0;
      let waited = 0;
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
        bytes += part.value.length;
        onBytes(part.value.length);
        waited += endWait(); // what the page does with a part is not the server's time
        pace.came(part.value.length);
        const isSlow = waited > PATIENCE.stall && bytes < (waited / 1000) * PATIENCE.slowest;
        if (isSlow || pace.exceeded() !== null) throw new WebTrouble('drips', url);
        clearTimeout(timer);
        await take(part.value);
        watch();
        endWait = pace.wait();
      }
      return response.headers.get('content-type') ?? '';
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (request.signal.aborted) throw request.signal.reason;
      if (error instanceof TypeError) throw new WebTrouble('cut', url, '', { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      endWait();
      signal.removeEventListener('abort', cancel);
      request.abort(); // whatever of the body is still to come
    }
  }

  async function stream(url: URL, take: (chunk: Uint8Array) => void | Promise<void>, start: () => void): Promise<string | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await turn(() => {
          start();
          return streamOnce(url, take);
        });
      } catch (error) {
        if (!isPassing(error) || attempt >= PATIENCE.tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, PATIENCE.pause * 2 ** (attempt - 1)));
      }
    }
  }

  return {
    hasMoved: () => hasMoved,
    stream,
    read: async (url, path, limit) => {
      let chunks: Uint8Array[] = [];
      let length = 0;
      const take = (chunk: Uint8Array) => {
        length += chunk.length;
        if (length > limit) throw tooLarge(path, limit);
        chunks.push(chunk);
      };
      const type = await stream(url, take, () => {
        chunks = [];
        length = 0;
      });
      if (type === null) return null;
      return concatBytes(...chunks);
    },
  };
}

/**
 * The answer, once its head is there. A browser does not say why there is none. A second request, which follows no
 * redirect, distinguishes a redirect to where this page may not read from a server that does not answer.
 */
async function open(url: URL, signal: AbortSignal, priority: Priority): Promise<Response> {
  const asked = { signal, priority, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', mode: 'cors' } as const;
  let response: Response;
  try {
    response = await fetch(url, asked);
  } catch (cause) {
    signal.throwIfAborted();
    const second = await fetch(url, { ...asked, redirect: 'manual' }).catch(() => null);
    const there = second?.type === 'opaqueredirect' ? await byHttps(url, asked) : null;
    if (there) return there;
    throw new WebTrouble(second?.type === 'opaqueredirect' ? 'elsewhere' : 'unreachable', url, '', { cause });
  }
  if (!staysWithin(url, new URL(response.url))) throw new WebTrouble('elsewhere', url, response.url);
  return response;
}

/** Most servers that lead from http to https let no page follow them; so the same host is asked by https. */
async function byHttps(url: URL, asked: RequestInit): Promise<Response | null> {
  if (url.protocol !== 'http:' || url.port !== '') return null;
  const there = new URL(url);
  there.protocol = 'https:';
  const response = await fetch(there, asked).catch(() => null);
  return response && staysWithin(url, new URL(response.url)) ? response : null;
}

/** What did not work may work at the next try. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof WebTrouble)) return false;
  if (error.trouble === 'status') return error.what === '429' || error.what.startsWith('5');
  return !['elsewhere', 'drips', 'stand-in'].includes(error.trouble);
}
