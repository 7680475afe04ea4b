import type { KnownCorte } from '../../../chain/chain-folder.ts';
import { AUTHORIZATIONS, type Autorizacion, isAuthorizedFor, parseAuthorization } from '../../../format/autorizacion.ts';
import type { Hash } from '../../../format/hash.ts';
import { LIMITS } from '../../../format/limits.ts';
import type { Entry } from '../../../format/manifest.ts';
import { Refusal } from '../../../format/refusal.ts';
import type { Said } from '../../../format/said.ts';
import { saidBy } from '../../../format/thrown.ts';
import type { Setting } from '../../state/setting.ts';
import { words } from '../../words.ts';
import { readOfficial } from '../official.ts';
import type { Try } from './telling.ts';

/** Which presentations a corte authorises for one Difusor. */

/** Of so many documents those of this Difusor are looked for. */
const MOST_DOCUMENTS = 64;

export interface Authorized {
  readonly documents: readonly Autorizacion[];
  /** whether every document could be read; one that could not is read again next time */
  readonly isWhole: boolean;
}

/** @param contentPath where the content of a hash is */
export interface Whose {
  readonly phase: string;
  readonly difusor: string;
  readonly contentPath: (sha256: Hash) => string;
  readonly setting: Setting;
}

/** @returns reads what a corte authorises, each document once; one that can't be used is told and left out. Never throws. */
export function authorizedReader(
  { phase, difusor, contentPath, setting }: Whose,
  tried: Try,
): (corte: KnownCorte) => Promise<Authorized> {
  /** what is known of one corte's authorisations, by their paths; null for one that can't be used */
  let known: { readonly corte: Hash; readonly documents: Map<string, Autorizacion | null> } | null = null;

  /**
   * Reads a document; one that no reader would take is told here, and stays so for as long as the corte is the newest.
   * @throws Error where it can't be read now
   */
  async function readOne(entry: Entry, what: Said): Promise<{ document: Autorizacion | null }> {
    try {
      return { document: parseAuthorization(await readOfficial(entry, contentPath), entry.path) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setting.tell({ event: 'error', what, detail: saidBy(error) });
      return { document: null };
    }
  }

  return async ({ sha256, statement, manifest }) => {
    if (known?.corte !== sha256) known = { corte: sha256, documents: new Map() };
    const { documents } = known;
    const mine = manifest.filter(({ path }) => path.startsWith(`${AUTHORIZATIONS}/${difusor}-`) && path.endsWith('.json'));
    const authorized: Autorizacion[] = [];
    let isWhole = true;
    for (const entry of mine.slice(0, MOST_DOCUMENTS)) {
      if (!documents.has(entry.path)) {
        const what = words.documentOf(entry.path, statement.number, phase);
        const read = await tried(what, () => readOne(entry, what));
        if (read !== null) documents.set(entry.path, read.document);
        else isWhole = false;
      }
      const document = documents.get(entry.path);
      if (document?.difusor === difusor && isAuthorizedFor(document, statement)) authorized.push(document);
    }
    return { documents: authorized.slice(0, LIMITS.presentations), isWhole };
  };
}
