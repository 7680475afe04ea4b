import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readCorte } from '../../chain/chain-folder.ts';
import { sixDigits } from '../../format/naming.ts';
import { pointerOf, pointerText } from '../../format/pointer.ts';
import { KEEP_NOT, SHORTLY, STRICT, say, sendText } from './say.ts';
import type { Exchange } from './send-public.ts';
import { lookOf, type ShownCorte, type ShownNow, shownCorte } from './shown.ts';
import type { Site } from './site.ts';

/** Cortes at addresses of their own, for as long as their trees are kept, and the pointer that tells the newest one's. */

/**
 * A corte by its number; null where its tree is not kept, `busy` where so many are asked for in turn that their lists
 * can't be read anew for each. @throws Error, Refusal where the chain can't be read
 */
export type LookAt = (phase: string, number: number) => Promise<ShownCorte | 'busy' | null>;

/** How many lists of files are held in memory: readers are on the newest corte and on the one before it. */
const HELD = 3;
/** After a list was read no other is for so many times as long as that took: strangers cost the others' readers a quarter. */
const REST = 3;
/** How long a request waits for its turn, and how often it looks, ms. */
const PATIENCE_MS = 3000;
const AGAIN_MS = 25;

export function newLookAt(site: Pick<Site, 'chain' | 'trees' | 'compressed'>): LookAt {
  const { chain, trees } = site;
  const held = new Map<string, ShownCorte>();
  const reading = new Map<string, Promise<ShownCorte>>();
  let rested = 0;
  return async (phase, number) => {
    const tree = join(trees, phase, sixDigits(number));
    if (!statSync(tree, { throwIfNoEntry: false })?.isDirectory()) return null;
    const look = lookOf(tree);
    const since = performance.now();
    for (;;) {
      const known = held.get(look);
      if (known) {
        // The one that was asked for last goes last.
        held.delete(look);
        held.set(look, known);
        return known;
      }
      const underWay = reading.get(look);
      if (underWay) return underWay;
      if (reading.size === 0 && performance.now() >= rested) break;
      if (performance.now() - since > PATIENCE_MS) return 'busy';
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    const began = performance.now();
    const corte = readCorte(chain, phase, number).then((read) => shownCorte(read, tree, site));
    reading.set(look, corte);
    try {
      held.set(look, await corte);
    } finally {
      reading.delete(look);
      rested = performance.now() + REST * (performance.now() - began);
    }
    for (const oldest of [...held.keys()].slice(0, -HELD)) held.delete(oldest);
    return corte;
  };
}

/** @param site the address of the folder in which the pointer stands */
export function sendPointer({ response }: Exchange, phase: string, shown: ShownNow | null, site: string): void {
  if (shown === null) return say(response, 404);
  const newest = shown.kind === 'corte' ? shown : shown.newest;
  const told = newest && { number: newest.statement.number, corte: newest.sha256, taken_at: newest.statement.taken_at };
  const text = pointerText(pointerOf(phase, shown.kind, told, site));
  sendText(response, 200, { ...SHORTLY, ...STRICT, 'Content-Type': 'application/json' }, text);
}

/** For a number that nobody may be told of yet, or no more: nobody keeps that it was not there. */
export function sayGone({ response }: Exchange): void {
  say(response, 404, KEEP_NOT);
}
