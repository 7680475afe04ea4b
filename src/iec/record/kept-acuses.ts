import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { readStatement } from '../../chain/chain-folder.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { type Acuse, parseAcuse } from '../../format/acuse.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { isRecibo, type Recibo } from '../../format/recibos.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { ChainView } from './chain-view.ts';
import { comingOf, isSigned } from './half-kept.ts';

/**
 * The receipts that the IEC keeps: `<panel>/acuses/<difusor>/<node>/<phase>/<number>.json` and its signature. Only
 * verified ones are kept, and `audit chain --acuses` can read the folder as it is.
 */

/** The kept acuses of one node, in one phase. */
export interface KeptAcuses {
  /** The numbers that are kept, ascending. */
  numbers(): Promise<number[]>;
  read(number: number): Promise<Acuse | null>;
  /** As {@link read}, with its exact texts; null too where its signature is not over it: it is just being replaced. */
  readSigned(number: number): Promise<{ readonly acuse: Acuse; readonly recibo: Recibo } | null>;
  /**
   * Keeps a verified acuse durably. If one of another corte with that number was kept, as after a stolen key, that one
   * goes to `<panel>/evidence/`: the two together show that the IEC's key signed two histories.
   * @returns its path, relative to the panel
   */
  keep(number: number, bytes: Uint8Array, signature: Uint8Array): Promise<string>;
  /** Where {@link keep} puts the acuse of a number, relative to the panel. */
  pathOf(number: number): string;
}

/**
 * @param phase of the acuses. The methods throw Error where the panel can't be read or written
 * @param onKept called with the number after an acuse that is new, or another than before, was kept
 */
export function keptAcuses(
  panel: string,
  { difusor, node }: Pick<NodeTarget, 'difusor' | 'node'>,
  phase: string,
  onKept: (number: number) => void = () => {},
): KeptAcuses {
  const folder = join('acuses', difusor, node, phase);
  const pathOf = (number: number) => join(folder, `${sixDigits(number)}.json`);
  const bytesOf = (number: number) => readIfThere(join(panel, pathOf(number)), LIMITS.documentBytes);

  async function read(number: number): Promise<Acuse | null> {
    const bytes = await bytesOf(number);
    return bytes && parsed(bytes);
  }

  return {
    pathOf,
    read,

    async readSigned(number) {
      const signature = await readIfThere(`${join(panel, pathOf(number))}.sig`, LIMITS.signatureBytes);
      const bytes = await bytesOf(number);
      const acuse = bytes && parsed(bytes);
      if (!acuse || !signature || !isSigned(bytes, signature)) return null;
      const recibo: Recibo = [bytes.toString(), signature.toString()];
      return isRecibo(recibo) ? { acuse, recibo } : null;
    },

    async numbers() {
      return (await namesIn(join(panel, folder)))
        .map((name) => (name.endsWith('.json') ? parseSixDigits(name.slice(0, -'.json'.length)) : null))
        .filter((number) => number !== null)
        .sort((a, b) => a - b);
    },

    async keep(number, bytes, signature) {
      const path = pathOf(number);
      const file = join(panel, path);
      const before = await bytesOf(number);
      if (before && sameBytes(before, bytes)) return path;
      makeFolderFor(dirname(file));
      if (before) {
        await setAside(before, bytes, file);
        await writeDurably(comingOf(file), bytes);
      }
      // The signature first, so that a reader who finds the document finds its signature.
      await writeDurably(`${file}.sig`, signature);
      await writeDurably(file, bytes);
      if (before) await fs.rm(comingOf(file), { force: true });
      onKept(number);
      return path;
    },
  };

  async function setAside(before: Uint8Array, bytes: Uint8Array, file: string): Promise<void> {
    if (parsed(before)?.corte === parsed(bytes)?.corte) return; // the same receipt, now with its published_at
    const signature = await readIfThere(`${file}.sig`, LIMITS.signatureBytes);
    const aside = join(panel, 'evidence', `acuse-${difusor}-${node}-${phase}-${hashOf(before).slice(0, 16)}.json`);
    makeFolderFor(dirname(aside));
    if (signature) await writeDurably(`${aside}.sig`, signature);
    await writeDurably(aside, before);
  }
}

/** The newest corte of our chain, to the byte, of which a receipt is kept; 0 where there is none. */
export async function newestKept(kept: KeptAcuses, { chain, phase, head }: ChainView): Promise<number> {
  for (const number of (await kept.numbers()).reverse()) {
    if (number > head) continue;
    const { sha256 } = await readStatement(chain, phase.name, number);
    if ((await kept.read(number))?.corte === sha256) return number;
  }
  return 0;
}

/** A file that a crash of this machine damaged counts as none. */
function parsed(bytes: Uint8Array): Acuse | null {
  try {
    return parseAcuse(bytes);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** A corte that a node has acknowledged and that is no longer in our chain. */
export interface LostCorte {
  readonly difusor: string;
  readonly node: string;
  readonly number: number;
}

/**
 * Whether some node has acknowledged a corte past the end of our chain: then this disk has lost it (a power cut, an old
 * backup), and no other may be signed with its number. Cortes that the custodians disowned and `iec heal` set aside are
 * not lost.
 * @param last the newest corte of the phase that the chain folder has, whoever signed it
 * @returns the first that is found, or null
 * @throws Error where something can't be read
 */
export async function lostCorte(panel: string, chain: string, phase: string, last: number): Promise<LostCorte | null> {
  const aside = (await namesIn(join(dirname(chain), 'revoked'))).filter((name) => name.startsWith(`${phase}-`));
  for (const difusor of await namesIn(join(panel, 'acuses'))) {
    for (const node of await namesIn(join(panel, 'acuses', difusor))) {
      const kept = keptAcuses(panel, { difusor, node }, phase);
      for (const number of (await kept.numbers()).filter((one) => one > last)) {
        const acuse = await kept.read(number);
        const isAside = aside.some((name) => acuse && name.startsWith(`${phase}-${sixDigits(number)}-${acuse.corte.slice(0, 16)}`));
        if (acuse && !isAside) return { difusor, node, number };
      }
    }
  }
  return null;
}
