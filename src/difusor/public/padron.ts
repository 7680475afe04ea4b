import type { Manifest } from '../../format/manifest.ts';
import { PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { words } from '../words.ts';
import { readOfficial } from './official.ts';

/** What came of reading a padrón. */
export interface PadronRead {
  /** null where there is none, or none that can be used */
  readonly padron: Padron | null;
  /** whether reading again would give the same: the corte's own bytes were read, or it lists no padrón */
  readonly isFinal: boolean;
}

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
): Promise<PadronRead> {
  const entry = manifest.find(({ path }) => path === PADRON_FILE);
  if (!entry) return NONE;
  try {
    const padron = parsePadron(await readOfficial(entry, fileOf));
    if (padron.election === election) return { padron, isFinal: true };
    told(words.otherElection(padron.election));
    return NONE;
  } catch (error) {
    told(saidBy(error));
    return { padron: null, isFinal: error instanceof Refusal };
  }
}

const NONE: PadronRead = { padron: null, isFinal: true };
