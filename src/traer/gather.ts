import { createHash } from 'node:crypto';
import { Transient } from '../audit/source/http-get.ts';
import { ToldError } from '../format/said.ts';
import { Silent } from './blame.ts';
import { gatherWhole } from './gather-whole.ts';
import type { Gathered, Gathering, GatherPlan } from './gathering.ts';
import { type Piece, type Pieces, TOGETHER_AFTER } from './pieces.ts';
import { NoRanges, type SiteReads } from './site.ts';
import { words } from './words.ts';

/** Gathers the pieces of one package from several mirrors at the same time. */

/** Requests to one mirror at the same time: while one piece comes, the next is on its way. */
const AT_ONCE = 2;
/** So often a mirror's connection may break in a row. */
const BROKEN = 3;
/** ms after which is looked again whether a piece may be fetched from a second mirror. */
const LOOK_AGAIN = 500;

/**
 * @param keep writes a piece where it belongs; called once for each
 * @throws ToldError where no mirror is left and pieces are missing; Error where `keep` fails or `stop` ends it
 */
export async function gather(
  plan: GatherPlan,
  pieces: Pieces,
  keep: (piece: Piece, content: Uint8Array) => Promise<void>,
): Promise<Gathering> {
  const { sites, failed, stop, place, bytes, elapsed, silences } = plan;
  const from = new Map<number, Gathered>();
  const out = new Set<SiteReads>();
  const wholeOnly = new Set<SiteReads>();
  const leaving = new Map<number, Set<() => void>>();
  const gong = newGong();
  const over = new AbortController();
  const leaveAll = () => {
    for (const ones of leaving.values()) for (const leave of ones) leave();
    gong.ring();
  };
  stop.addEventListener('abort', leaveAll);

  /** @returns null where it is wanted no more before the mirror has answered at all: that is not waited for */
  async function bring(site: SiteReads, piece: Piece, came: (bytes: number) => void): Promise<Uint8Array | null> {
    let leaveNow = () => {};
    const left = new Promise<null>((resolve) => {
      leaveNow = () => resolve(null);
    });
    const leave = () => leaveNow();
    const ones = leaving.get(piece.index) ?? new Set();
    leaving.set(piece.index, ones.add(leave));
    try {
      const asked = site.part(place, piece.from, piece.bytes, bytes);
      const answer = await Promise.race([asked, left]);
      if (answer === null) {
        void asked.then(
          (late) => late.leave(),
          () => {},
        );
        return null;
      }
      leaveNow = answer.leave;
      const content = Buffer.allocUnsafe(piece.bytes);
      let at = 0;
      for await (const part of answer.body) {
        content.set(part, at);
        at += part.length;
        came(part.length);
        if (stop.aborted || over.signal.aborted || pieces.isDone(piece.index)) answer.leave();
      }
      return content;
    } finally {
      ones.delete(leave);
    }
  }

  async function work(site: SiteReads): Promise<void> {
    const key = site.mirror.base.href;
    let broken = 0;
    while (!stop.aborted && !over.signal.aborted && !out.has(site) && !pieces.isWhole()) {
      const piece = pieces.take(key, elapsed());
      if (piece === null) {
        if (out.size === sites.length) return;
        await gong.wait(LOOK_AGAIN);
        continue;
      }
      const began = elapsed();
      let came = 0;
      const count = (part: number) => {
        came += part;
        silences.spoke(site);
        plan.came(site, part);
      };
      try {
        const content = await bring(site, piece, count);
        if (content === null) {
          pieces.failed(piece.index, key);
          noteLoss(site, piece, began);
          continue;
        }
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
          if (came === 0) noteLoss(site, piece, began);
          continue;
        }
        broken += 1;
        if (error instanceof Transient && broken < BROKEN) continue;
        if (!out.has(site) && !(error instanceof NoRanges)) failed(site, error);
        if (error instanceof NoRanges) wholeOnly.add(site);
        out.add(site);
      } finally {
        gong.ring();
      }
    }
  }

  /** Another gave the whole piece, and this one not a byte of it. By a few ms that says nothing of it. */
  function noteLoss(site: SiteReads, piece: Piece, began: number): void {
    if (stop.aborted || over.signal.aborted || out.has(site) || elapsed() - began < TOGETHER_AFTER) return;
    if (from.get(piece.index)?.site === site || !silences.lost(site)) return;
    out.add(site);
    failed(site, new Silent(words.silent(site.mirror.name)));
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

/** Wakes all that wait. */
function newGong(): { wait(ms: number): Promise<void>; ring(): void } {
  let waiting: (() => void)[] = [];
  return {
    /** No longer than so many ms. */
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
    ring() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
