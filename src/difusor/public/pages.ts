import { accessSync, constants, cpSync, promises as fs, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceLink, syncFileSystem } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import { hashOf } from '../../format/hash.ts';
import type { Padron } from '../../format/padron.ts';
import { type Said, ToldError } from '../../format/said.ts';
import type { Statement } from '../../format/statement.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import type { Phase } from '../../format/trust.ts';
import type { Setting } from '../state/setting.ts';
import { words } from '../words.ts';
import { avisoPage, esperaPage, type OtherDifusor } from './aviso-page.ts';

/**
 * The pages that stand in for a corte: the notice when none arrives any more, and the wait before the opening. Each is
 * a folder named by its own hash, made whole and durable before the link ever points at it.
 */
export interface Pages {
  /**
   * Makes a page, durably, if it is not there yet.
   * @param last the newest corte admitted, whose hour the notice states
   * @param padron of that corte, whose Difusores the notice leads to; null where it has none
   * @returns its folder's name
   * @throws Error where it can't be written
   */
  make(kind: PageKind, last: Statement | null, padron?: Padron | null): Promise<string>;
  /**
   * As {@link make} for the notice of a corte that is being admitted, but durable only once the file system was synced:
   * the admission does that for everything at once, and then calls `synced`. So the notice is ready before the corte is
   * shown, and a full disk can't prevent showing it later.
   */
  write(last: Statement, padron: Padron | null): Promise<{ readonly name: string; synced(): void }>;
  /**
   * Makes `<folder>/aviso` a link to this notice, for a web server that must show the notice by itself. Durable with the
   * next sync.
   */
  markReady(name: string): Promise<void>;
  /** Whether that link leads to this very notice. */
  hasReady(name: string): Promise<boolean>;
  /** @returns the name of the folder that the notice of a corte has, made or not */
  noticeOf(last: Statement | null, padron: Padron | null): string;
  /** The names of the folders that are there. */
  names(): Promise<ReadonlySet<string>>;
  /** Removes the notices of older cortes, but for those that are named. */
  prune(kept: ReadonlySet<string>): Promise<void>;
}

type PageKind = 'aviso' | 'espera';

/** The link to the prepared notice, in the folder of a phase's pages. */
const READY = 'aviso';

/** What an administrator decides about the notice. */
export interface NoticeSettings {
  /** a folder that replaces the notice's default page, if the administrator has one */
  readonly ownFolder: string | null;
  /** this Difusor's own name: the notice does not lead to itself */
  readonly difusor: string;
  /** to whom the notice leads in the place of the padrón's Difusores; none, if the padrón decides */
  readonly difusores: readonly OtherDifusor[];
}

export interface PagePlan {
  /** of the phase's pages */
  readonly folder: string;
  /** a private folder of the same file system */
  readonly staging: string;
  /** the trust document's title of the election */
  readonly title: string;
  readonly phase: Phase;
  readonly notice: NoticeSettings;
  readonly setting: Setting;
}

export interface StandIn {
  /** the name of its folder, made of its own hash */
  readonly name: string;
  /** its bytes: an administrator's own page may be of another encoding, which it states itself */
  readonly html: Buffer;
  /** whether it is the administrator's own, whose folder has more than the page */
  readonly isOwn: boolean;
}

/** The newest corte admitted, as far as a notice says something of it. */
interface LastCorte {
  readonly last: Statement | null;
  /** of that corte; null where it has none */
  readonly padron: Padron | null;
}

/** The page that stands in for a corte, made in memory, for servers that need no file of it. */
export function standIn(
  kind: PageKind,
  { title, phase, last, padron, notice }: Pick<PagePlan, 'title' | 'phase' | 'notice'> & LastCorte,
): StandIn {
  const own = kind === 'aviso' ? ownPage(notice.ownFolder) : null;
  const made = () =>
    kind === 'espera' ? esperaPage({ title, phase }) : avisoPage({ title, phase, last, ...leadsTo(padron, notice) });
  const html = own ?? Buffer.from(made());
  return { name: `${kind}-${hashOf(html).slice(0, 16)}`, html, isOwn: own !== null };
}

/** Where a notice leads: an administrator's own list goes before the padrón's. */
function leadsTo(padron: Padron | null, { difusor, difusores }: NoticeSettings) {
  const others = padron?.difusores.filter(({ name }) => name !== difusor) ?? [];
  return { institute: padron?.institute ?? null, difusores: difusores.length > 0 ? difusores : others };
}

export function openPages({ folder, staging, title, phase, notice, setting }: PagePlan): Pages {
  /** folders made by this process that are known to be on the disk */
  const durable = new Set<string>();

  const tellOwn = (detail: Said) => setting.tell({ event: 'error', what: words.ownNotice, detail });

  /** Puts a page in its place, not durably. @returns its folder's name */
  async function place(kind: PageKind, last: Statement | null, padron: Padron | null): Promise<string> {
    const { name, html, isOwn } = standIn(kind, { title, phase, last, padron, notice });
    const at = join(folder, name);
    if ((await readOrNull(join(at, 'index.html')))?.equals(html)) return name;
    const aside = join(staging, `${name}-${process.hrtime.bigint()}`);
    try {
      mkdirSync(aside, { mode: 0o755 });
      if (isOwn && notice.ownFolder !== null) copyOwn(notice.ownFolder, aside, tellOwn);
      if (kind === 'aviso' && notice.ownFolder !== null && !isOwn) {
        tellOwn(words.noIndex(notice.ownFolder));
      }
      await fs.writeFile(join(aside, 'index.html'), html, { mode: 0o644 });
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      await takePlace(aside, at);
    } catch (error) {
      await removeWhole(aside); // otherwise every try would fill a full disk a little more
      throw error;
    }
    return name;
  }

  return {
    async make(kind, last, padron = null) {
      const name = await place(kind, last, padron);
      if (durable.has(name)) return name;
      await syncFileSystem(folder, () => setting.step('syncing'));
      durable.add(name);
      return name;
    },

    async write(last, padron) {
      const name = await place('aviso', last, padron);
      return { name, synced: () => void durable.add(name) };
    },

    async markReady(name) {
      const link = join(folder, READY);
      if ((await linkTarget(link)) !== name) await replaceLink(link, name);
    },

    hasReady: async (name) => (await linkTarget(join(folder, READY))) === name,

    noticeOf: (last, padron) => standIn('aviso', { title, phase, last, padron, notice }).name,

    names: async () => new Set(await namesIn(folder)),

    async prune(kept) {
      const ready = await linkTarget(join(folder, READY));
      const old = (await namesIn(folder)).filter((name) => name.startsWith('aviso-') && name !== ready && !kept.has(name));
      for (const name of old) durable.delete(name);
      await removeWhole(...old.map((name) => join(folder, name)));
    },
  };
}

/** Removing what stands there takes a process of its own, and an admission waits for this: mostly there is nothing. */
async function takePlace(aside: string, at: string): Promise<void> {
  try {
    await fs.rename(aside, at);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    await removeWhole(at);
    await fs.rename(aside, at);
  }
}

async function linkTarget(link: string): Promise<string | null> {
  try {
    return await fs.readlink(link);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'EINVAL') return null; // EINVAL: something that is no link
    throw error;
  }
}

/** The administrator's own notice, or null where there is none: a missing folder must not prevent the notice. */
function ownPage(folder: string | null): Buffer | null {
  try {
    const html = folder === null ? null : readFileSync(join(folder, 'index.html'));
    return html?.length === 0 ? null : html; // an editor may be about to write it
  } catch {
    return null;
  }
}

/**
 * Copies the files of an administrator's folder, following links. What can't be read, or is no file, is told and left
 * out: somebody may be editing it, and no corte waits for that. Its page is written afterwards, from memory.
 */
function copyOwn(from: string, to: string, tell: (detail: Said) => void): void {
  const canBeCopied = (path: string) => {
    try {
      const seen = statSync(path);
      if (!seen.isFile() && !seen.isDirectory()) throw new ToldError(words.noFile);
      accessSync(path, constants.R_OK);
      return true;
    } catch (error) {
      tell(words.leftOut(path, saidBy(error)));
      return false;
    }
  };
  try {
    cpSync(from, to, { recursive: true, dereference: true, filter: canBeCopied });
  } catch (error) {
    tell(words.inPart(from, saidBy(error)));
  }
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
