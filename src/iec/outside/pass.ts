import pLimit from 'p-limit';
import { isOwnWayOut } from '../link/own-way-out.ts';
import { isBad, type Seen } from '../record/seen.ts';
import type { Difusor } from '../setup/config.ts';
import { isOnTheWay } from './failure.ts';
import { type Glance, type Memory, NO_MEMORY } from './look.ts';
import { words } from './words.ts';

/** One pass over all sites, for who asks now and not all night. */

/** How many sites are looked at once. */
const AT_ONCE = 8;

/**
 * Looks at each; where something is bad, once more after a wait, since a corte may just have been replaced.
 * @param look throws Error where the IEC's own chain or record can't be read
 * @param wait until the second look: longer than a page may be kept
 * @param looked called after each look
 * @returns in the order of the Difusores
 */
export async function lookAtAll(
  difusores: readonly Difusor[],
  look: (difusor: Difusor, before: Memory) => Promise<Glance>,
  wait: () => Promise<void>,
  looked: () => void,
): Promise<Seen[]> {
  const limit = pLimit(AT_ONCE);
  const ask = (difusor: Difusor, before: Memory) =>
    limit(async () => {
      const glance = await look(difusor, before).catch((error: unknown) => {
        limit.clearQueue(); // without the IEC's own record no look says anything
        throw error;
      });
      looked();
      return glance;
    });
  const first = await Promise.all(difusores.map((one) => ask(one, NO_MEMORY)));
  if (first.some(({ seen }) => isBad(seen.state))) await wait();
  const second = await Promise.all(
    first.map((glance, i) =>
      isBad(glance.seen.state) ? ask(difusores[i]!, { ...glance.memory, etag: null }) : Promise.resolve(glance),
    ),
  );
  return blamingNobody(second.map(({ seen }) => seen));
}

/** Where almost nothing can be seen at once it says nothing of the sites. */
function blamingNobody(seen: readonly Seen[]): Seen[] {
  const failed = seen.filter(({ state }) => isOnTheWay(state)).length;
  if (!isOwnWayOut(failed, seen.length)) return [...seen];
  const detail = words.ownWayOut(failed, seen.length);
  return seen.map((one) => (isOnTheWay(one.state) ? { ...one, state: 'falla-del-iec', detail } : one));
}
