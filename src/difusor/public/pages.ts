import { cpSync, promises as fs, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFileSystem, syncFolder } from '../../disk/durable.ts';
import { hashOf } from '../../format/hash.ts';
import type { Statement } from '../../format/statement.ts';
import { encodeUtf8 } from '../../format/text.ts';
import type { Phase } from '../../format/trust.ts';
import type { Node } from '../state/node.ts';
import { avisoPage, esperaPage } from './aviso-page.ts';

/**
 * The pages that stand in for a corte: the notice when none arrives any more, and the wait before the opening. Each is
 * a folder named by its own hash, made whole and durable before the link ever points at it.
 *
 * @param last the newest corte admitted, whose hour the notice tells
 * @returns the folder's name under `pages/<phase>/`
 */
export async function buildPage(node: Node, kind: 'aviso' | 'espera', phase: Phase, last: Statement | null): Promise<string> {
  const { title } = node.trust.newest.document;
  const own = kind === 'aviso' ? ownPage(node) : null;
  const html =
    own ?? (kind === 'aviso' ? avisoPage({ title, phase, last, difusores: node.difusores }) : esperaPage({ title, phase }));
  const name = `${kind}-${hashOf(encodeUtf8(html)).slice(0, 16)}`;
  const folder = join(node.rooms.pages, phase.name, name);
  if ((await read(join(folder, 'index.html'))) === html) return name;
  const aside = join(node.rooms.staging, `${name}-${process.hrtime.bigint()}`);
  mkdirSync(aside, { mode: 0o755 });
  if (kind === 'aviso' && node.avisoFolder !== null) {
    if (own !== null) cpSync(node.avisoFolder, aside, { recursive: true, dereference: true });
    else
      node.tell({
        event: 'error',
        what: 'the own notice',
        detail: `${node.avisoFolder} has no index.html; the default one is shown`,
      });
  }
  await fs.writeFile(join(aside, 'index.html'), html, { mode: 0o644 });
  mkdirSync(join(node.rooms.pages, phase.name), { recursive: true, mode: 0o755 });
  await fs.rm(folder, { recursive: true, force: true });
  await syncFileSystem(aside, () => node.step('syncing'));
  await fs.rename(aside, folder);
  await syncFolder(join(node.rooms.pages, phase.name));
  return name;
}

/** The administrator's own notice, or null where there is none: a folder that was moved must not keep the notice away. */
function ownPage(node: Node): string | null {
  try {
    return node.avisoFolder === null ? null : readFileSync(join(node.avisoFolder, 'index.html'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return null;
    throw error;
  }
}

async function read(file: string): Promise<string | null> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
