import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, hashOfCorte } from '../../chain/chain-folder.ts';
import { NotAFile, readBounded } from '../../disk/bounded-file.ts';
import { renameDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { parseSelloFile, selloFile } from '../../format/sello.ts';
import { NotGood } from '../../sello/not-good.ts';
import type { Tokens } from '../../sello/tokens.ts';
import type { ChainView } from '../record/chain-view.ts';
import { asideFolder, selloPlace, sellosFolder } from './places.ts';

/** Which tokens there are, and which are of cortes that the chain has no more. */

/** Numbers of cortes by the authority's name. */
export type Held = ReadonlyMap<string, ReadonlySet<number>>;

interface Look {
  readonly folder: string;
  readonly view: Pick<ChainView, 'chain' | 'phase' | 'head'>;
  readonly tokens: Tokens;
  /** the file of all certificates that an authority had; null where there is none */
  readonly certificatesOf: (authority: string) => string | null;
}

/**
 * The tokens that are kept of the chain's cortes. One that is older than its corte may be of another corte of that number,
 * which the custodians disowned: it is checked, and put aside if it is.
 * @throws Error where something can't be read or moved
 */
export async function heldTokens(look: Look): Promise<Held> {
  const { folder, view } = look;
  const held = new Map<string, Set<number>>();
  for (const file of await namesIn(sellosFolder(folder, view.phase.name))) {
    const name = parseSelloFile(file);
    if (name === null || look.certificatesOf(name.authority) === null) continue;
    if (!(await isOfChain(look, name.number, name.authority))) continue;
    const numbers = held.get(name.authority) ?? new Set();
    held.set(name.authority, numbers.add(name.number));
  }
  return held;
}

async function isOfChain({ folder, view, tokens, certificatesOf }: Look, number: number, authority: string): Promise<boolean> {
  const phase = view.phase.name;
  // What is past the end may be of a corte that is being restored; it is looked at once that one is there.
  if (number > view.head) return false;
  const place = selloPlace(folder, phase, { number, authority });
  const signature = join(corteFolder(view.chain, phase, number), 'corte.json.sig');
  const [corte, token] = await Promise.all([fs.stat(signature), fs.lstat(place)]);
  if (token.isFile() && token.size > 0 && token.mtimeMs >= corte.mtimeMs) return true;
  if (await isGood(tokens, place, await hashOfCorte(view.chain, phase, number), certificatesOf(authority))) {
    const now = new Date();
    await fs.utimes(place, now, now); // so that it need not be checked at every look
    return true;
  }
  await putAside(folder, phase, place, selloFile({ number, authority }));
  return false;
}

async function isGood(tokens: Tokens, place: string, corte: string | null, certificates: string | null): Promise<boolean> {
  if (corte === null || certificates === null) return false;
  try {
    await tokens.check(await readBounded(place, LIMITS.selloBytes), corte, certificates);
    return true;
  } catch (error) {
    if (error instanceof NotGood || error instanceof Refusal || error instanceof NotAFile) return false;
    throw error;
  }
}

/** Nothing is thrown away: a token of a corte that was disowned says when that one was there. */
async function putAside(folder: string, phase: string, place: string, file: string): Promise<void> {
  const aside = asideFolder(folder, phase);
  makeFolderFor(aside);
  const bytes = await readBounded(place, LIMITS.selloBytes).catch(() => null);
  const mark = bytes === null ? 'unread' : hashOf(bytes).slice(0, 16);
  await renameDurably(place, join(aside, `${mark}-${file}`));
}
