import { createHash } from 'node:crypto';
import { anchorTexts } from '../../../src/format/lector.ts';
import { tooLarge } from '../../../src/format/refusal.ts';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import type { Contents } from '../../../src/page/lector/contents.ts';
import { type Lector, openLector } from '../../../src/page/lector/lector.ts';
import type { TallyPlan } from '../../../src/page/lector/recibos/tally.ts';
import type { Store } from '../../../src/page/lector/store.ts';
import type { WebEquation } from '../../../src/page/web-equation.ts';
import type { WebClient } from '../../../src/page/web-get.ts';
import { WebTrouble } from '../../../src/page/web-trouble.ts';
import type { KitTrust } from '../../kit/election.ts';

/** The lector of one reader, without a browser: its mirrors are functions, its store a map and its clock a number. */

/** What a mirror answers; undefined for what it does not have. What it throws is the network's trouble. */
export type Site = (path: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

export interface Reader {
  readonly lector: Lector;
  readonly asked: string[];
  readonly contents: Contents;
  /** what the receipts are counted with */
  readonly tallyPlan: TallyPlan;
}

export interface ReaderPlan {
  readonly anchor: KitTrust;
  /** by host; https of that host is the mirror's address */
  readonly sites: Readonly<Record<string, Site>>;
  /** of them, those that the lector was built with; all if absent */
  readonly first?: readonly string[];
  readonly now: () => number;
  readonly store?: Store;
  readonly contents?: Contents;
  /** by how much its totals are shortened, where a test depends on their not being over; its pauses are by 100 in any case */
  readonly hurry?: number;
  /** the lector's own parts, where they are not those of the sources */
  readonly parts?: LectorParts;
}

export interface LectorParts {
  readonly openLector: typeof openLector;
  readonly WebTrouble: typeof WebTrouble;
  readonly tooLarge: typeof tooLarge;
}

export async function openReader(plan: ReaderPlan): Promise<Reader> {
  const { anchor, sites, now } = plan;
  const texts = anchorTexts(anchor);
  const parts = plan.parts ?? { openLector, WebTrouble, tooLarge };
  if (!texts) throw new Error('the anchor is no text');
  const asked: string[] = [];
  const clientFor = (signal: AbortSignal): WebClient => {
    const get = async (url: URL): Promise<Uint8Array | null> => {
      asked.push(url.href);
      const site = sites[url.host];
      if (!site) throw new parts.WebTrouble('unreachable', url);
      signal.throwIfAborted();
      const path = decodeURIComponent(url.pathname.slice(1));
      let end = () => {};
      const gone = new Promise<never>((_, reject) => {
        end = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        signal.addEventListener('abort', end);
      });
      try {
        return (await Promise.race([gone, site(path)])) ?? null;
      } finally {
        signal.removeEventListener('abort', end);
      }
    };
    return {
      hasMoved: () => false,
      async read(url, path, limit) {
        const bytes = await get(url);
        if (bytes && bytes.length > limit) throw parts.tooLarge(path, limit);
        return bytes;
      },
      async stream(url, take, start) {
        start();
        const bytes = await get(url);
        if (!bytes) return null;
        for (let at = 0; at < bytes.length; at += CHUNK) await take(bytes.subarray(at, at + CHUNK));
        return 'text/html';
      },
    };
  };
  const contents = plan.contents ?? memoryContents();
  const web: WebEquation = { equation: nodeEquation, prepare: () => Promise.resolve(), isNative: false };
  const timeout = (ms: number) => {
    const over = new AbortController();
    setTimeout(() => over.abort(new Error('late')), ms / (plan.hurry ?? FASTER));
    return over.signal;
  };
  const lector = await parts.openLector({
    config: {
      anchor: texts,
      mirrors: (plan.first ?? Object.keys(sites)).map((host) => ({ name: host, url: `https://${host}/` })),
      shell: 'ab'.repeat(32),
    },
    store: plan.store ?? memoryStore(),
    contentsFor: () => contents,
    web,
    hash: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
    clientFor,
    now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms / FASTER)),
    timeout,
    random: () => 0.5,
    language: 'es',
    isSecure: true,
    onChange: () => {},
  });
  const { publication } = lector;
  const breatherFor = (signal: AbortSignal) => () => Promise.resolve(signal.throwIfAborted());
  return { lector, asked, contents, tallyPlan: { publication, web, clientFor, breatherFor, now, timeout } };
}

/** The lector's patience is shortened by so much: its seconds are hundredths here. */
const FASTER = 100;
const CHUNK = 16 * 1024;

export function memoryStore(): Store & { readonly all: Map<string, unknown> } {
  const all = new Map<string, unknown>();
  return {
    all,
    get: (name) => Promise.resolve(structuredClone(all.get(name))),
    put: (name, value) => Promise.resolve(void all.set(name, structuredClone(value))),
    delete: (name) => Promise.resolve(void all.delete(name)),
    names: () => Promise.resolve([...all.keys()]),
    clear: () => Promise.resolve(all.clear()),
    keeps: () => true,
  };
}

export function memoryContents(): Contents & { readonly all: Map<string, Uint8Array<ArrayBuffer>> } {
  const all = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    all,
    get: (sha256) => Promise.resolve(all.get(sha256) ?? null),
    put: (sha256, bytes) => Promise.resolve(void all.set(sha256, bytes)),
    clear: () => Promise.resolve(all.clear()),
    keeps: () => true,
  };
}

/** A mirror that never answers. */
export const silent: Site = () => new Promise(() => {});
