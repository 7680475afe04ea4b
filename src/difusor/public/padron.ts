import type { Manifest } from '../../format/manifest.ts';
import { PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { type Said, ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { words } from '../words.ts';
import { readOfficial } from './official.ts';

/**
 * The padrón of a corte, read from a file of this disk that should be the corte's. The notice is made with it; nothing
 * else depends on it, so whatever is wrong with it is as if there were none, and is told.
 * @param entry of the corte's manifest; undefined where it lists no padrón
 * @param fileOf where the content of a hash is on this disk
 * @param told is told why a padrón that is listed is not used
 */
export async function padronIn(
  { manifest, election }: { readonly manifest: Manifest; readonly election: string },
  fileOf: (sha256: string) => string,
  told: (detail: Said) => void,
): Promise<Padron | null> {
  const entry = manifest.find(({ path }) => path === PADRON_FILE);
  if (!entry) return null;
  try {
    const padron = parsePadron(await readOfficial(entry, fileOf));
    if (padron.election !== election) throw new ToldError(words.otherElection(padron.election));
    return padron;
  } catch (error) {
    told(saidBy(error));
    return null;
  }
}
