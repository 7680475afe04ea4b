import { createHash } from 'node:crypto';
import { Transient } from '../audit/source/http-get.ts';
import type { Hash } from '../format/hash.ts';
import { ToldError } from '../format/said.ts';
import type { Piece, Pieces } from './pieces.ts';
import { type Claim, NoRanges, type SiteReads } from './site.ts';
import { words } from './words.ts';

/** Gathers the pieces of one package from several mirrors at the same time. */

/** By the piece's index: who gave it, and the hash of what came. `out` are those that were left. */
export interface Gathering extends ReadonlyMap<number, { readonly site: SiteReads; readonly sha256: Hash }> {
  readonly out: ReadonlySet<SiteReads>;
}

export interface GatherPlan {
  readonly place: Claim;
  /** of the whole package */
  readonly bytes: number;
  /** those that say they have it, the best first */
  readonly sites: readonly SiteReads[];
  /** tells why a mirror is not asked for more of it */
  readonly failed: (site: SiteReads, error: unknown) => void;
  /** bytes that came, and of whom */
  readonly came: (site: SiteReads, bytes: number) => void;
  /** aborted where it is wanted no more */
  readonly stop: AbortSignal;
}

/** Requests to one mirror at the same time: while one piece comes, the next is on its way. */
const AT_ONCE = 2;
/** So often a mirror's connection may break in a row. */
const BROKEN = 3;

/**
 * @param keep writes a piece where it belongs; called once for each
 * @throws ToldError where no mirror is left and pieces are missing; Error where `keep` fails or `stop` ends it
 */
export async function gather(
  plan: GatherPlan,
  pieces: Pieces,
  keep: (piece: Piece, content: Uint8Array) => Promise<void>,
): Promise<Gathering> {
  const { sites, failed, came, stop, place, bytes } = plan;
  const from = new Map<number, { site: SiteReads; sha256: Hash }>();
  const out = new Set<SiteReads>();
  const wholeOnly = new Set<SiteReads>();
  const leaving = new Map<number, Set<() => void>>();
  const bell = newBell();
  const over = new AbortController();
  const leaveAll = () => {
    for (const ones of leaving.values()) for (const leave of ones) leave();
    bell.ring();
  };
  stop.addEventListener('abort', leaveAll);

  async function bring(site: SiteReads, piece: Piece): Promise<Uint8Array> {
    const answer = await site.part(place, piece.from, piece.bytes, bytes);
    const ones = leaving.get(piece.index) ?? new Set();
    leaving.set(piece.index, ones.add(answer.leave));
    try {
      const content = Buffer.allocUnsafe(piece.bytes);
      let at = 0;
      for await (const part of answer.body) {
        content.set(part, at);
        at += part.length;
        came(site, part.length);
        if (stop.aborted || over.signal.aborted || pieces.isDone(piece.index)) answer.leave();
      }
      return content;
    } finally {
      ones.delete(answer.leave);
    }
  }

  async function work(site: SiteReads): Promise<void> {
    const key = site.mirror.base.href;
    let broken = 0;
    while (!stop.aborted && !over.signal.aborted && !out.has(site) && !pieces.isWhole()) {
      const piece = pieces.take(key, performance.now());
      if (piece === null) {
        if (out.size === sites.length) return;
        await bell.wait();
        continue;
      }
      try {
        const content = await bring(site, piece);
        broken = 0;
        if (!pieces.done(piece.index)) continue;
        from.set(piece.index, { site, sha256: createHash('sha256').update(content).digest('hex') });
        await keep(piece, content);
        for (const leave of leaving.get(piece.index) ?? []) leave();
      } catch (error) {
        pieces.failed(piece.index, key);
        // We left it ourselves: another mirror was faster, or it is wanted no more.
        if (stop.aborted || over.signal.aborted || pieces.isDone(piece.index)) {
          if (from.get(piece.index)?.site === site) throw error;
          continue;
        }
        broken += 1;
        if (error instanceof Transient && broken < BROKEN) continue;
        if (!out.has(site) && !(error instanceof NoRanges)) failed(site, error);
        if (error instanceof NoRanges) wholeOnly.add(site);
        out.add(site);
      } finally {
        bell.ring();
      }
    }
  }

  try {
    await Promise.all(sites.flatMap((site) => Array.from({ length: AT_ONCE }, () => work(site))));
    stop.throwIfAborted();
    if (pieces.isWhole()) return Object.assign(from, { out });
    const [site] = wholeOnly;
    if (!site || pieces.count === 1) throw new ToldError(words.nobodyHas(`${place.phase} ${place.number}`));
    return await gatherWhole(plan, site, pieces, from, keep);
  } finally {
    stop.removeEventListener('abort', leaveAll);
    over.abort(); // where one failed for reasons of this machine, the others end too
    leaveAll();
  }
}

/** A mirror that gives no parts of a file gives the whole, in one piece as it comes. */
async function gatherWhole(
  { place, bytes, came, failed, stop }: GatherPlan,
  site: SiteReads,
  pieces: Pieces,
  from: Map<number, { site: SiteReads; sha256: Hash }>,
  keep: (piece: Piece, content: Uint8Array) => Promise<void>,
): Promise<Gathering> {
  try {
    const { body, leave } = await site.part(place, 0, bytes, bytes);
    const end = () => leave();
    stop.addEventListener('abort', end, { once: true });
    let index = 0;
    let content = Buffer.allocUnsafe(pieces.piece(0).bytes);
    let at = 0;
    for await (const part of body) {
      came(site, part.length);
      for (let done = 0; done < part.length; ) {
        const taken = part.subarray(done, done + content.length - at);
        content.set(taken, at);
        done += taken.length;
        at += taken.length;
        if (at < content.length) continue;
        if (pieces.done(index)) {
          from.set(index, { site, sha256: createHash('sha256').update(content).digest('hex') });
          await keep(pieces.piece(index), content);
        }
        index += 1;
        at = 0;
        if (index < pieces.count) content = Buffer.allocUnsafe(pieces.piece(index).bytes);
      }
    }
    stop.removeEventListener('abort', end);
  } catch (error) {
    stop.throwIfAborted();
    failed(site, error);
    throw new ToldError(words.nobodyHas(`${place.phase} ${place.number}`), { cause: error });
  }
  return Object.assign(from, { out: new Set<SiteReads>() });
}

/** Wakes all that wait. */
function newBell(): { wait(): Promise<void>; ring(): void } {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => void waiting.push(resolve)),
    ring() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
