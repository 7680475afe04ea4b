import { isIP, type LookupFunction } from 'node:net';
import { isStandIn } from '../../audit/check/web-answers.ts';
import { type Answer, type Client, type Form, httpClient, type ReaderPatience } from '../../audit/source/http-get.ts';
import { DIRECT, type ProxyFor } from '../../audit/source/proxies.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { addressesOf, NAMES, type Names } from '../link/resolve.ts';
import { words } from './words.ts';

/** The mistrustful reader of audit/, with a total of bytes and of time for all that it does. */

export interface Bounds {
  /** for all that one client does, ms: a look has one client, and another for its files */
  readonly totalMs: number;
  /** of all bodies together; what is over it is not read */
  readonly bytes: number;
  /** of one request, ms, without a byte */
  readonly stallMs: number;
  readonly connections: number;
}

export const LOOK_BOUNDS: Bounds = { totalMs: 30_000, bytes: 8 * 1024 * 1024, stallMs: 8000, connections: 2 };

export interface BoundedClient extends Client {
  /** Whether so many bytes came that no more are read: what failed since says nothing of the site. */
  isFull(): boolean;
  /** the last answer by which the site said that it gives nothing now (429, or 5xx that is no notice); null where none did */
  busy(): number | null;
  /** what is still left of the total, bytes */
  left(): number;
}

/**
 * The caller closes it, which also ends what is under way.
 * @param signal ends it at once
 * @param proxyFor which proxy an address is asked through; who finds the host then is the proxy
 */
export function boundedClient(
  bounds: Bounds,
  signal?: AbortSignal,
  proxyFor: ProxyFor = DIRECT,
  names: Names = NAMES,
): BoundedClient {
  const patience: ReaderPatience = {
    stall: bounds.stallMs,
    slowest: 4096,
    total: { visit: bounds.totalMs, answer: 0, slowest: bounds.bytes },
    tries: 1,
    pause: 0,
  };
  const gone = new AbortController();
  const known = new Map<string, Addresses>();
  const client = httpClient(bounds.connections, patience, lookupAmong(known), proxyFor);
  const over = new Promise<never>((_, reject) => {
    gone.signal.addEventListener('abort', () => reject(new ToldError(words.tooMuchTime(bounds.totalMs / 1000))), { once: true });
  });
  over.catch(() => {}); // nobody may be waiting
  const end = () => {
    gone.abort();
    client.close();
  };
  const timer = setTimeout(end, bounds.totalMs);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  let left = bounds.bytes;
  let busy: number | null = null;

  /** A redirect that is followed stays with the host, so that its addresses are known. */
  async function getAt(url: URL, headers?: Record<string, string>, form?: Form): Promise<Answer> {
    const { hostname: host } = url;
    const isName = isIP(host.replace(/^\[|\]$/g, '')) === 0;
    if (isName && !known.has(host) && proxyFor(url) === null) known.set(host, await named(host));
    return client.get(url, headers, form);
  }

  async function named(host: string): Promise<Addresses> {
    try {
      return await addressesOf(host, names, gone.signal);
    } catch (cause) {
      throw new ToldError(saidBy(cause), { cause });
    }
  }

  async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      left -= chunk.length;
      if (left < 0) throw new ToldError(words.tooManyBytes(bounds.bytes));
      yield chunk;
    }
  }

  return {
    async get(url, headers, form) {
      if (left <= 0) throw new ToldError(words.tooManyBytes(bounds.bytes));
      const answer = await Promise.race([over, getAt(url, headers, form)]);
      const { status } = answer;
      if (isBusy(status) && !isStandIn(status, (name) => answer.headers[name]?.toString())) busy = status;
      return { ...answer, body: counted(answer.body) };
    },
    patiently: (request) => Promise.race([over, request()]),
    movedTo: () => client.movedTo(),
    isFull: () => left <= 0,
    busy: () => busy,
    left: () => Math.max(0, left),
    close() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      end();
    },
  };
}

function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

type Addresses = Awaited<ReturnType<typeof addressesOf>>;

/** Names without the system's own look-up: it runs on the threads that the disk needs too (see link/resolve.ts). */
function lookupAmong(known: ReadonlyMap<string, Addresses>): LookupFunction {
  return (host, { all = false }, done) => {
    const addresses = known.get(host) ?? [];
    const [first] = addresses;
    if (all) done(null, addresses);
    else done(null, first?.address ?? '', first?.family);
  };
}
