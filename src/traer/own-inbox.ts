import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { TraerRooms } from '../difusor/setup/config.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { syncFolder } from '../disk/durable.ts';
import { namesIn } from '../disk/names-in.ts';
import { removeWhole } from '../disk/remove.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { type DeliveryName, deliveryName, parseDeliveryName } from '../format/naming.ts';
import { parseStatement } from '../format/statement.ts';
import type { Head } from '../verdict/corte.ts';
import { OwnTrouble } from './blame.ts';
import { words } from './words.ts';

/**
 * Our side of the inbox: a folder is filled in `work`, where nobody looks, and gets its name in the inbox by one rename, as
 * the IEC's deliveries do.
 */
export interface OwnInbox {
  /** The deliveries that the daemon has not taken yet. */
  waiting(): Promise<ReadonlySet<string>>;
  /** What a corte says that waits there: we checked it before it got there. Null where it is gone. */
  head(phase: string, number: number): Promise<Head | null>;
  /** The folder in which a delivery is made; what an earlier try left in it is still there. */
  begin(name: DeliveryName): Promise<string>;
  /** Makes all of it durable, and delivers it. @param files what belongs to it besides the package, which is there */
  finish(name: DeliveryName, files: Readonly<Record<string, Uint8Array>>): Promise<void>;
  /** Removes what was being made of deliveries that are wanted no more. @param isWanted given its name, or whatever lies there */
  tidy(isWanted: (name: string) => boolean): Promise<void>;
  /** @throws OwnTrouble where the disk has no room for so many bytes, and the node's copies of them */
  requireRoom(bytes: number): Promise<void>;
}

/** What the disk must have left beside it all, bytes. */
const LEFT = 256 * 1024 ** 2;

export function ownInbox({ inbox, work }: TraerRooms): OwnInbox {
  const workOf = (name: DeliveryName) => join(work, deliveryName(name));
  return {
    waiting: async () => new Set((await namesIn(inbox)).filter((name) => parseDeliveryName(name) !== null)),
    async head(phase, number) {
      try {
        const file = join(inbox, deliveryName({ kind: 'corte', phase, number }), 'corte.json');
        const bytes = await readBounded(file, LIMITS.documentBytes);
        return { statement: parseStatement(bytes), sha256: hashOf(bytes) };
      } catch {
        return null; // taken meanwhile; where it was not, the node lacks it still
      }
    },
    async begin(name) {
      await fs.mkdir(workOf(name), { recursive: true, mode: 0o770 });
      return workOf(name);
    },
    async finish(name, files) {
      const folder = workOf(name);
      for (const [file, bytes] of Object.entries(files)) await writeSynced(join(folder, file), bytes);
      if (name.kind === 'corte') await syncFile(join(folder, 'corte.tar.gz'));
      // Whatever an earlier try left, be it cut short: with it the delivery would be malformed.
      const own = new Set([...Object.keys(files), ...(name.kind === 'corte' ? ['corte.tar.gz'] : [])]);
      await removeWhole(...(await namesIn(folder)).filter((left) => !own.has(left)).map((left) => join(folder, left)));
      // The daemon, in whose group this is, moves it away and looks into it.
      await fs.chmod(folder, 0o770);
      await syncFolder(folder);
      await fs.rename(folder, join(inbox, deliveryName(name)));
      await syncFolder(inbox);
    },
    async tidy(isWanted) {
      const old = (await namesIn(work)).filter((name) => !isWanted(name));
      await removeWhole(...old.slice(0, 1000).map((name) => join(work, name)));
    },
    async requireRoom(bytes) {
      const { bavail, bsize } = await fs.statfs(work);
      if (bavail * bsize < 3 * bytes + LEFT) throw new OwnTrouble(words.noRoom(work, bytes));
    },
  };
}

async function syncFile(file: string): Promise<void> {
  const handle = await fs.open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await fs.open(file, 'w', 0o640);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
