import { auditChain, type PhaseAudit } from '../../audit/chain.ts';
import { folderSource } from '../../audit/source/folder.ts';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readAnchor, walkTrustFolder } from '../../chain/trust-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { ToldError } from '../../format/said.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase, Trust } from '../../format/trust.ts';
import { words } from '../words.ts';

/** What the node's own chain says of a phase, every signature of it checked again. */

export interface History {
  readonly trust: Trust;
  readonly phase: Phase;
  readonly audit: PhaseAudit;
}

/**
 * @param name of the phase; null for the official one that opened last
 * @param now ms since the epoch
 * @param checking is told how many cortes have been checked; may make the check wait, and what it throws ends it
 * @throws UsageError where there is no such phase, or none can be chosen; Refusal where the anchor can't be believed; NoChain;
 *   Error where something can't be read
 */
export async function readHistory(
  { anchor, chain }: { readonly anchor: string; readonly chain: string },
  name: string | null,
  now: number,
  checking: (cortes: number) => Promise<void>,
): Promise<History> {
  const walk = await walkTrustFolder(anchor, trustFolder(chain));
  const trust = walk.chain.newest.document;
  const phase = name === null ? officialOf(trust, now) : namedIn(trust, name);
  const source = await folderSource(chain);
  const onProgress = (_: string, number: number) => checking(number);
  const { phases } = await auditChain(source, await readAnchor(anchor), { phase: phase.name, onProgress });
  const [audit] = phases;
  if (!audit) throw new ToldError(words.chainNoPhase(phase.name));
  return { trust, phase, audit };
}

function namedIn({ phases }: Trust, name: string): Phase {
  const found = phases.find((phase) => phase.name === name);
  if (found) return found;
  throw new UsageError(words.noPhase(name), words.phases(phases.map((phase) => phase.name).join(', ')));
}

function officialOf({ phases }: Trust, now: number): Phase {
  const opened = phases.filter(({ kind, opens_at }) => kind === 'oficial' && instantOf(opens_at) <= now);
  const [newest] = opened.sort((a, b) => instantOf(b.opens_at) - instantOf(a.opens_at));
  if (newest) return newest;
  const drill = phases.find(({ kind }) => kind === 'simulacro')?.name ?? 'NAME';
  throw new UsageError(words.notOpened, words.ofADrill(drill));
}
