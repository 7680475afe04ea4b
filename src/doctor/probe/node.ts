import { openTrust } from '../../difusor/admission/trust.ts';
import { viewNode } from '../../difusor/open.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import { roomsOf } from '../../difusor/state/rooms.ts';
import { wasLeft } from '../../difusor/telling/at-work.ts';
import { statusOf } from '../../difusor/telling/status.ts';
import { undoFolderBeside } from '../../disk/undo-list.ts';
import { Refusal } from '../../format/refusal.ts';
import { accountOf } from '../../service/account.ts';
import type { NodeFacts } from '../judge/node.ts';
import type { SiteFacts } from '../judge/site.ts';
import type { TraerTold } from '../judge/traer.ts';
import type { TrustFact } from '../judge/trust.ts';
import { type Known, known, unknown } from '../known.ts';
import { probeDefence } from './defence.ts';
import { probeDrill } from './drill.ts';
import { probeEntry } from './entry.ts';
import { type Looker, whyUnread } from './looker.ts';
import { isOneFileSystem, probeMachine } from './machine.ts';
import { probePaths } from './paths.ts';
import { probeRedundancy } from './redundancy.ts';
import { probeSite } from './site.ts';
import { probeUnit } from './units.ts';

export interface NodePlan {
  /** the configuration's file, and what it says */
  readonly file: string;
  readonly config: DifusorConfig;
  /** whence the IEC would come */
  readonly from: string;
  /** as readers reach it; null: as this machine does */
  readonly site: URL | null;
  /** ms since the epoch */
  readonly now: () => number;
  /** what `cotejo traer` last said; null where it never did */
  readonly traer: () => Promise<TraerTold | null>;
  /** called before each part */
  readonly begins: (part: string) => void;
}

const UNITS = ['cotejo-difusor', 'cotejo-difusor-guard', 'cotejo-difusor-sftp', 'cotejo-difusor-http', 'cotejo-traer'] as const;

/** Measures a node, part by part. It changes nothing, and never throws for what it finds. */
export async function probeNode(
  look: Looker,
  { file, config, from, site, now, traer: tells, begins }: NodePlan,
): Promise<NodeFacts> {
  begins('services');
  const [daemon, guard, sftp, http, traer] = await Promise.all(UNITS.map((name) => probeUnit(look, name)));
  const [own, guarding, inbox, web, bringing] = [daemon!, guard!, sftp!, http!, traer!];
  begins('machine');
  const machine = await probeMachine(look, config.state);
  const redundancy = await probeRedundancy(look, config.state);
  begins('trust');
  const trust = await trustOf(config);
  const left = await wasLeft(roomsOf(config.state).status).catch(() => ({ at_work: false, last_sign: null })); // a status that can't be read is no sign
  begins('entrance');
  const entry = await probeEntry(look, { config, builtIn: builtInOf(inbox, config), from });
  begins('site');
  const shown = await shownBy(config, now);
  const isGuarded = !('known' in guarding.facts.state) || guarding.facts.state.known.active === 'active';
  const facts = await probeSite(look, { config, trust, shown, isGuarded, builtInPort: runningPort(web), site });
  begins('defence');
  return {
    machine,
    redundancy,
    defence: await probeDefence(look, entry.ports),
    isOneFileSystem: await isOneFileSystem([config.state, config.inbox, config.outbox]),
    paths: await probePaths(look, file, config),
    trust,
    entry,
    site: facts,
    daemon: own.facts,
    work: { isAtWork: left.at_work, lastSign: left.last_sign },
    guard: guarding.facts,
    traer: { isOn: config.traer?.enabled !== false, unit: bringing.facts, told: await tells() },
    leftByDrill: await probeDrill([undoFolderBeside(config.state)]),
    units: [own, guarding, inbox, web, bringing].map((unit) => unit.facts),
  };
}

function runningPort({ facts, port }: Awaited<ReturnType<typeof probeUnit>>): number | null {
  return 'known' in facts.state && facts.state.known.active === 'active' ? port : null;
}

async function trustOf({ anchor, state }: DifusorConfig): Promise<Known<TrustFact>> {
  try {
    return known({ document: (await openTrust(anchor, roomsOf(state).chain)).newest.document });
  } catch (error) {
    return error instanceof Refusal ? known({ refused: error.code }) : unknown(whyUnread(anchor, error));
  }
}

/** Whether the built-in inbox takes the IEC's deliveries: as a unit, or where there is no account for sshd's. */
function builtInOf(inbox: Awaited<ReturnType<typeof probeUnit>>, config: DifusorConfig): { port: number | null } | null {
  const port = runningPort(inbox);
  if (port !== null) return { port };
  return config.sftp && !hasAccount() ? { port: null } : null;
}

function hasAccount(): boolean {
  try {
    return accountOf('cotejo-iec') !== null;
  } catch {
    return false; // without getent nobody knows of one
  }
}

/** What the link of the first official phase shows, by what is on the disk. */
async function shownBy(config: DifusorConfig, now: () => number): Promise<SiteFacts['shown']> {
  try {
    const { phases } = await statusOf(await viewNode(config, now));
    return phases.find(({ kind }) => kind === 'oficial')?.public ?? null;
  } catch {
    return null; // why not is told by the checks of the trust and of the paths
  }
}
