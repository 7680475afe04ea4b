import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownCorte, readCorte, readNewest } from '../../chain/chain-folder.ts';
import { publicLink } from '../../difusor/public/link.ts';
import { type PadronRead, padronIn } from '../../difusor/public/padron.ts';
import { standIn } from '../../difusor/public/pages.ts';
import type { Hash } from '../../format/hash.ts';
import { sixDigits } from '../../format/naming.ts';
import { PADRON_FILE, type Padron } from '../../format/padron.ts';
import { foldersAbove } from '../../format/path.ts';
import type { Statement } from '../../format/statement.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase, Trust } from '../../format/trust.ts';
import type { Head } from '../../verdict/corte.ts';
import { whatToShow } from '../../verdict/publication.ts';
import type { Site } from './site.ts';

/**
 * What a phase shows at this moment, judged again for each request from the signed hour of the corte that the public
 * link leads to. The daemon moves the link; but even if it is dead, stuck or without a disk, a corte past the limit is
 * not shown.
 */
export type ShownNow = ShownCorte | ShownPage;

export interface ShownCorte {
  readonly kind: 'corte';
  readonly statement: Statement;
  /** of its `corte.json` */
  readonly sha256: Hash;
  /** Whom its padrón names, for the notice that takes its place when it is stale; null where none can be read now. It never throws. */
  readonly padron: () => Promise<Padron | null>;
  /** the corte's tree: every byte of an answer is from this folder, whatever is switched meanwhile */
  readonly root: string;
  /** its compressed copies, by the same paths; a file that has none is served as it is */
  readonly copies: string;
  /** path → hash, of all that the corte lists; anything else in the tree is not served */
  readonly files: ReadonlyMap<string, Hash>;
  /** the folders that those files are in */
  readonly folders: ReadonlySet<string>;
}

export interface ShownPage {
  readonly kind: 'aviso' | 'espera';
  /** the newest corte of the phase, shown or not; null before the first */
  readonly newest: Head | null;
  /** where the page lies with its images, or null where the daemon has not made it yet */
  readonly root: string | null;
  readonly html: Uint8Array;
}

/**
 * Looks up what a phase shows; null where the link leads nowhere yet. @throws Error, Refusal where the chain can't be
 * read
 */
export type Look = (phase: Phase, trust: Trust) => Promise<ShownNow | null>;

/** What was read of a folder; valid as long as it is the same folder. */
interface Remembered<T> {
  readonly look: string;
  readonly value: Promise<T>;
}

export function newLook(site: Site): Look {
  const cortes = new Map<string, Remembered<ShownCorte>>();
  const newest = new Map<string, Remembered<Head | null>>();
  const hidden = new Map<string, Remembered<ShownCorte>>();

  const newestOf = (phase: string) =>
    remembered(newest, phase, lookOf(join(site.chain, phase)), () => readNewest(site.chain, phase));

  /** Whom the newest corte's padrón names, where that corte is not shown. The notice does not wait for it. */
  async function padronOf(phase: string, last: Head | null): Promise<Padron | null> {
    if (last === null) return null;
    const { number } = last.statement;
    const read = async () =>
      shownCorte(await readCorte(site.chain, phase, number), join(site.trees, phase, sixDigits(number)), site);
    const corte = await remembered(hidden, phase, lookOf(join(site.chain, phase)), read).catch(() => null);
    return (await corte?.padron()) ?? null;
  }

  function pageOf(kind: 'aviso' | 'espera', phase: Phase, { title }: Trust, last: Head | null, padron: Padron | null): ShownPage {
    const { name, html } = standIn(kind, { title, phase, last: last?.statement ?? null, padron, notice: site.notice });
    const root = join(site.pages, phase.name, name);
    const isReady = statSync(join(root, 'index.html'), { throwIfNoEntry: false })?.isFile() === true;
    return { kind, newest: last, root: isReady ? root : null, html };
  }

  return async (phase, trust) => {
    const { name } = phase;
    const link = publicLink(site.public, name).shown();
    if (!link) return null;
    if (link.public === 'corte' && link.number !== null) {
      const { folder, number } = link;
      const corte = await remembered(cortes, name, lookOf(folder), async () =>
        shownCorte(await readCorte(site.chain, name, number), folder, site),
      );
      const judged = whatToShow(phase, corte.statement, site.now());
      if (judged === 'corte' || (judged === 'aviso' && site.whenStale === 'warn')) return corte;
      return pageOf(judged, phase, trust, corte, await corte.padron());
    }
    // The notice stays until the daemon removes it; but the wait is not shown any more once it is over.
    if (link.public === 'espera' && site.now() >= instantOf(phase.opens_at) && site.whenStale === 'aviso') {
      const isLate = whatToShow(phase, null, site.now()) === 'aviso';
      const last = isLate ? await newestOf(name) : null;
      if (isLate) return pageOf('aviso', phase, trust, last, await padronOf(name, last));
    }
    const kind = link.public === 'aviso' ? 'aviso' : 'espera';
    return { kind, newest: await newestOf(name), root: link.folder, html: new Uint8Array() };
  };
}

/** A corte of the chain with its tree, as it is shown. @param root its tree */
export function shownCorte(
  { statement, sha256, manifest }: KnownCorte,
  root: string,
  { compressed }: Pick<Site, 'compressed'>,
): ShownCorte {
  const files = new Map(manifest.map((entry) => [entry.path, entry.sha256]));
  const folders = new Set(manifest.flatMap(({ path }) => foldersAbove(path)));
  let read: PadronRead | null = null;
  const padron = async () => {
    // The daemon has told what is wrong with a padrón.
    if (!read?.isFinal) {
      read = await padronIn(
        { manifest, election: statement.election },
        () => join(root, PADRON_FILE),
        () => {},
      );
    }
    return read.padron;
  };
  const copies = join(compressed, statement.phase, sixDigits(statement.number));
  return { kind: 'corte', statement, sha256, padron, root, copies, files, folders };
}

/** Identifies a folder: one that was made anew, as after a revocation, differs although its name is the same. */
export function lookOf(folder: string): string {
  const seen = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return seen ? `${folder} ${seen.ino} ${seen.mtimeNs}` : folder;
}

function remembered<T>(all: Map<string, Remembered<T>>, phase: string, look: string, read: () => Promise<T>): Promise<T> {
  const before = all.get(phase);
  if (before?.look === look) return before.value;
  const value = read();
  all.set(phase, { look, value });
  // What could not be read is read again at the next call.
  value.catch(() => all.get(phase)?.value === value && all.delete(phase));
  return value;
}
