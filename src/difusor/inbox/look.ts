import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../format/limits.ts';
import { type DeliveryName, parseDeliveryName } from '../../format/naming.ts';
import { decodeUtf8 } from '../../format/text.ts';

/** One look at the inbox: what is there, in the order in which it is taken. */

export interface Waiting {
  /** the folder's name, escaped where it is no text */
  readonly name: string;
  /** its path, in bytes where the name is no text */
  readonly path: string | Buffer;
  /** what the name announces, or null for what does not belong */
  readonly announces: DeliveryName | null;
}

/**
 * Of what can't be good now, no more than this of each kind (deliveries out of turn, names of no delivery) is dealt with
 * in one look, so that junk can't hold up a delivery; nor one kind, which may lie there incomplete for ever, the other.
 */
const OTHERS_AT_ONCE = 100;

/** How far past the newest corte a number may be and still be looked at in its turn: names cost nothing to make. */
const AHEAD = 1000;

/** Names that begin with a dot are being uploaded; one that nobody finished in this time is junk. */
const UPLOAD_HOURS = 24;

/** Of the names that begin with a dot, the age of no more than this is asked for in one look. */
const UPLOADS_AT_ONCE = 1000;

/**
 * @param now the clock, ms
 * @param heads the number of the newest corte of each phase that the newest trust document lists
 * @returns trust documents by version, then cortes by number, then some of what is none of the two
 */
export async function lookInto(inbox: string, now: number, heads: ReadonlyMap<string, number>): Promise<Waiting[]> {
  const inTurn: Waiting[] = [];
  const outOfTurn: Waiting[] = [];
  const junk: Waiting[] = [];
  let uploads = 0;
  // Bytes: a name that is not UTF-8 would otherwise come back altered, and could never be moved out of the way.
  for await (const entry of await fs.opendir(inbox, { encoding: 'buffer' as BufferEncoding })) {
    const raw = entry.name as unknown as Buffer;
    const text = decodeUtf8(raw);
    const announces = text === null ? null : parseDeliveryName(text);
    if (announces && text !== null) {
      const waiting = { name: text, path: join(inbox, text), announces };
      if (isInTurn(announces, heads)) inTurn.push(waiting);
      // A trust document of this same look may bring its phase, so it keeps what it announces.
      else if (outOfTurn.length < OTHERS_AT_ONCE) outOfTurn.push(waiting);
    } else if (junk.length < OTHERS_AT_ONCE) {
      const path = Buffer.concat([Buffer.from(`${inbox}/`), raw]);
      if (raw[0] === 0x2e && (++uploads > UPLOADS_AT_ONCE || (await isRecent(path, now)))) continue;
      junk.push({ name: text ?? raw.toString('latin1'), path, announces: null });
    }
  }
  return [...inTurn.sort(byTurn), ...outOfTurn.sort(byTurn), ...junk];
}

function isInTurn(announces: DeliveryName, heads: ReadonlyMap<string, number>): boolean {
  if (announces.kind === 'trust') return announces.version <= LIMITS.trustDocuments;
  const head = heads.get(announces.phase);
  return head !== undefined && announces.number <= head + AHEAD;
}

function byTurn(a: Waiting, b: Waiting): number {
  const [x, y] = [a.announces as DeliveryName, b.announces as DeliveryName];
  if (x.kind !== y.kind) return x.kind === 'trust' ? -1 : 1;
  if (x.kind === 'trust') return x.version - (y as typeof x).version;
  return x.number - (y as typeof x).number || (a.name < b.name ? -1 : 1);
}

async function isRecent(path: Buffer, now: number): Promise<boolean> {
  try {
    // The account may set the one, to any hour, and not the other.
    const { mtimeMs, ctimeMs } = await fs.lstat(path);
    return now - Math.min(mtimeMs, ctimeMs) < UPLOAD_HOURS * 3600_000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
