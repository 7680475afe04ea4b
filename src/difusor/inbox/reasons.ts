import { join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { replaceFile } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { LIMITS } from '../../format/limits.ts';
import { CODES, type Code } from '../../format/refusal.ts';
import type { Node } from '../phase/node.ts';
import { words } from '../words.ts';

/** Why deliveries were refused, as it stands beside them on the disk: in a file, and in short in their folder's name. */

/** How many the IEC is shown. */
const SHOWN = 50;

export interface Reason {
  readonly at: string;
  readonly delivery: string;
  readonly code: Code;
  readonly detail: string;
}

/** In the name of the folder of what `cotejo traer` brought; no other folder of a refusal has the plus sign. */
const MARK_OF_TRAER = '+';

export function isFolderOfTraer(name: string): boolean {
  return name.includes(MARK_OF_TRAER);
}

export const REASON = 'reason.json';

/**
 * The name of a refusal's folder: when, in whose turn, why, and what.
 * @param reason its `at` is for people: a clock may be off by any time, and put right
 * @param turn as {@link nextTurn} gave it
 */
export function nameOfRefusal({ at, delivery, code }: Omit<Reason, 'detail'>, turn: bigint, isOfTraer: boolean): string {
  const safe = delivery.replace(/[^a-z0-9-]/gi, '_').slice(0, 60);
  const from = isOfTraer ? MARK_OF_TRAER : '';
  return `${at.replace(/[:.]/g, '')}-${turn}-${code}-${from}${safe}`;
}

const REASONED = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)(\\d{3})Z-(\\d+)-(${CODES.join('|')})-[+]?(.*)$`);

/**
 * Turns begin here, ns: before, the number in a name was the time since the machine's start, which each start sets back, and
 * no machine runs for thirty years.
 */
const FIRST_TURN = 10n ** 18n;

/** The turn that the name of a refusal's folder says; 0 for one of before there were turns, and for any other name. */
function turnOf(name: string): bigint {
  const turn = BigInt(REASONED.exec(name)?.[6] ?? 0);
  return turn < FIRST_TURN ? 0n : turn;
}

/** @param names of all folders that there are, in `refused/` and in `evidence/` @returns a turn after each of theirs */
export function nextTurn(names: readonly string[]): bigint {
  return names.reduce((last, name) => (turnOf(name) > last ? turnOf(name) : last), FIRST_TURN - 1n) + 1n;
}

/**
 * Folders in the order in which the refusals were made, which no clock can change. Those of before there were turns come
 * first, by the hour in their names.
 * @param nameOf the name of the folder
 */
export function inTurn<T>(folders: readonly T[], nameOf: (folder: T) => string): T[] {
  const named = folders.map((folder) => ({ folder, name: nameOf(folder), turn: turnOf(nameOf(folder)) }));
  const isBefore = (a: (typeof named)[0], b: (typeof named)[0]) => (a.turn === b.turn ? a.name < b.name : a.turn < b.turn);
  return named.sort((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ folder }) => folder);
}

/** What the name of a refusal's folder says, which outlives its reason. */
function namedReason(name: string): Reason | null {
  const [, day, hours, minutes, seconds, ms, , code, delivery] = REASONED.exec(name) ?? [];
  const known = CODES.find((one) => one === code);
  if (!known || delivery === undefined) return null;
  return { at: `${day}T${hours}:${minutes}:${seconds}.${ms}Z`, delivery, code: known, detail: words.reasonLost.en };
}

/**
 * The latest refusals, newest last: from `refused/` and `evidence/` as they stand on the disk. A node that has never run
 * has no rooms yet, and still has a status.
 * @param isWanted whether a refusal is, by the name of its folder: it is asked before the latest are taken
 */
export async function latestRefused(node: Node, isWanted: (folder: string) => boolean = () => true): Promise<Reason[]> {
  const rooms = [node.rooms.refused, node.rooms.evidence];
  const folders = (await Promise.all(rooms.map(async (room) => (await namesIn(room)).map((name) => ({ room, name }))))).flat();
  // Evidence of other kinds was written by others: a `reason.json` in it is not ours.
  const ours = folders.filter(({ name }) => REASONED.test(name) && isWanted(name));
  const reasons: Reason[] = [];
  for (const { room, name } of inTurn(ours, ({ name }) => name).slice(-SHOWN)) {
    const reason = (await writtenReason(join(room, name))) ?? namedReason(name);
    if (reason) reasons.push(reason);
  }
  return reasons;
}

/** @returns null where it was lost in a power cut */
async function writtenReason(folder: string): Promise<Reason | null> {
  const text = await readIfThere(join(folder, REASON), LIMITS.documentBytes);
  try {
    const reason: Reason | null = text && JSON.parse(text.toString()); // ours: only we write in this folder
    return reason;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** Puts the latest refusals of the IEC's deliveries where it sees them. */
export async function showRefused(node: Node): Promise<void> {
  const own = await latestRefused(node, (name) => !isFolderOfTraer(name));
  const lines = own.map((reason) => `${JSON.stringify(reason)}\n`);
  await replaceFile(join(node.outbox, 'refused.jsonl'), lines.join(''));
}
