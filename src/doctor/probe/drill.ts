import { leftToUndo } from '../../disk/undo-list.ts';
import { ToldError } from '../../format/said.ts';
import type { LeftByDrill } from '../judge/drill.ts';
import { type Known, known, type Told, unknown } from '../known.ts';
import { whyUnread } from './looker.ts';

/**
 * @param folders in which a list of what a drill has to undo may be
 * @returns what is left, of all of them together; where none of them that could be read has anything, why another could not
 */
export async function probeDrill(folders: readonly string[]): Promise<LeftByDrill> {
  const kinds: string[] = [];
  let unread: { readonly unknown: Told } | null = null;
  for (const folder of folders) {
    const found = await leftIn(folder);
    if ('known' in found) kinds.push(...found.known);
    else unread ??= found;
  }
  return kinds.length === 0 && unread !== null ? unread : known(kinds);
}

async function leftIn(folder: string): Promise<Known<readonly string[]>> {
  try {
    return known(await leftToUndo(folder));
  } catch (error) {
    return unknown(error instanceof ToldError ? error.said : whyUnread(folder, error));
  }
}
