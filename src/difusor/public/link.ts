import { lstatSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { replaceLink, syncFolder } from '../../disk/durable.ts';
import { sixDigits } from '../../format/naming.ts';
import type { Shown } from '../../verdict/publication.ts';

/**
 * What the web server shows of a phase: `public/<phase>`, a symbolic link that is renamed into place (A14). Readers see
 * the old folder or the new one, whole.
 */
export interface PublicLink {
  readonly path: string;
  /** What the link shows now, or null where there is no link or it shows nothing of ours. */
  shown(): NowShown | null;
  /** What stands in the link's place: nothing, a link (ours or another), or something that is no link at all. */
  standing(): 'nothing' | 'link' | 'no-link';
  /** Whether it leads to this target already. */
  leadsTo(target: Target): boolean;
  /** Makes it lead there, durably. Something that is no link must have been taken away before. */
  point(target: Target): Promise<void>;
  /** Prepares a link that leads to the notice, for {@link showReady} to put in place. Durable with the next sync. */
  makeReady(page: string): Promise<void>;
  /** Whether a link to this very notice lies ready. */
  hasReady(page: string): boolean;
  /**
   * Shows the prepared notice by one rename, which needs no descriptor, no inode and no block. It is not durable and
   * need not be: after a power cut it is decided anew.
   * @returns whether there was one
   */
  showReady(): boolean;
}

interface NowShown {
  readonly public: Shown;
  /** of the corte that is shown, null for a page */
  readonly number: number | null;
  /** what the link points at, absolute: a reader that resolves it once sees one corte, whatever is switched meanwhile */
  readonly folder: string;
}

/** The tree of a corte, or a page by the name of its folder. */
type Target = { readonly corte: number } | { readonly page: string };

const TARGET = /^\.\.\/(?:trees\/([a-z0-9-]+)\/(\d{6})|pages\/([a-z0-9-]+)\/(aviso|espera)-[0-9a-f]+)$/;

/** @param room the folder of the links, `public/` beside `trees/` and `pages/` */
export function publicLink(room: string, phase: string): PublicLink {
  const path = join(room, phase);
  const ready = join(room, `.aviso-${phase}`);
  const seen = () => lstatSync(path, { throwIfNoEntry: false });
  const isLink = () => lstatSync(ready, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const hasReady = (page: string) => isLink() && readlinkSync(ready) === textOf({ page });
  const textOf = (target: Target) =>
    'corte' in target ? `../trees/${phase}/${sixDigits(target.corte)}` : `../pages/${phase}/${target.page}`;
  return {
    path,
    shown() {
      if (!seen()?.isSymbolicLink()) return null;
      const text = readlinkSync(path);
      const [, ofTrees, number, ofPages, page] = TARGET.exec(text) ?? [];
      if ((ofTrees ?? ofPages) !== phase) return null;
      const folder = join(room, text);
      if (number !== undefined) return { public: 'corte', number: Number(number), folder };
      return { public: page === 'aviso' ? 'aviso' : 'espera', number: null, folder };
    },
    standing() {
      const found = seen();
      if (!found) return 'nothing';
      return found.isSymbolicLink() ? 'link' : 'no-link';
    },
    leadsTo: (target) => seen()?.isSymbolicLink() === true && readlinkSync(path) === textOf(target),
    async point(target) {
      await replaceLink(path, textOf(target));
      await syncFolder(room);
    },
    hasReady,
    async makeReady(page) {
      if (!hasReady(page)) await replaceLink(ready, textOf({ page }));
    },
    showReady() {
      if (!isLink()) return false;
      renameSync(ready, path);
      return true;
    },
  };
}
