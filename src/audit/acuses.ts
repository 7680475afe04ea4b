import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { NotAFile, readBounded, readIfThere } from '../disk/bounded-file.ts';
import type { PublicKey } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { instantOf } from '../format/time.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { checkAcuse, type SignedAcuse } from '../verdict/history.ts';
import type { ChainAudit } from './chain.ts';
import { words } from './words.ts';

/** Checks the Difusores' signed receipts (acuses) against a chain that was already checked. */

export interface AcuseAudit {
  readonly nodes: readonly NodeAcuses[];
  /** Each file that is not a receipt of this chain, by its path under the folder. */
  readonly refused: readonly { readonly path: string; readonly code: Code; readonly detail: Said }[];
  /** How many are of phases of the election that were not audited, with nothing else against them; absent where none are. */
  readonly other_phases?: number;
}

/**
 * Whether a receipt is of a corte past the end of the chain: it is good or bad by a longer one, since this one may be behind,
 * or cut short.
 */
export function isPastEnd({ code }: AcuseAudit['refused'][number]): boolean {
  return code === 'gap';
}

/** What one key acknowledged in one node's name. */
interface NodeAcuses {
  readonly difusor: string;
  readonly node: string;
  readonly key: PublicKey;
  readonly acuses: number;
  /** seconds from a corte's hour to its admission */
  readonly median_delay_seconds: number;
  readonly longest_delay_seconds: number;
}

/** A folder of acuses is `<phase>/<number>.json`, and an archive of several nodes has one such folder per node. */
const DEPTH = 4;
const MAX_FILES = 1_000_000;

/**
 * @param keys acuse keys of the known nodes; null where none is known
 * @throws Error where the folder can't be read
 */
export async function auditAcuses(folder: string, audit: ChainAudit, keys: ReadonlySet<PublicKey> | null): Promise<AcuseAudit> {
  const { election } = audit.trust.chain.newest.document;
  const phases = new Map(audit.phases.map(({ summary, cortes }) => [summary.phase, cortes]));
  const corteAt = (phase: string, number: number) => phases.get(phase)?.[number - 1];
  const others = new Set(audit.trust.chain.newest.document.phases.map(({ name }) => name).filter((name) => !phases.has(name)));
  const found: SignedAcuse[] = [];
  const refused: Array<AcuseAudit['refused'][number]> = [];
  let ofOthers = 0;
  for await (const path of acuseFiles(folder, '', DEPTH)) {
    let isOfOther = false;
    const hashAt = (phase: string, number: number) => {
      isOfOther = others.has(phase);
      return corteAt(phase, number)?.sha256;
    };
    try {
      const bytes = await readBounded(join(folder, path), LIMITS.documentBytes);
      const signature = await readIfThere(join(folder, `${path}.sig`), LIMITS.signatureBytes);
      if (!signature) throw new Refusal('delivery-incomplete', words.noSignature);
      found.push(checkAcuse(bytes, signature, election, keys, hashAt, nodeEquation));
    } catch (error) {
      const refusal = error instanceof NotAFile ? new Refusal('delivery-malformed', words.notRegular(path)) : error;
      if (!(refusal instanceof Refusal)) throw error;
      if (isOfOther)
        ofOthers += 1; // not past the end of this chain: its phase was not asked about
      else refused.push({ path, code: refusal.code, detail: refusal.said });
    }
  }
  const delayOf = ({ acuse }: SignedAcuse) => {
    const corte = corteAt(acuse.phase, acuse.number);
    return corte ? (instantOf(acuse.admitted_at) - instantOf(corte.statement.taken_at)) / 1000 : 0;
  };
  return { nodes: byNode(found, delayOf), refused, ...(ofOthers > 0 && { other_phases: ofOthers }) };
}

function byNode(acuses: readonly SignedAcuse[], delayOf: (acuse: SignedAcuse) => number): NodeAcuses[] {
  const groups = new Map<string, SignedAcuse[]>();
  for (const acuse of acuses) {
    const group = groups.get(nameOf(acuse));
    if (group) group.push(acuse);
    else groups.set(nameOf(acuse), [acuse]);
  }
  return [...groups.values()]
    .map((group) => {
      const { acuse, key } = group[0]!;
      const delays = group.map(delayOf).sort((a, b) => a - b);
      return {
        difusor: acuse.difusor,
        node: acuse.node,
        key,
        acuses: group.length,
        median_delay_seconds: delays[Math.floor(delays.length / 2)]!,
        longest_delay_seconds: delays.at(-1)!,
      };
    })
    .sort((a, b) => (nameOfNode(a) < nameOfNode(b) ? -1 : 1));
}

function nameOf({ acuse, key }: SignedAcuse): string {
  return nameOfNode({ ...acuse, key });
}

function nameOfNode({ difusor, node, key }: { difusor: string; node: string; key: string }): string {
  return `${difusor}/${node} ${key}`;
}

async function* acuseFiles(folder: string, under: string, depth: number, seen = { files: 0 }): AsyncGenerator<string> {
  const entries = await fs.readdir(join(folder, under), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) {
      if (depth > 1) yield* acuseFiles(folder, path, depth - 1, seen);
    } else if (/^\d{6}\.json$/.test(entry.name)) {
      seen.files += 1;
      if (seen.files > MAX_FILES) throw new Refusal('too-large', words.manyAcuses(MAX_FILES, folder));
      yield path;
    }
  }
}
