import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { breathe } from '../../disk/batches.ts';
import { codeOf } from '../../format/thrown.ts';
import { ownCorte } from '../phase/own-chain.ts';
import type { OpenPhase } from '../phase/phase.ts';
import { survey } from '../state/tree.ts';
import { words } from '../words.ts';

/**
 * The trees that are kept after another took their place are public too, at addresses of their own. One that is no
 * longer what was admitted is not mended but taken away: who reads it finds the newest corte.
 */

/**
 * Looks at one of them: the one after `last`, or the first again.
 * @param last the number that was looked at before
 * @param locked runs a change of state with the state's lock held
 * @returns the number that was looked at, or null where there is none to look at
 */
export async function patrolOlder(
  phase: OpenPhase,
  last: number,
  locked: (work: () => Promise<void>) => Promise<void>,
): Promise<number | null> {
  const { name, trees, compressed, link, head, setting } = phase;
  const isNotOlder = (number: number) => number === head?.statement.number || number === link.shown()?.number;
  const older = trees.numbers().filter((number) => !isNotOlder(number));
  const number = older.find((one) => one > last) ?? older[0];
  if (number === undefined) return null;
  if (await isAsAdmitted(phase, number)) {
    if (await areCopiesRight(phase, number)) return number;
    await locked(() => compressed.hide(number));
    setting.tell({ event: 'altered', phase: name, number, path: '.', restored: true, form: 'gzip' });
    return number;
  }
  await locked(async () => {
    // Another process may have pruned it meanwhile, or shown it again.
    if (!trees.numbers().includes(number) || isNotOlder(number)) return;
    await trees.remove(number);
    setting.tell({ event: 'healed', what: words.olderTree(name, number) });
  });
  return number;
}

/** Each file is the very content that is held, which still looks as it did when it was last hashed, and there is no other. */
async function isAsAdmitted(phase: OpenPhase, number: number): Promise<boolean> {
  const { chain, name, trees, content, setting } = phase;
  const tree = trees.of(number);
  try {
    const { manifest } = await ownCorte(chain, name, number);
    const { strays, missing } = survey(tree, manifest);
    if (strays.length + missing.length > 0) return false;
    for (const { path, sha256 } of manifest) {
      setting.step('patrol');
      if (lstatSync(join(tree, path)).ino !== lstatSync(content.path(sha256)).ino || content.check(sha256) === null) return false;
      await breathe();
    }
    return true;
  } catch (error) {
    // A disk that can't be read just now, or no descriptors, is no verdict. What the chain no longer vouches for is one.
    if (codeOf(error) !== undefined && codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** Each of the compressed copies that it has unpacks to what was admitted, and there is nothing else. */
async function areCopiesRight({ chain, name, compressed, setting }: OpenPhase, number: number): Promise<boolean> {
  const { manifest } = await ownCorte(chain, name, number);
  if (compressed.strays(number, manifest).length > 0) return false;
  for (const entry of manifest) {
    setting.step('patrol');
    if (compressed.readRight(number, entry) === null) return false;
    await breathe();
  }
  return true;
}
