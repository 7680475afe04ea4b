import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { SelloName } from '../../format/sello.ts';
import { noteChecked } from './checked.ts';
import { asideFolder, disputedPlace, selloPlace } from './places.ts';

/** Where a token goes that was found good for a corte. */

/** To those that are published. @param corte the hash of its `corte.json` @throws Error where it can't be written */
export async function keepToken(folder: string, phase: string, name: SelloName, corte: Hash, token: Uint8Array): Promise<void> {
  await writeDurably(selloPlace(folder, phase, name), token);
  await noteChecked(folder, phase, name, corte, token);
}

/**
 * One whose hour does not agree with ours: it is not published, and the first of them is kept, which is worth something
 * where the clock that was wrong is found to be the Institute's. @throws Error where it can't be written
 */
export async function keepDisputed(folder: string, phase: string, name: SelloName, token: Uint8Array): Promise<void> {
  const place = disputedPlace(folder, phase, name);
  if ((await readIfThere(place, LIMITS.selloBytes)) !== null) return;
  makeFolderFor(asideFolder(folder, phase));
  await writeDurably(place, token);
}
