import { sweepAsides } from '../../disk/aside.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import type { ChainView } from '../record/chain-view.ts';
import { type Held, heldTokens, type Look } from './due.ts';
import type { ChainToSeal } from './phases.ts';
import { asideFolder, checkedFolder, sellosFolder } from './places.ts';

/** The phases as a pass goes through them, with the tokens of each that are there. */

/** One phase, and whose tokens of it are there. */
export interface Part {
  readonly view: ChainView;
  readonly held: Held;
}

export interface Parts {
  /** the configured phase first */
  readonly parts: readonly Part[];
  /** what keeps another phase from being sealed; null where nothing does */
  readonly failed: ChainToSeal['failed'];
}

/**
 * Makes each phase's rooms, clears them of what killed processes left, and looks which tokens are there. Another phase of
 * which that can't be done is left out.
 * @throws Error where it can't be done of the configured phase
 */
export async function partsOf({ view, others, failed }: ChainToSeal, look: Omit<Look, 'view'>): Promise<Parts> {
  const parts = [await partOf(view, look)];
  let first = failed;
  for (const other of others) {
    try {
      parts.push(await partOf(other, look));
    } catch (error) {
      first ??= { error };
    }
  }
  return { parts, failed: first };
}

async function partOf(view: ChainView, look: Omit<Look, 'view'>): Promise<Part> {
  const rooms = [sellosFolder, asideFolder, checkedFolder].map((of) => of(look.folder, view.phase.name));
  makeFolderFor(sellosFolder(look.folder, view.phase.name));
  await sweepAsides(rooms);
  return { view, held: await heldTokens({ ...look, view }) };
}
