import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DifusorConfig } from '../difusor/setup/config.ts';
import { roomsOf } from '../difusor/state/rooms.ts';
import type { Entry } from '../format/manifest.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { baseOfLogs } from './count/base.ts';
import { countLogs } from './count/count-logs.ts';
import { memoriaPage } from './document/page.ts';
import type { Base, Progress, Source, Window } from './figures.ts';
import { DOCUMENT, dataFiles, LOGS, writeFiles } from './folder/files.ts';
import { FOLDER_MODE, filesIn, hashed, sealFolder } from './folder/seal.ts';
import { madeWhole } from './folder/whole.ts';
import type { Comment, Memoria } from './memoria.ts';
import { type Asked, periodOf } from './period.ts';
import { readAcuses } from './source/acuses.ts';
import { readHistory } from './source/history.ts';
import { readNodeRecord } from './source/node-record.ts';
import { corteWindows, happenedIn, noticeWindows } from './told.ts';
import { weeksBefore, withWholeDays } from './usual.ts';

/** Makes a memoria: reads what the node keeps, counts the logs, writes the folder whole or not at all, signs it. */

export interface Plan {
  readonly config: DifusorConfig;
  readonly key: SigningKey;
  /** of this program */
  readonly version: string;
  /** the phase by its name; null for the official one that opened last */
  readonly phase: string | null;
  readonly asked: Asked;
  readonly logs: readonly Source[];
  /** the state folders of the Difusor's other nodes, or copies of them, by the node's name */
  readonly others: ReadonlyMap<string, string>;
  /** what is usual: given, or the logs of the weeks before; null where nothing is compared */
  readonly base: Base | readonly Source[] | null;
  readonly comments: readonly Comment[];
  /** the Difusor's name as people know it */
  readonly nombre: string | null;
  readonly ip: 'truncada' | 'completa';
  /** names of the site besides those that the logs say */
  readonly hosts: readonly string[];
  /** the folder to make */
  readonly out: string;
  /** ms since the epoch */
  readonly now: number;
  /** ends the making, until the folder has its name */
  readonly signal: AbortSignal;
  readonly progress: (part: Part) => void;
}

/** The page for portals, which every node serves there: what is shown within it is counted apart too. */
const FRAME = '/cotejo/marco.html';

/** What is being done. */
export type Part =
  | { readonly part: 'checking'; readonly cortes: number }
  | ({ readonly part: 'counting' | 'base' } & Progress)
  | { readonly part: 'hashing'; readonly path: string };

/**
 * @returns what was told; the folder `out` holds it, durably
 * @throws UsageError, Refusal, Error; AbortError where the signal came before the folder had its name. Then there is no such
 *   folder
 */
export async function makeMemoria(plan: Plan): Promise<Memoria> {
  const { key, out, progress, signal } = plan;
  const fill = async (folder: string) => {
    const memoria = await gathered(plan, folder);
    await goesOn(signal);
    writeFiles(folder, dataFiles(memoria));
    const hashing = async (path: string) => {
      await goesOn(signal);
      progress({ part: 'hashing', path });
    };
    const files: HashedPart[] = [];
    for (const path of await filesIn(folder)) {
      await hashing(path);
      const { sha256, look } = await hashed(folder, path, signal);
      files.push({ path, sha256, bytes: Number(look.size) });
    }
    await goesOn(signal);
    writeFiles(folder, { [DOCUMENT]: memoriaPage(memoria, files) });
    // The document has these hashes; the copies of the logs are large, and are not read a second time.
    await sealFolder(folder, key, hashing, files);
    return memoria;
  };
  return madeWhole(out, FOLDER_MODE, fill, signal);
}

interface HashedPart extends Entry {
  readonly bytes: number;
}

/** Lets signals arrive. @throws AbortError where one came */
async function goesOn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

async function gathered(plan: Plan, folder: string): Promise<Memoria> {
  const { config, key, now, signal } = plan;
  const { chain } = roomsOf(config.state);
  const checking = async (cortes: number) => {
    await goesOn(signal);
    plan.progress({ part: 'checking', cortes });
  };
  const { trust, phase, audit } = await readHistory({ anchor: config.anchor, chain }, plan.phase, now, checking);
  await goesOn(signal);
  const told = periodOf(plan.asked, phase, now);
  const offset = offsetOf(phase.opens_at);
  const own = await readAcuses(config.outbox, phase.name, audit.cortes, key.publicKey);
  const record = await readNodeRecord(config.node, config.state);
  const others = await Promise.all([...plan.others].map(([name, state]) => readNodeRecord(name, state)));
  const keepsTheRule = config.stale === 'aviso';
  const happened = happenedIn({ phase, cortes: audit.cortes, nodes: [record, ...others], acuses: own.acuses, keepsTheRule }, told);
  const [{ spans }] = happened.nodes;
  const base = await baseOf(plan, phase, told);
  const copies = join(folder, LOGS);
  mkdirSync(copies, { mode: FOLDER_MODE });
  const figures = await countLogs(plan.logs, {
    ...told,
    offset,
    cortes: corteWindows(spans),
    avisos: noticeWindows(spans),
    hosts: plan.hosts,
    frame: FRAME,
    copy: { folder: copies, addresses: plan.ip === 'completa' ? 'complete' : 'hashed' },
    signal,
    progress: (at) => plan.progress({ part: 'counting', ...at }),
  });
  return {
    about: {
      type: 'cotejo/memoria',
      format: 1,
      cotejo: plan.version,
      election: trust.election,
      title: trust.title,
      difusor: config.difusor,
      nombre: plan.nombre,
      node: config.node,
      phase: phase.name,
      kind: phase.kind,
      from: formatTime(told.from, offset),
      to: formatTime(told.to, offset),
      made_at: formatTime(now, offset),
      key: key.publicKey,
      ip: plan.ip,
    },
    offset,
    phase,
    chain: {
      cortes: audit.cortes.length,
      final: audit.summary.final,
      head: audit.summary.head,
      refused: audit.refused && { number: audit.refused.number, code: audit.refused.code },
      acuses: own.acuses.length,
      badAcuses: own.bad,
    },
    ...happened,
    figures,
    base,
    comments: plan.comments,
  };
}

async function baseOf({ base, hosts, signal, progress }: Plan, phase: Phase, told: Window): Promise<Base | null> {
  if (base === null || !isSources(base)) return base;
  const figures = await countLogs(base, {
    ...weeksBefore(phase, told),
    offset: offsetOf(phase.opens_at),
    hosts,
    frame: FRAME,
    signal,
    progress: (at) => progress({ part: 'base', ...at }),
  });
  return baseOfLogs(withWholeDays(figures));
}

function isSources(base: Base | readonly Source[]): base is readonly Source[] {
  return Array.isArray(base);
}
