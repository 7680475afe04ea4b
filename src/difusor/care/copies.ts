import { promises as fs, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import type { Entry } from '../../format/manifest.ts';
import { codeOf } from '../../format/thrown.ts';
import type { OpenPhase } from '../phase/phase.ts';
import { evidenceFolder, putAway } from './evidence.ts';

/**
 * The patrol of compressed copies. Readers get them in the place of their files, so they are read as often, as what they
 * unpack to. One that is wrong is taken away, and the file is served as it is until there is a new one.
 */

/**
 * Takes wrong copies of a corte away, and tells each. With the state's lock held.
 * @param wrong entries whose copy is not of their content
 * @returns the paths that were taken away: of those entries, and of what belongs to no entry
 */
export async function dropCopies(phase: OpenPhase, corte: KnownCorte, wrong: readonly Entry[]): Promise<readonly string[]> {
  const { name, compressed, trees, setting } = phase;
  const { number } = corte.statement;
  // It may have been put right meanwhile, by who made it anew.
  const still = wrong.filter((entry) => compressed.readRight(number, entry) === null);
  const strays = compressed.strays(number, corte.manifest);
  const paths = [...new Set([...strays, ...still.map(({ path }) => path)])].sort();
  if (paths.length === 0) return [];
  for (const { path, sha256 } of still) {
    const { ino } = lstatSync(join(compressed.of(number), path));
    for (const other of trees.numbers()) if (other !== number) await removeSame(join(compressed.of(other), path), ino);
    await fs.rm(compressed.store.path(sha256), { recursive: true, force: true });
  }
  const evidence = await evidenceFolder(phase, number, 'altered-gzip');
  for (const path of paths) {
    // `.` is the folder of all of them, where something else stands in its place.
    const restored = await putAway(compressed.of(number), path, evidence);
    setting.tell({ event: 'altered', phase: name, number, path, restored, form: 'gzip' });
  }
  return paths;
}

/** A hard link shares the altered bytes. */
async function removeSame(file: string, ino: number): Promise<void> {
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.ino === ino) await fs.rm(file, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR') throw error;
  }
}
