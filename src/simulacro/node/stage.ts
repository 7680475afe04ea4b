import { corteFolder, type KnownCorte, lastNumber, readCorte, readStatement } from '../../chain/chain-folder.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Rooms } from '../../difusor/state/rooms.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Phase } from '../../format/trust.ts';
import { staleAfter } from '../../verdict/publication.ts';
import type { Original } from '../forge.ts';
import type { Sight } from '../judge.ts';
import type { Clock } from '../look/clock.ts';
import { pageOf, readOriginal } from '../look/original.ts';
import type { Programs } from '../look/programs.ts';
import { readSite, type Seen, type Shows, type Site, showsOf } from '../look/reader.ts';
import { type Mark, markOf } from '../look/record.ts';
import type { Action } from '../undo/action.ts';

/** What the faults at a node are given: the node, the drill's phase, and how it is looked at. */
export interface Stage {
  readonly config: DifusorConfig;
  /** the configuration's file, absolute, as the unit names it */
  readonly file: string;
  readonly rooms: Rooms;
  readonly rules: Phase;
  readonly site: Site;
  /** the IEC's address, by which its link can be cut; null where it was not told */
  readonly iec: string | null;
  /** of whoever runs the drill, where he is logged in over the network */
  readonly own: string | null;
  /** what a slow link lets through, kB/s */
  readonly slow: number;
  /** a folder with a trust document that ends the drill's key; null where none was prepared */
  readonly revocation: string | null;
  readonly clock: Clock;
  readonly programs: Programs;
  /** Writes durably what will have to be undone, before it is done. */
  readonly will: (action: Action) => Promise<void>;
  /** Asks the person at the terminal; null where nobody is there. @returns whether it was confirmed */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** given when somebody ends the drill */
  readonly stop: AbortSignal;
}

/** One kind of fault, as it is made at a node. What it throws means that it could not be made, and is read in the report: in Spanish. */
export interface Actor {
  /** @returns what is missing for it here, one sentence in Spanish; null where nothing is */
  readonly lacks: (stage: Stage) => Promise<string | null>;
  /** Makes the fault and looks. Nothing is undone here. @param within seconds in which what is expected must have been seen */
  readonly act: (stage: Stage, within: number) => Promise<Sight[]>;
  /** Looks again, once it is undone. @param within seconds in which what must come back must have been seen */
  readonly after?: (stage: Stage, within: number) => Promise<Sight[]>;
}

/** Nothing is missing. */
export function nothingLacks(): Promise<null> {
  return Promise.resolve(null);
}

/** The newest corte, admitted by the node. @throws Error where there is none */
export async function headOf({ rooms, rules }: Stage): Promise<KnownCorte> {
  for (let tries = 0; ; tries++) {
    const number = await lastNumber(rooms.chain, rules.name);
    if (number === 0) throw new Error(`${rules.name} todavía no tiene cortes`);
    try {
      return await corteOf({ rooms, rules }, number);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || tries > 2) throw error; // the daemon disowned it meanwhile
    }
  }
}

/** What was read of the last cortes, by hash: readers are looked at four times a second, and a manifest may be long. */
const read = new Map<string, KnownCorte>();

async function corteOf({ rooms, rules }: Pick<Stage, 'rooms' | 'rules'>, number: number): Promise<KnownCorte> {
  const { sha256 } = await readStatement(rooms.chain, rules.name, number);
  const known = read.get(sha256);
  if (known) return known;
  const corte = await readCorte(rooms.chain, rules.name, number);
  read.set(corte.sha256, corte);
  const [oldest] = read.keys();
  if (read.size > 4 && oldest !== undefined) read.delete(oldest);
  return corte;
}

export interface ReaderSees extends Seen {
  readonly shows: Shows;
  /** of the corte whose signed page this is; null where the page is of none */
  readonly number: number | null;
  /** whether it is what readers should see: a signed corte or, once it is due by the newest corte, the notice */
  readonly isRightly: boolean;
}

/** Cortes that a node may take while one answer is on its way: those of a slow link come one upon another. */
const NEWER = 4;

/**
 * What a reader sees now, and of which corte it is: by the page's very bytes. The one before the newest counts too, since a
 * corte is in the chain a moment before it is shown; and so does one that came while the answer was on its way.
 */
export async function readerSees(stage: Stage): Promise<ReaderSees> {
  const { manifest, statement } = await headOf(stage);
  const path = pageOf(manifest);
  const seen = await readSite(stage.site, path === 'index.html' ? '' : path);
  const shows = showsOf(seen, stage.rules.name);
  const limit = staleAfter(stage.rules, statement);
  const isDue = limit !== null && stage.clock.now() > limit;
  const number = shows === 'corte' && seen.sha256 !== null ? await numberOf(stage, path, seen.sha256, statement.number) : null;
  return { ...seen, shows, number, isRightly: number !== null || (shows === 'aviso' && isDue) };
}

/**
 * The corte whose page has these bytes.
 * @param head the newest when the page was asked for
 * @returns null where they are of none that could have been seen since then
 */
async function numberOf(stage: Stage, path: string, sha256: string, head: number): Promise<number | null> {
  const has = async (number: number) => {
    const { manifest } = await corteOf(stage, number);
    return manifest.find((entry) => entry.path === path)?.sha256 === sha256;
  };
  if (await has(head)) return head;
  if (head > 1 && (await has(head - 1))) return head - 1;
  const newest = Math.min(await lastNumber(stage.rooms.chain, stage.rules.name), head + NEWER);
  for (let number = head + 1; number <= newest; number++) if (await has(number)) return number;
  return null;
}

/** That readers see a signed corte, now, or the notice in its time: a corte that is late is no doing of the fault. */
export async function steadySight(stage: Stage): Promise<Sight> {
  const { number, shows, isRightly } = await readerSees(stage);
  if (number !== null) return { what: `los lectores siguieron viendo el corte ${number}, íntegro`, met: true, after: null };
  if (isRightly) return { what: 'los lectores vieron el aviso, que ya tocaba', met: true, after: null };
  const other = shows === 'corte' ? 'una página que nadie firmó' : shows === 'aviso' ? 'el aviso' : 'nada';
  return { what: `los lectores vieron ${other}`, met: false, after: null };
}

interface Watched {
  readonly looks: number;
  /** how often it was neither a signed corte nor the notice in its time */
  readonly wrong: number;
  /** how often it was the notice, in its time */
  readonly notices: number;
}

const WATCH_MS = 400;

/**
 * Looks as readers do while a fault lasts, and no longer, however it ends.
 * @throws what the fault or a look throws
 */
export async function whileWatched<T>(
  stage: Stage,
  fault: () => Promise<T>,
): Promise<{ readonly seen: T; readonly watched: Watched }> {
  const watched = { looks: 0, wrong: 0, notices: 0, isOver: false };
  const watching = (async () => {
    while (!watched.isOver) {
      const { number, isRightly } = await readerSees(stage);
      watched.looks += 1;
      if (!isRightly) watched.wrong += 1;
      else if (number === null) watched.notices += 1;
      if (!watched.isOver) await stage.clock.pause(WATCH_MS);
    }
  })();
  watching.catch(() => {}); // told below, once the fault is over
  try {
    const seen = await fault();
    watched.isOver = true;
    await watching;
    return { seen, watched };
  } finally {
    watched.isOver = true;
    await watching.catch(() => {}); // a fault's own error is the one that is told
  }
}

export function watchedSight({ looks, wrong, notices }: Watched): Sight {
  const due = notices === 0 ? '' : `, y en ${notices} el aviso, que ya tocaba`;
  const what =
    wrong === 0
      ? `los lectores vieron un corte firmado en ${looks - notices} consultas${due}; nunca otra cosa`
      : `en ${wrong} de ${looks} consultas los lectores no vieron un corte firmado`;
  return { what, met: wrong === 0 && looks > 0, after: null };
}

export function markNow({ rooms }: Stage): Promise<Mark> {
  return markOf([rooms.events, rooms.others]);
}

export async function originalOf(stage: Stage): Promise<Original> {
  const { statement } = await headOf(stage);
  const folder = corteFolder(stage.rooms.chain, stage.rules.name, statement.number);
  return readOriginal(folder, statement);
}
