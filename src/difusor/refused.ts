import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../disk/durable.ts';
import type { Code } from '../format/refusal.ts';
import type { Waiting } from './inbox.ts';
import type { Node } from './node.ts';

/** Where deliveries go that leave the inbox: by one rename, whatever is in them, so that none can hold up the next. */

/** Refused deliveries kept; the oldest go first. What proves a fork goes to `evidence/` and stays. */
const KEPT = 200;
/** How many the IEC is shown. */
const SHOWN = 50;

export interface Reason {
  readonly at: string;
  readonly delivery: string;
  readonly code: Code;
  readonly detail: string;
}

/**
 * Moves a refused delivery aside with its reason.
 * @returns false where it can't be moved (its owner forbids it): it stays, and the caller must not try it over and over
 */
export async function setAside(node: Node, waiting: Waiting, code: Code, detail: string): Promise<boolean> {
  const at = new Date(node.now()).toISOString();
  const isEvidence = code === 'fork' || code === 'trust-fork';
  const safe = waiting.name.replace(/[^a-z0-9-]/gi, '_').slice(0, 60);
  const name = `${at.replace(/[:.]/g, '')}-${code}-${safe}-${process.hrtime.bigint() % 1_000_000n}`;
  const folder = join(isEvidence ? node.rooms.evidence : node.rooms.refused, name);
  await fs.mkdir(folder, { mode: 0o700 });
  const reason: Reason = { at, delivery: waiting.name, code, detail };
  await fs.writeFile(join(folder, 'reason.json'), `${JSON.stringify(reason)}\n`);
  const moved = await moveOut(waiting.path, join(folder, 'delivery'));
  await showRefused(node);
  return moved;
}

/** Takes a delivery that was admitted out of the inbox. */
export async function discard(node: Node, waiting: Waiting): Promise<boolean> {
  const aside = join(node.rooms.staging, `taken-${process.hrtime.bigint()}`);
  if (!(await moveOut(waiting.path, aside))) return false;
  await fs.rm(aside, { recursive: true, force: true });
  return true;
}

async function moveOut(from: string | Buffer, to: string): Promise<boolean> {
  try {
    await fs.rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true; // its owner took it back
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOTEMPTY') return false;
    if (code !== 'EXDEV') throw error;
  }
  // Another file system: a rename can't leave it. What identifies the delivery is in its reason.
  await fs.rm(from, { recursive: true, force: true });
  return true;
}

/** Keeps `refused/` within its bound. */
export async function trimRefused(node: Node): Promise<void> {
  const names = (await fs.readdir(node.rooms.refused)).sort();
  for (const name of names.slice(0, -KEPT)) await fs.rm(join(node.rooms.refused, name), { recursive: true, force: true });
}

/** The latest refusals, newest last: from `refused/` and `evidence/` as they stand on the disk. */
export async function latestRefused(node: Node): Promise<Reason[]> {
  const rooms = [node.rooms.refused, node.rooms.evidence];
  const folders = (await Promise.all(rooms.map(async (room) => (await fs.readdir(room)).map((name) => ({ room, name }))))).flat();
  const reasons: Reason[] = [];
  for (const { room, name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(-SHOWN)) {
    try {
      reasons.push(JSON.parse(await fs.readFile(join(room, name, 'reason.json'), 'utf8')) as Reason);
    } catch (error) {
      // Evidence of another kind has no reason; one cut short by a crash is still told by its folder's name.
      if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return reasons;
}

/** Puts the latest refusals where the IEC sees them. */
async function showRefused(node: Node): Promise<void> {
  const lines = (await latestRefused(node)).map((reason) => `${JSON.stringify(reason)}\n`);
  await replaceFile(join(node.outbox, 'refused.jsonl'), lines.join(''));
}
