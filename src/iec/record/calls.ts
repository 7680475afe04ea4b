import { join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { lock } from '../../disk/lock.ts';
import { ToldError } from '../../format/said.ts';
import type { Episode } from './node-record.ts';
import { words } from './words.ts';

/**
 * Which Difusores were called about what is wrong with their nodes: `<panel>/llamadas.json`. It has a lock of its own, so
 * that a call is noted while `iec run` is at work on the panel. A call counts for the episode of trouble that it was
 * about, and for no other.
 */

const schema = v.object({
  /** as the configuration names it; episodes are counted anew in each */
  phase: v.string(),
  calls: v.pipe(
    v.array(
      v.object({
        /** `difusor/node` */
        node: v.string(),
        episode: v.object({ count: v.number(), since: v.string() }),
        /** when, with the election's offset */
        at: v.string(),
        note: v.string(),
      }),
    ),
    v.readonly(),
  ),
});

export type Call = v.InferOutput<typeof schema>['calls'][number];

/** A night's nodes, each with one call and a note. */
const BYTES = 1024 * 1024;

/**
 * @returns none for another phase's calls, and where there is no such list or it can't be read: the panel must not stop
 *   for want of it, and whoever misses a call makes it again
 */
export async function readCalls(panel: string, phase: string): Promise<readonly Call[]> {
  try {
    const bytes = await readIfThere(fileIn(panel), BYTES);
    if (bytes === null) return [];
    const { phase: of, calls } = v.parse(schema, JSON.parse(bytes.toString('utf8')));
    return of === phase ? calls : [];
  } catch {
    return [];
  }
}

/** The call about a node's present trouble; null where nobody has called, or about an earlier trouble only. */
export function callAbout(calls: readonly Call[], id: string, { count, since }: Episode): Call | null {
  if (since === null) return null;
  return calls.find(({ node, episode }) => node === id && episode.count === count && episode.since === since) ?? null;
}

/** Each change takes a moment; whoever holds the list longer has stopped while he did, ms. */
const HELD_MS = 10_000;

/**
 * Changes the list durably. Two at once wait for each other.
 * @param change gives the new list
 * @param heldMs how long another one is waited for
 * @throws Error where it can't be written, or another process holds it for longer: nothing is changed then
 */
export async function changeCalls(
  panel: string,
  phase: string,
  change: (before: readonly Call[]) => readonly Call[],
  heldMs = HELD_MS,
): Promise<void> {
  const stop = AbortSignal.timeout(heldMs);
  const held = await lock(join(panel, '.llamadas.lock'), { wait: true, stop }).catch((error: unknown) => {
    throw stop.aborted ? new ToldError(words.callsHeld(fileIn(panel), heldMs / 1000)) : error;
  });
  try {
    const calls = change(await readCalls(panel, phase));
    await writeDurably(fileIn(panel), `${JSON.stringify({ phase, calls }, null, 1)}\n`);
  } finally {
    await held?.release();
  }
}

function fileIn(panel: string): string {
  return join(panel, 'llamadas.json');
}
