import { leftToUndo } from '../../disk/undo-list.ts';
import type { LeftByDrill } from '../judge/drill.ts';
import { known, unknown } from '../known.ts';
import { whyUnread } from './looker.ts';

/** @param folder of the list of what a drill has to undo */
export async function probeDrill(folder: string): Promise<LeftByDrill> {
  try {
    return known(await leftToUndo(folder));
  } catch (error) {
    return unknown(whyUnread(folder, error));
  }
}
