import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { parseDeliveryName } from '../../format/naming.ts';
import type { Said } from '../../format/said.ts';
import { TAKEN } from '../state/taken-there.ts';
import { lackingIn } from './delivery.ts';
import { lookInto } from './look.ts';

/** What lies in the inbox under a delivery's name: what is about to be taken, and what is in the way of it. */
export interface WaitingDelivery {
  readonly delivery: string;
  /** a file that it needs and has not: then it goes aside after some minutes; null where it has them all */
  readonly lacks: Said | null;
  /** since when it looks as it does */
  readonly since: string;
}

/** How `iec push` calls an upload; behind the delivery's name may be a point, and what tells it from another upload of it. */
const UPLOAD = '.cotejo-';

/** So many are told: the first in their turn. */
const TOLD = 5;

/**
 * @param now the clock, ms
 * @param heads as in `lookInto`
 * @returns the first deliveries in the order in which they are taken; none where the inbox can't be looked at
 */
export async function waitingIn(inbox: string, now: number, heads: ReadonlyMap<string, number>): Promise<WaitingDelivery[]> {
  const told: WaitingDelivery[] = [];
  try {
    for (const { name, path, announces } of await lookInto(inbox, now, heads, { has: () => true })) {
      if (announces === null || told.length >= TOLD) break;
      const seen = await fs.lstat(path).catch(() => null); // taken back, or taken
      if (seen === null) continue;
      told.push({ delivery: name, lacks: await lackingIn(String(path), announces), since: seen.ctime.toISOString() });
    }
  } catch {
    // The status has more to tell than this; who takes deliveries tells that he can't.
  }
  return told;
}

/** An upload in which nothing was written for so long is not under way any more, ms. */
const STILL_MS = 30_000;
/** So many names are looked at. */
const LOOKED_AT = 2000;

/**
 * What the IEC is bringing right now: uploads that grow have a name that begins so.
 * @param now the clock, ms
 * @returns the names that they will have
 */
export async function arrivingIn(inbox: string, now: number): Promise<string[]> {
  const found: string[] = [];
  try {
    let looked = 0;
    for await (const { name } of await fs.opendir(inbox)) {
      if (++looked > LOOKED_AT || found.length >= TOLD) break;
      const delivery = name.startsWith(UPLOAD) ? name.slice(UPLOAD.length).replace(/[.].*$/, '') : '';
      if (parseDeliveryName(delivery) === null) continue;
      const paths = [join(inbox, name), join(inbox, name, 'corte.tar.gz')];
      const seen = await Promise.all(paths.map((path) => fs.lstat(path).catch(() => null))); // taken, or not begun
      if (seen.some((one) => one !== null && now - one.mtimeMs < STILL_MS)) found.push(delivery);
    }
  } catch {
    // As above.
  }
  return found;
}

/** @returns how much lies in the inbox under the name of what was taken out of the way there: it takes the IEC's quota */
export async function takenIn(inbox: string): Promise<number> {
  let taken = 0;
  try {
    for await (const { name } of await fs.opendir(inbox)) if (name.startsWith(TAKEN)) taken += 1;
  } catch {
    // As above.
  }
  return taken;
}
