import { join } from 'node:path';
import { statementIfThere } from '../../chain/chain-folder.ts';
import { NotAFile, readBounded } from '../../disk/bounded-file.ts';
import { renameDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { parseSelloFile, type SelloName, selloFile } from '../../format/sello.ts';
import { NotGood } from '../../sello/not-good.ts';
import type { Tokens } from '../../sello/tokens.ts';
import type { Head } from '../../verdict/corte.ts';
import type { ChainView } from '../record/chain-view.ts';
import { isChecked, noteChecked } from './checked.ts';
import { isBefore } from './clocks.ts';
import { asideFolder, selloPlace, sellosFolder } from './places.ts';

/** Which tokens there are, and which are of cortes that the chain has no more. */

/** Numbers of cortes by the authority's name. */
export type Held = ReadonlyMap<string, ReadonlySet<number>>;

export interface Look {
  readonly folder: string;
  readonly view: Pick<ChainView, 'chain' | 'phase' | 'head'>;
  readonly tokens: Tokens;
  /** the file of all certificates that an authority had; null where there is none */
  readonly certificatesOf: (authority: string) => string | null;
}

/**
 * The tokens that are kept of the chain's cortes. One of which nothing says that it was checked against this corte is
 * checked: it may be of another corte of that number, which the custodians disowned, or have an hour that can't be, and is put aside if so.
 * @throws Error where something can't be read or moved
 */
export async function heldTokens(look: Look): Promise<Held> {
  const { folder, view } = look;
  const held = new Map<string, Set<number>>();
  for (const file of await namesIn(sellosFolder(folder, view.phase.name))) {
    const name = parseSelloFile(file);
    if (name === null) continue;
    const certificates = look.certificatesOf(name.authority);
    if (certificates === null || !(await isOfChain(look, name, certificates))) continue;
    const numbers = held.get(name.authority) ?? new Set();
    held.set(name.authority, numbers.add(name.number));
  }
  return held;
}

async function isOfChain({ folder, view, tokens }: Look, name: SelloName, certificates: string): Promise<boolean> {
  const phase = view.phase.name;
  // What is past the end may be of a corte that is being restored; it is looked at once that one is there.
  const corte = name.number > view.head ? null : await statementIfThere(view.chain, phase, name.number);
  if (corte === null) return false;
  const place = selloPlace(folder, phase, name);
  const token = await readToken(place);
  if (token !== null && (await isChecked(folder, phase, name, corte.sha256, token))) return true;
  const found = token === null ? 'other' : await lookAt(tokens, token, corte, certificates);
  if (found === 'good') await noteChecked(folder, phase, name, corte.sha256, token!);
  if (found === 'other') await putAside(folder, phase, place, token, selloFile(name));
  return found === 'good';
}

/** @returns null where it is no file, or too large */
async function readToken(place: string): Promise<Uint8Array | null> {
  try {
    return await readBounded(place, LIMITS.selloBytes);
  } catch (error) {
    if (error instanceof Refusal || error instanceof NotAFile) return null;
    throw error;
  }
}

/** As long as there is a list that can't be evaluated, nothing is known of a token: it stays, and does not count. */
async function lookAt(tokens: Tokens, token: Uint8Array, corte: Head, certificates: string): Promise<'good' | 'other' | 'unknown'> {
  try {
    const { at } = await tokens.check(token, corte.sha256, certificates);
    return isBefore(at, corte.statement) ? 'other' : 'good';
  } catch (error) {
    if (error instanceof NotGood) return error.code === 'list-unusable' ? 'unknown' : 'other';
    throw error;
  }
}

/** Nothing is thrown away: a token of a corte that was disowned says when that one was there. */
async function putAside(folder: string, phase: string, place: string, bytes: Uint8Array | null, file: string): Promise<void> {
  const aside = asideFolder(folder, phase);
  makeFolderFor(aside);
  const mark = bytes === null ? 'unread' : hashOf(bytes).slice(0, 16);
  await renameDurably(place, join(aside, `${mark}-${file}`));
}
