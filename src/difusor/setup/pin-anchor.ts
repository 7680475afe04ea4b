import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readAnchor, readAnchorSignatures } from '../../chain/trust-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { sameBytes } from '../../format/wire.ts';
import { words } from './words.ts';

/**
 * Copies an anchor with its signatures to where the service reads it and can't change it. Nothing is checked here.
 * @returns its new path
 * @throws UsageError where another document is there; what `readAnchor` throws
 */
export async function pinAnchor(file: string, folder: string): Promise<string> {
  const { bytes } = await readAnchor(file);
  const signatures = await readAnchorSignatures(file);
  const place = join(folder, basename(file));
  if (existsSync(place) && !sameBytes((await readAnchor(place)).bytes, bytes)) {
    throw new UsageError(words.otherDocument(place), words.moveAway);
  }
  makeFolderFor(folder);
  // The document last: where it is, its signatures are too.
  for (const [name, signature] of signatures) await writeDurably(`${place}.${name}.sig`, signature);
  await writeDurably(place, bytes);
  return place;
}
