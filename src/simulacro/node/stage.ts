import { join } from 'node:path';
import { corteFolder, type KnownCorte, lastNumber, readCorte } from '../../chain/chain-folder.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Rooms } from '../../difusor/state/rooms.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Manifest } from '../../format/manifest.ts';
import type { CorteFile } from '../../format/naming.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Phase } from '../../format/trust.ts';
import type { Original } from '../forge.ts';
import type { Sight } from '../judge.ts';
import type { Clock } from '../look/clock.ts';
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
  readonly isStopped: () => boolean;
}

/** One kind of fault, as it is made at a node. What it throws means that it could not be made, and is read in the report: in Spanish. */
export interface Actor {
  /** @returns what is missing for it here, one sentence in Spanish; null where nothing is */
  readonly lacks: (stage: Stage) => Promise<string | null>;
  /** Makes the fault and looks. Nothing is undone here. */
  readonly act: (stage: Stage) => Promise<Sight[]>;
  /** Looks again, once it is undone. */
  readonly after?: (stage: Stage) => Promise<Sight[]>;
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
      return await readCorte(rooms.chain, rules.name, number);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || tries > 2) throw error; // the daemon disowned it meanwhile
    }
  }
}

/** The file that stands for the publication: the page that readers open. */
export function pageOf(manifest: Manifest): string {
  const paths = manifest.map(({ path }) => path);
  return paths.find((path) => path === 'index.html') ?? paths.find((path) => path.endsWith('.html')) ?? paths[0] ?? '';
}

export interface ReaderSees extends Seen {
  readonly shows: Shows;
  /** of the corte whose signed page this is; null where the page is of none */
  readonly number: number | null;
}

/**
 * What a reader sees now, and of which corte it is: by the page's very bytes. The one before the newest counts too, since a
 * corte is in the chain a moment before it is shown.
 */
export async function readerSees(stage: Stage): Promise<ReaderSees> {
  const { manifest, statement } = await headOf(stage);
  const path = pageOf(manifest);
  const seen = await readSite(stage.site, path === 'index.html' ? '' : path);
  const shows = showsOf(seen);
  if (shows !== 'corte') return { ...seen, shows, number: null };
  const hashIn = (of: Manifest) => of.find((entry) => entry.path === path)?.sha256;
  if (hashIn(manifest) === seen.sha256) return { ...seen, shows, number: statement.number };
  if (statement.number === 1) return { ...seen, shows, number: null };
  const before = await readCorte(stage.rooms.chain, stage.rules.name, statement.number - 1);
  return { ...seen, shows, number: hashIn(before.manifest) === seen.sha256 ? statement.number - 1 : null };
}

/** That readers see a signed corte, now. */
export async function steadySight(stage: Stage): Promise<Sight> {
  const { number, shows } = await readerSees(stage);
  if (number !== null) return { what: `los lectores siguieron viendo el corte ${number}, íntegro`, met: true, after: null };
  const other = shows === 'corte' ? 'una página que nadie firmó' : shows === 'aviso' ? 'el aviso' : 'nada';
  return { what: `los lectores vieron ${other}`, met: false, after: null };
}

/** Looks as readers do while a fault lasts. */
export interface Watch {
  /** @returns how often was looked, and how often it was not a signed corte */
  end(): Promise<{ readonly looks: number; readonly wrong: number }>;
}

const WATCH_MS = 400;

export function watchReaders(stage: Stage): Watch {
  let [looks, wrong, isOver] = [0, 0, false];
  const watching = (async () => {
    while (!isOver) {
      const { number } = await readerSees(stage);
      looks += 1;
      if (number === null) wrong += 1;
      if (!isOver) await stage.clock.pause(WATCH_MS);
    }
  })();
  watching.catch(() => {}); // told by end()
  return {
    async end() {
      isOver = true;
      await watching;
      return { looks, wrong };
    },
  };
}

export function watchedSight({ looks, wrong }: { readonly looks: number; readonly wrong: number }): Sight {
  const what =
    wrong === 0
      ? `en ${looks} consultas, los lectores siempre vieron un corte firmado`
      : `en ${wrong} de ${looks} consultas los lectores no vieron un corte firmado`;
  return { what, met: wrong === 0 && looks > 0, after: null };
}

export function markNow({ rooms }: Stage): Promise<Mark> {
  return markOf([rooms.events, rooms.others]);
}

/** A package over this is not copied for a forgery: it is refused before anybody reads it. */
const PACKAGE_BYTES = 4 * 1024 * 1024;

export async function originalOf(stage: Stage): Promise<Original> {
  const { statement } = await headOf(stage);
  const folder = corteFolder(stage.rooms.chain, stage.rules.name, statement.number);
  return readOriginal(folder, statement);
}

/** @param folder of a corte, in a chain */
export async function readOriginal(folder: string, statement: Original['statement']): Promise<Original> {
  const read = (name: CorteFile, most: number) => readBounded(join(folder, name), most);
  const isSmall = statement.package.bytes <= PACKAGE_BYTES;
  return {
    statement,
    files: {
      'corte.json': await read('corte.json', LIMITS.documentBytes),
      'corte.json.sig': await read('corte.json.sig', LIMITS.signatureBytes),
      SHA256SUMS: await read('SHA256SUMS', LIMITS.manifestBytes),
      'corte.tar.gz': isSmall ? await read('corte.tar.gz', PACKAGE_BYTES) : Buffer.from('simulacro\n'),
    },
  };
}
