import { join } from 'node:path';
import { NotAFile, readBounded, readIfThere } from '../../disk/bounded-file.ts';
import { namesIn } from '../../disk/names-in.ts';
import type { Acuse } from '../../format/acuse.ts';
import type { PublicKey } from '../../format/key.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { type Corte, checkAcuse } from '../../verdict/history.ts';

export interface OwnAcuses {
  readonly acuses: readonly Acuse[];
  /** files that are no acuse of this node over a corte of this chain */
  readonly bad: number;
}

/**
 * The acuses of one phase that this node signed, by the node's own key.
 * @param folder the outbox
 * @throws Error where it can't be read
 */
export async function readAcuses(folder: string, phase: string, cortes: readonly Corte[], key: PublicKey): Promise<OwnAcuses> {
  const place = join(folder, 'acuses', phase);
  const names = (await namesIn(place)).filter((name) => /^\d{6}\.json$/.test(name)).sort();
  const acuses: Acuse[] = [];
  let bad = 0;
  for (const name of names) {
    const acuse = await readOne(join(place, name), phase, cortes, key);
    if (acuse) acuses.push(acuse);
    else bad += 1;
  }
  return { acuses, bad };
}

async function readOne(file: string, phase: string, cortes: readonly Corte[], key: PublicKey): Promise<Acuse | null> {
  const [first] = cortes;
  if (!first) return null;
  try {
    const bytes = await readBounded(file, LIMITS.documentBytes);
    const signature = await readIfThere(`${file}.sig`, LIMITS.signatureBytes);
    const corteAt = (of: string, number: number) => (of === phase ? cortes[number - 1]?.sha256 : undefined);
    return signature && checkAcuse(bytes, signature, first.statement.election, new Set([key]), corteAt, nodeEquation).acuse;
  } catch (error) {
    if (error instanceof Refusal || error instanceof NotAFile) return null;
    throw error;
  }
}
