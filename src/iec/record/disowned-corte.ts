import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { corteFolder, hashOfCorte, lastNumber } from '../../chain/chain-folder.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { namesIn } from '../../disk/names-in.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { parseStatement } from '../../format/statement.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Head } from '../../verdict/corte.ts';
import type { ChainView } from './chain-view.ts';
import { isAside } from './signed-mark.ts';

/**
 * Whether the IEC signed a corte that the custodians disowned since: it lies past the end of the chain that is sent, or
 * `iec heal` set it aside. Nodes that have not heard of the revocation show it and have signed for it, and are not to blame.
 * @param view as the chain is now
 * @throws Refusal, Error where the chain can't be read
 */
export async function isDisowned(
  { chain, phase, head }: ChainView,
  { number, corte }: { readonly number: number; readonly corte: Hash },
): Promise<boolean> {
  if (number > head && (await hashOfCorte(chain, phase.name, number)) === corte) return true;
  return isAside(await realpath(chain), phase.name, { number, corte });
}

/** A corte that the custodians disowned, where it lies now. */
export interface DisownedCorte extends Head {
  readonly folder: string;
}

/** So many are looked at at most, the newest first. */
const MOST = 50;

/**
 * The cortes of a phase that were disowned: those past the end of the chain that is sent, and those that `iec heal` set
 * aside. One that can't be read any more is left out.
 */
export async function disownedCortes({ chain, phase, head }: ChainView): Promise<DisownedCorte[]> {
  const revoked = join(dirname(await realpath(chain)), 'revoked');
  const aside = (await namesIn(revoked)).filter((name) => name.startsWith(`${phase.name}-`)).map((name) => join(revoked, name));
  const beyond = Array.from({ length: (await lastNumber(chain, phase.name)) - head }, (_, i) =>
    corteFolder(chain, phase.name, head + 1 + i),
  );
  const found = await Promise.all([...aside, ...beyond].sort().slice(-MOST).map(readAside));
  return found.filter((one) => one !== null).filter(({ statement }) => statement.phase === phase.name);
}

async function readAside(folder: string): Promise<DisownedCorte | null> {
  try {
    const corteJson = await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes);
    return { statement: parseStatement(corteJson), sha256: hashOf(corteJson), folder };
  } catch (error) {
    if (error instanceof Refusal || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
