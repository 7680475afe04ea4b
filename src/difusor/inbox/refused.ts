import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { replaceFile } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import { LIMITS } from '../../format/limits.ts';
import { CODES, type Code } from '../../format/refusal.ts';
import type { Node } from '../phase/node.ts';
import type { Waiting } from './look.ts';

/** Where deliveries go that leave the inbox: by one rename, whatever is in them, so that none can hold up the next. */

/** Refused deliveries kept; the oldest go first. What proves a fork goes to `evidence/` and stays. */
const KEPT = 200;
/** Of forks, no more than this stay: whoever stole a key can sign as many as he likes, and one proves as much as a thousand. */
const EVIDENCE = 500;
/** How many the IEC is shown. */
const SHOWN = 50;

export interface Reason {
  readonly at: string;
  readonly delivery: string;
  readonly code: Code;
  readonly detail: string;
}

/** The very bytes that were judged, by file name: what the inbox holds by now may be something else. */
export type Judged = Readonly<Record<string, Uint8Array>>;

/**
 * Moves a refused delivery aside with its reason.
 * @param judged what proves the refusal, kept beside it where it is a fork
 * @returns false where it can't be moved (its owner forbids it): it stays, and the caller must not try it over and over
 */
export async function setAside(node: Node, waiting: Waiting, code: Code, detail: string, judged: Judged = {}): Promise<boolean> {
  const at = new Date(node.now()).toISOString();
  const isFork = code === 'fork' || code === 'trust-fork';
  const isEvidence = isFork && (await fs.readdir(node.rooms.evidence)).length < EVIDENCE;
  const safe = waiting.name.replace(/[^a-z0-9-]/gi, '_').slice(0, 60);
  // Names sort by time, also within one tick of the clock.
  const name = `${at.replace(/[:.]/g, '')}-${String(process.hrtime.bigint()).padStart(18, '0')}-${code}-${safe}`;
  const folder = join(isEvidence ? node.rooms.evidence : node.rooms.refused, name);
  await fs.mkdir(folder, { mode: 0o700 });
  const reason: Reason = { at, delivery: waiting.name, code, detail };
  if (isFork) {
    await fs.mkdir(join(folder, 'judged'));
    for (const [file, bytes] of Object.entries(judged)) await fs.writeFile(join(folder, 'judged', file), bytes);
  }
  await fs.writeFile(join(folder, 'reason.json'), `${JSON.stringify(reason)}\n`);
  return moveOut(node, waiting.path, join(folder, 'delivery'));
}

/** Takes a delivery that was admitted out of the inbox. */
export async function discard(node: Node, waiting: Waiting): Promise<boolean> {
  const aside = join(node.rooms.staging, `taken-${process.hrtime.bigint()}`);
  if (!(await moveOut(node, waiting.path, aside))) return false;
  // What can't be removed (somebody put another folder in its place just now) stays there, out of everybody's way.
  await removeWhole(aside);
  return true;
}

async function moveOut(node: Node, from: string | Buffer, to: string): Promise<boolean> {
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
  const hidden = join(node.inbox, `.taken-${process.hrtime.bigint()}`);
  await fs.rename(from, hidden);
  await removeWhole(hidden);
  return true;
}

/** Keeps `refused/` within its bound. */
export async function trimRefused(node: Node): Promise<void> {
  const names = (await fs.readdir(node.rooms.refused)).sort();
  const old = names.slice(0, -KEPT).slice(0, TRIMMED_AT_ONCE);
  await removeWhole(...old.map((name) => join(node.rooms.refused, name)));
}

/** So many that the list of them fits a command line. */
const TRIMMED_AT_ONCE = 1000;

const REASONED = new RegExp(`^[0-9TZ-]+-(?:${CODES.join('|')})-`);

/**
 * The latest refusals, newest last: from `refused/` and `evidence/` as they stand on the disk. A node that has never run
 * has no rooms yet, and still has a status.
 */
export async function latestRefused(node: Node): Promise<Reason[]> {
  const rooms = [node.rooms.refused, node.rooms.evidence];
  const folders = (await Promise.all(rooms.map(async (room) => (await namesIn(room)).map((name) => ({ room, name }))))).flat();
  // Evidence of another kind was written by others: a file `reason.json` in it is not ours.
  const ours = folders.filter(({ name }) => REASONED.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const reasons: Reason[] = [];
  for (const { room, name } of ours.slice(-SHOWN)) {
    const text = await readIfThere(join(room, name, 'reason.json'), LIMITS.documentBytes);
    try {
      if (text !== null) reasons.push(JSON.parse(text.toString()) as Reason);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error; // cut short by a crash: its folder's name still tells
    }
  }
  return reasons;
}

/** Puts the latest refusals where the IEC sees them. */
export async function showRefused(node: Node): Promise<void> {
  const lines = (await latestRefused(node)).map((reason) => `${JSON.stringify(reason)}\n`);
  await replaceFile(join(node.outbox, 'refused.jsonl'), lines.join(''));
}
