import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { undoFoldersOfIec } from '../../disk/undo-list.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { Said } from '../../format/said.ts';
import { roomOf } from '../../html/size.ts';
import { type CheckOptions, type Checkup, checkNode } from '../../iec/delivery/check.ts';
import { AMOUNTS, measureLink, type Rate } from '../../iec/delivery/measure.ts';
import { PATIENCE } from '../../iec/link/open-link.ts';
import { windowOf } from '../../iec/link/send-window.ts';
import { openIdentity } from '../../iec/link/ssh-identity.ts';
import { troubleWords } from '../../iec/link/trouble-words.ts';
import { walkOwnTrust } from '../../iec/pack/footing.ts';
import { type ChainView, viewChain } from '../../iec/record/chain-view.ts';
import { readSellar } from '../../iec/sellar/estado.ts';
import { standingOf } from '../../iec/sellar/standing.ts';
import { type IecConfig, idOf, type NodeTarget, nodesOf } from '../../iec/setup/config.ts';
import type { Carried, IecFacts, NodeSeen, SellosFact } from '../judge/iec.ts';
import type { TrustFact } from '../judge/trust.ts';
import { type Known, known, type Told, unknown } from '../known.ts';
import { probeDrill } from './drill.ts';
import { type KeySurroundings, probeSigningKey, probeSshKey, standingOfSigner } from './key.ts';
import { type Looker, whyUnread } from './looker.ts';
import { probeMachine } from './machine.ts';
import { probeSource } from './source.ts';
import { credentialsOf, probeUnit } from './units.ts';
import { words } from './words.ts';

export interface IecPlan {
  readonly config: IecConfig;
  /** where it was read, an absolute path */
  readonly configFile: string;
  /** the files of the keys: credentials, where systemd gave them to this very command */
  readonly signingKey: string;
  readonly sshKey: string;
  readonly around: KeySurroundings;
  /** only this Difusor's nodes; null for all */
  readonly difusor: string | null;
  /** whether the links are measured, which sends and reads some 16 MB for each node */
  readonly measures: boolean;
  /** ms since the epoch */
  readonly now: () => number;
  readonly begins: (part: string) => void;
}

/** Measures the IEC's machine and, one after the other, the link to every node. Never throws for what it finds. */
export async function probeIec(look: Looker, configured: IecPlan): Promise<IecFacts> {
  const { config, around, begins } = configured;
  begins('machine');
  const machine = await probeMachine(look, config.chain);
  const service = await probeUnit(look, 'cotejo-iec');
  const plan = { ...configured, ...(await keysOfService(look, configured)) };
  const trust = await trustOf(config.chain);
  const view = await viewOf(config);
  const { fact, key } = await probeSigningKey(plan.signingKey, config.agent, service.getsPassphrase, around);
  const targets = nodesOf(config).filter(({ difusor }) => plan.difusor === null || difusor === plan.difusor);
  return {
    machine,
    trust,
    signingKey: fact,
    signer:
      view && key !== null && 'known' in trust && 'document' in trust.known
        ? standingOfSigner(trust.known.document, key, config.phase, view.head)
        : null,
    sshKey: await probeSshKey(plan.sshKey, around),
    source: await probeSource(look, config.source, config.exclude, config.chain),
    difusores: new Set(targets.map(({ difusor }) => difusor)).size,
    nodes: await nodesSeen(targets, view, plan),
    service: service.facts,
    leftByDrill: await probeDrill(undoFoldersOfIec(config.panel)),
    sellos: config.sellar ? await sellosOf(config.sellar.folder, plan.now()) : null,
  };
}

/** The keys that systemd gives the service take precedence over those of the configuration, here as there. */
async function keysOfService(look: Looker, { config, configFile, signingKey, sshKey, around }: IecPlan) {
  if (around.credentials !== undefined) return { signingKey, sshKey };
  const given = await credentialsOf(look, 'cotejo-iec', configFile);
  return {
    signingKey: config.agent ? signingKey : (given.get('signing_key') ?? signingKey),
    sshKey: given.get('ssh_key') ?? sshKey,
  };
}

async function sellosOf(folder: string, now: number): Promise<Known<SellosFact>> {
  try {
    const estado = await readSellar(folder);
    return estado ? known(standingOf(estado, now)) : unknown(words.noSellos);
  } catch (error) {
    return unknown(whyUnread(folder, error));
  }
}

async function trustOf(chain: string): Promise<Known<TrustFact>> {
  try {
    return known({ document: (await walkOwnTrust(chain)).newest.document });
  } catch (error) {
    return error instanceof Refusal ? known({ refused: error.code }) : unknown(whyUnread(chain, error));
  }
}

async function nodesSeen(targets: readonly NodeTarget[], view: ChainView | null, plan: IecPlan): Promise<NodeSeen[]> {
  const seen: NodeSeen[] = [];
  if (targets.length === 0) return seen;
  const link = await linkOf(plan);
  if (!view || !link) return targets.map((target) => unseen(target, words.cannotAsk)); // why, other checks say
  await withProbe(plan.measures, async (probe) => {
    // One after the other: together they would share our own link.
    for (const target of targets) {
      plan.begins(idOf(target));
      const checkup = await checkNode(target, view, link);
      const isReached = checkup.trouble === null || checkup.trouble.code === 'daemon-silent';
      const rates = probe && isReached ? await measureLink(target, probe, link) : null;
      const why = isReached ? words.notMeasured : words.notReached;
      seen.push({
        id: idOf(target),
        trouble: checkup.trouble && inBoth(checkup.trouble),
        warnings: warningsOf(checkup),
        up: rates ? knownRate(rates.up) : unknown(why),
        down: rates ? knownRate(rates.down) : unknown(why),
      });
    }
  });
  return seen;
}

function unseen(target: NodeTarget, why: Told): NodeSeen {
  return { id: idOf(target), trouble: why, warnings: [], up: unknown(why), down: unknown(why) };
}

/** @returns null where the chain can't be read, or has no such phase */
async function viewOf({ chain, phase }: IecConfig): Promise<ChainView | null> {
  try {
    return await viewChain(chain, phase);
  } catch {
    return null;
  }
}

/** @returns null where the SSH key can't be used */
async function linkOf({ sshKey, around, now }: IecPlan): Promise<CheckOptions | null> {
  try {
    const identity = await openIdentity(sshKey, around);
    return { identity, patience: PATIENCE, windowBytes: windowOf(1), now };
  } catch {
    return null;
  }
}

/** Gives a file of bytes that nothing can compress, for as long as it is used. */
async function withProbe(isWanted: boolean, use: (probe: FileHandle | null) => Promise<void>): Promise<void> {
  if (!isWanted) return use(null);
  const folder = await fs.mkdtemp(join(tmpdir(), 'cotejo-prueba-'));
  try {
    const probe = await fs.open(join(folder, 'prueba'), 'wx+', 0o600);
    try {
      await probe.write(randomBytes(AMOUNTS.whole), 0, AMOUNTS.whole, 0);
      await use(probe);
    } finally {
      await probe.close();
    }
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** In Spanish by its code alone, as the constancia has it. */
function inBoth({ code, detail }: NonNullable<Checkup['trouble']>): Said {
  return new Said(detail.en, troubleWords(code));
}

function knownRate(rate: Rate): Known<Carried> {
  if ('bits' in rate) return known(rate);
  if ('trouble' in rate) return unknown(inBoth(rate.trouble));
  return unknown(words.tooSmall(rate.tooSmall));
}

const LITTLE_BYTES = 2 * 1024 ** 3;

/** What `iec check` warns of, in the report's words. */
function warningsOf({ clock_seconds: clock, free_bytes: free, trouble }: Checkup): Said[] {
  if (trouble) return [];
  const warnings: Said[] = [];
  if (clock === null) warnings.push(words.noStatus);
  else if (Math.abs(clock) > LIMITS.clockSkewSeconds / 2) {
    warnings.push(clock > 0 ? words.ahead(clock) : words.behind(-clock));
  }
  if (free !== null && free < LITTLE_BYTES) warnings.push(words.spaceLeft(roomOf(free)));
  return warnings;
}
