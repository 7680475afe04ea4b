import { cpSync, promises as fs, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFileSystem, syncFolder } from '../../disk/durable.ts';
import { hashOf } from '../../format/hash.ts';
import type { Statement } from '../../format/statement.ts';
import { encodeUtf8 } from '../../format/text.ts';
import type { Phase } from '../../format/trust.ts';
import type { Setting } from '../state/setting.ts';
import { avisoPage, esperaPage, type OtherDifusor } from './aviso-page.ts';

/**
 * The pages that stand in for a corte: the notice when none arrives any more, and the wait before the opening. Each is
 * a folder named by its own hash, made whole and durable before the link ever points at it.
 */
export interface Pages {
  /**
   * Makes a page, durably, if it is not there yet.
   * @param last the newest corte admitted, whose hour the notice tells
   * @returns its folder's name
   * @throws Error where it can't be written
   */
  make(kind: 'aviso' | 'espera', last: Statement | null): Promise<string>;
}

/** What an administrator decides about the notice. */
export interface NoticeSettings {
  /** a folder that replaces the notice's default page, if the administrator has one */
  readonly ownFolder: string | null;
  /** the other official Difusores, to whom the notice leads */
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
  /** of its folder, by its own hash */
  readonly name: string;
  readonly html: string;
  /** whether it is the administrator's own, whose folder has more than the page */
  readonly isOwn: boolean;
}

/** The page that stands in for a corte, made in memory: who serves it needs no file for it. */
export function standIn(
  kind: 'aviso' | 'espera',
  { title, phase, last, notice }: Pick<PagePlan, 'title' | 'phase' | 'notice'> & { readonly last: Statement | null },
): StandIn {
  const own = kind === 'aviso' ? ownPage(notice.ownFolder) : null;
  const made = () =>
    kind === 'espera' ? esperaPage({ title, phase }) : avisoPage({ title, phase, last, difusores: notice.difusores });
  const html = own ?? made();
  return { name: `${kind}-${hashOf(encodeUtf8(html)).slice(0, 16)}`, html, isOwn: own !== null };
}

export function openPages({ folder, staging, title, phase, notice, setting }: PagePlan): Pages {
  async function make(kind: 'aviso' | 'espera', last: Statement | null): Promise<string> {
    const { name, html, isOwn } = standIn(kind, { title, phase, last, notice });
    const place = join(folder, name);
    if ((await readOrNull(join(place, 'index.html'))) === html) return name;
    const aside = join(staging, `${name}-${process.hrtime.bigint()}`);
    mkdirSync(aside, { mode: 0o755 });
    if (isOwn && notice.ownFolder !== null) cpSync(notice.ownFolder, aside, { recursive: true, dereference: true });
    if (kind === 'aviso' && notice.ownFolder !== null && !isOwn) {
      const detail = `${notice.ownFolder} has no index.html; the default one is shown`;
      setting.tell({ event: 'error', what: 'the own notice', detail });
    }
    await fs.writeFile(join(aside, 'index.html'), html, { mode: 0o644 });
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await fs.rm(place, { recursive: true, force: true });
    await syncFileSystem(aside, () => setting.step('syncing'));
    await fs.rename(aside, place);
    await syncFolder(folder);
    return name;
  }

  return { make };
}

/** The administrator's own notice, or null where there is none: a folder that was moved must not keep the notice away. */
function ownPage(folder: string | null): string | null {
  try {
    return folder === null ? null : readFileSync(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return null;
    throw error;
  }
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
