import { createHash } from 'node:crypto';
import { ToldError } from '../format/said.ts';
import type { Gathered, Gathering, GatherPlan } from './gathering.ts';
import type { Piece, Pieces } from './pieces.ts';
import type { SiteReads } from './site.ts';
import { words } from './words.ts';

/**
 * A mirror that gives no parts of a file gives the whole, in one piece as it comes.
 * @throws ToldError where it did not give all of it; Error where `keep` fails or `stop` ends it
 */
export async function gatherWhole(
  { place, bytes, came, failed, stop }: GatherPlan,
  site: SiteReads,
  pieces: Pieces,
  from: Map<number, Gathered>,
  keep: (piece: Piece, content: Uint8Array) => Promise<void>,
): Promise<Gathering> {
  let isKeeping = false;
  try {
    const { body, leave } = await site.part(place, 0, bytes, bytes);
    const end = () => leave();
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) leave(); // while the mirror had not answered yet
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
          isKeeping = true;
          await keep(pieces.piece(index), content);
          isKeeping = false;
        }
        index += 1;
        at = 0;
        if (index < pieces.count) content = Buffer.allocUnsafe(pieces.piece(index).bytes);
      }
    }
    stop.removeEventListener('abort', end);
  } catch (error) {
    stop.throwIfAborted();
    if (isKeeping) throw error; // this machine's fault, and not the mirror's
    failed(site, error);
    throw new ToldError(words.nobodyHas(`${place.phase} ${place.number}`), { cause: error });
  }
  return Object.assign(from, { out: new Set<SiteReads>() });
}
