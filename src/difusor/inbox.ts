import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { type DeliveryName, parseDeliveryName } from '../format/naming.ts';
import { decodeUtf8 } from '../format/text.ts';

/** One look at the inbox: what is there, in the order in which it is taken. */

export interface Waiting {
  /** the folder's name, escaped where it is no text */
  readonly name: string;
  /** its path, in bytes where the name is no text */
  readonly path: string | Buffer;
  /** what the name announces, or null for what does not belong */
  readonly announces: DeliveryName | null;
}

/** Of what does not belong, no more than this is dealt with in one look, so that junk can't hold up a delivery. */
const JUNK_AT_ONCE = 100;

/** Names that begin with a dot are being uploaded; one that nobody finished in this time is junk. */
const UPLOAD_HOURS = 24;

/**
 * @param now the clock, ms
 * @returns trust documents by version, then cortes by number, then some of what does not belong
 */
export async function look(inbox: string, now: number): Promise<Waiting[]> {
  const good: Waiting[] = [];
  const junk: Waiting[] = [];
  // Bytes: a name that is not UTF-8 would otherwise come back altered, and could never be moved out of the way.
  for await (const entry of await fs.opendir(inbox, { encoding: 'buffer' as BufferEncoding })) {
    const raw = entry.name as unknown as Buffer;
    const text = decodeUtf8(raw);
    const announces = text === null ? null : parseDeliveryName(text);
    if (announces && text !== null) good.push({ name: text, path: join(inbox, text), announces });
    else if (junk.length < JUNK_AT_ONCE && !(raw[0] === 0x2e && (await isRecent(inbox, raw, now)))) {
      junk.push({ name: text ?? raw.toString('latin1'), path: Buffer.concat([Buffer.from(`${inbox}/`), raw]), announces: null });
    }
  }
  return [...good.sort(byTurn), ...junk];
}

function byTurn(a: Waiting, b: Waiting): number {
  const [x, y] = [a.announces as DeliveryName, b.announces as DeliveryName];
  if (x.kind !== y.kind) return x.kind === 'trust' ? -1 : 1;
  if (x.kind === 'trust') return x.version - (y as typeof x).version;
  return x.number - (y as typeof x).number || (a.name < b.name ? -1 : 1);
}

async function isRecent(inbox: string, raw: Buffer, now: number): Promise<boolean> {
  try {
    const { mtimeMs } = await fs.lstat(Buffer.concat([Buffer.from(`${inbox}/`), raw]));
    return now - mtimeMs < UPLOAD_HOURS * 3600_000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
