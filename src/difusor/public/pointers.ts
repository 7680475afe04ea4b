import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { sixDigits } from '../../format/naming.ts';
import { pointerOf, pointerText } from '../../format/pointer.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import type { Head } from '../../verdict/corte.ts';

/**
 * What `ultimo.json` says of each thing that the public link may lead to: a file beside each, by the same name. A web
 * server finds it by where the link leads at this moment, so it is switched by the same rename, and by whoever switches.
 * A power cut may leave one empty; it is written anew before the link is settled again.
 */
export interface Pointers {
  /** of a corte's tree. @throws Error where it can't be written */
  ofCorte(head: Head): Promise<void>;
  /** of a page that stands in for a corte, by the name of its folder */
  ofPage(page: string, newest: Head | null): Promise<void>;
  /** of the notice that lies ready for a web server that must show it by itself */
  ofReady(newest: Head | null): Promise<void>;
  /** Removes those of trees and notices that are there no more. */
  prune(cortes: ReadonlySet<number>, pages: ReadonlySet<string>): Promise<void>;
}

/** By the same name as the link to the notice that lies ready. */
const READY = 'aviso';

/** @param folder of the phase's pointers; it need not be there yet */
export function openPointers(folder: string, phase: string): Pointers {
  /** what was written of each by this process: most settling changes nothing, and need not look */
  const written = new Map<string, Hash>();

  async function write(name: string, shows: 'corte' | 'aviso' | 'espera', newest: Head | null): Promise<void> {
    const told = newest && { number: newest.statement.number, corte: newest.sha256, taken_at: newest.statement.taken_at };
    const text = pointerText(pointerOf(phase, shows, told, `/${SITE_NAME}/`));
    const hash = hashOf(Buffer.from(text));
    if (written.get(name) === hash) return;
    await fs.mkdir(folder, { recursive: true, mode: 0o755 });
    await replaceFile(join(folder, `${name}.json`), text);
    written.set(name, hash);
  }

  return {
    ofCorte: (head) => write(sixDigits(head.statement.number), 'corte', head),
    ofPage: (page, newest) => write(page, page.startsWith('aviso') ? 'aviso' : 'espera', newest),
    ofReady: (newest) => write(READY, 'aviso', newest),
    async prune(cortes, pages) {
      for (const file of await namesIn(folder)) {
        const name = file.replace(/\.json$/, '');
        const isOld = /^\d{6}$/.test(name) ? !cortes.has(Number(name)) : name.startsWith('aviso-') && !pages.has(name);
        if (!isOld) continue;
        await fs.rm(join(folder, file), { force: true });
        written.delete(name);
      }
    },
  };
}
