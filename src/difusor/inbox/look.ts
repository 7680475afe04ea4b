import { promises as fs, type Stats } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../format/limits.ts';
import { type DeliveryName, parseDeliveryName } from '../../format/naming.ts';
import { decodeUtf8 } from '../../format/text.ts';
import { codeOf } from '../../format/thrown.ts';
import { TAKEN, type TakenThere } from '../state/taken-there.ts';

/** One look at the inbox: what is there, in the order in which it is taken. */

export interface Waiting {
  /** the folder's name, escaped where it is no text; what `cotejo traer` brought has its own (see {@link isOfTraer}) */
  readonly name: string;
  /** the inbox in which it lies */
  readonly inbox: string;
  /** its path, in bytes where the name is no text */
  readonly path: string | Buffer;
  /** what the name announces, or null for what does not belong */
  readonly announces: DeliveryName | null;
}

/**
 * What `cotejo traer` brings lies in an inbox of its own, and is told under names that no delivery of the IEC has: whatever
 * becomes of it says nothing of the IEC's, which may have the same name and be on its way at the same time.
 */
const OF_TRAER = 'traer/';

/** Whether a delivery, by the name under which it is told, came from `cotejo traer` and not from the IEC's account. */
export function isOfTraer(delivery: string): boolean {
  return delivery.startsWith(OF_TRAER);
}

/** A folder whose name is a delivery's. */
type Announced = Waiting & { readonly announces: DeliveryName };

/**
 * Of what can't be admitted now, at most this many of each of two kinds (deliveries out of turn, names of no delivery)
 * are dealt with in one look. So junk can't delay a delivery, and neither kind can crowd out the other.
 */
const OTHERS_AT_ONCE = 100;

/** How far past the newest corte a number may be and still be taken in its turn: anybody can make names at no cost. */
const AHEAD = 1000;

/** Names that begin with a dot are being uploaded; an upload that was not finished in this time is junk. */
const UPLOAD_HOURS = 24;

/** One look checks the age of at most this many names that begin with a dot. */
const UPLOADS_AT_ONCE = 1000;

/**
 * @param now the clock, ms
 * @param heads the number of the newest corte of each phase that the newest trust document lists
 * @param taken what is passed over
 * @returns trust documents by version, then cortes by number, then some of the rest
 */
export async function lookInto(
  inbox: string,
  now: number,
  heads: ReadonlyMap<string, number>,
  taken: Pick<TakenThere, 'has'>,
): Promise<Waiting[]> {
  const inTurn: Announced[] = [];
  const outOfTurn: Announced[] = [];
  const junk: Waiting[] = [];
  let uploads = 0;
  // Read as bytes: a name that is not UTF-8 would be altered by decoding, and could not be moved out of the way.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node takes this encoding, its types don't list it
  for await (const entry of await fs.opendir(inbox, { encoding: 'buffer' as BufferEncoding })) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types know of this encoding no better than above
    const raw = entry.name as unknown as Buffer;
    const text = decodeUtf8(raw);
    if (text?.startsWith(TAKEN) && taken.has(join(inbox, text))) continue;
    const announces = text === null ? null : parseDeliveryName(text);
    if (announces && text !== null) {
      const waiting = { name: text, inbox, path: join(inbox, text), announces };
      if (isInTurn(announces, heads)) inTurn.push(waiting);
      // A trust document of this same look may bring its phase, so it is not treated as junk.
      else if (outOfTurn.length < OTHERS_AT_ONCE) outOfTurn.push(waiting);
    } else if (junk.length < OTHERS_AT_ONCE) {
      const path = Buffer.concat([Buffer.from(`${inbox}/`), raw]);
      if (raw[0] === 0x2e && (++uploads > UPLOADS_AT_ONCE || (await isRecent(path, now)))) continue;
      junk.push({ name: text ?? raw.toString('latin1'), inbox, path, announces: null });
    }
  }
  return [...inTurn.sort(byTurn), ...outOfTurn.sort(byTurn), ...junk];
}

/**
 * The same for the inbox of `cotejo traer`, which need not be there. One that is no folder is as none: whoever owns it must
 * not lead us anywhere else.
 */
export async function lookIntoTraer(...[inbox, ...rest]: Parameters<typeof lookInto>): Promise<Waiting[]> {
  if (!(await isFolder(inbox))) return [];
  return (await lookInto(inbox, ...rest)).map((one) => ({ ...one, name: `${OF_TRAER}${one.name}` }));
}

/** Whether there is a folder of this path, and not a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  const seen = await fs.lstat(path).catch(() => null);
  return seen?.isDirectory() ?? false;
}

function isInTurn(announces: DeliveryName, heads: ReadonlyMap<string, number>): boolean {
  if (announces.kind === 'trust') return announces.version <= LIMITS.trustDocuments;
  const head = heads.get(announces.phase);
  return head !== undefined && announces.number <= head + AHEAD;
}

function byTurn(a: Announced, b: Announced): number {
  const [x, y] = [a.announces, b.announces];
  if (x.kind === 'trust') return y.kind === 'trust' ? x.version - y.version : -1;
  if (y.kind === 'trust') return 1;
  return x.number - y.number || (a.name < b.name ? -1 : 1);
}

/** Whether an upload is young, or still written to: its folder does not show that, and the clock may have jumped. */
async function isRecent(path: Buffer, now: number): Promise<boolean> {
  const upload = await seenAt(path);
  if (upload === null) return true; // it may have got its name, or be taken back
  if (isChangedLately(upload, now)) return true;
  // Nothing is looked for behind a link: it may lead anywhere, also to itself.
  const inside = upload.isDirectory() ? await seenAt(Buffer.concat([path, Buffer.from('/corte.tar.gz')])) : null;
  return inside !== null && isChangedLately(inside, now);
}

/** The account may set the one time, to any hour, and not the other. */
function isChangedLately({ mtimeMs, ctimeMs }: Stats, now: number): boolean {
  return now - Math.min(mtimeMs, ctimeMs) < UPLOAD_HOURS * 3600_000;
}

/**
 * @returns null where nothing is there, or the system does not let us see it, for whatever reason: one name must not keep us
 *   from the others
 */
async function seenAt(path: Buffer): Promise<Stats | null> {
  try {
    return await fs.lstat(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}
