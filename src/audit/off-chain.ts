import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere } from '../disk/bounded-file.ts';
import { namesIn } from '../disk/names-in.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import {
  type Checked,
  type KnownOff,
  OFF_CHAIN,
  type OffChain,
  offChainIn,
  placeOffChain,
  readOffChain,
} from './check/off-chain.ts';
import { hashHere } from './packages.ts';
import type { ChainSource } from './source/chain-source.ts';

/** Where the command looks for cortes that were signed and that the chain does not have (`check/off-chain.ts`). */

const MEANS = { equation: nodeEquation, hash: hashHere };

export interface Places {
  /** a folder of cortes that were set aside, as `revoked/` of a node or of the IEC is; null where there is none */
  readonly revoked: string | null;
  /** the chain that the site itself has: it may not have heard of a revocation yet, or of more than we */
  readonly own: Pick<ChainSource, 'read'>;
}

/** Where `iec heal` and a node put what left the chain: beside it. */
export async function besideChain(chain: string): Promise<string> {
  return join(dirname(await fs.realpath(chain)), 'revoked');
}

/** What can't be read explains no file, and is no fault: it was only looked for. */
export async function* offChainAt({ revoked, own }: Places, checked: Checked): AsyncGenerator<OffChain, void> {
  const known: KnownOff = new Map();
  try {
    if (revoked !== null) yield* setAside(revoked, checked, known);
  } catch {
    // a folder that this account may not read, as a node's own is for others
  }
  try {
    yield* offChainIn(own, checked, MEANS, known);
  } catch {
    // a site whose chain can't be read has shown its files all the same
  }
}

/** The newest first, since pages are most likely of that one; how each stands is known by those before it. */
async function* setAside(revoked: string, checked: Checked, known: KnownOff): AsyncGenerator<OffChain, void> {
  const all = (await namesIn(revoked)).filter((name) => name.startsWith(`${checked.phase}-`)).sort();
  const names = all.slice(-OFF_CHAIN);
  const reading = (name: string) => (file: string, limit: number) => readIfThere(join(revoked, name, file), limit);
  for (const name of names) await placeOffChain(checked, reading(name), MEANS, known).catch(() => null);
  for (const name of names.reverse()) {
    const found = await readOffChain(checked, reading(name), MEANS, known).catch(() => null);
    if (found) yield found;
  }
}
