import { promises as fs } from 'node:fs';
import { roomsOf } from '../../difusor/state/rooms.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { ToldError } from '../../format/said.ts';
import type { NodeRecord } from '../incident/incidents.ts';
import { type Read, readRecord } from '../incident/record.ts';
import { words } from '../words.ts';

/** The daemon renames the record past 16 MiB, and what others cause past 4. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Reads the record of a node: that of its state folder, or of a copy of it.
 * @throws Error where there is no such folder, or a file can't be read; Refusal `too-large`
 */
export async function readNodeRecord(node: string, state: string): Promise<NodeRecord> {
  if (!(await fs.stat(state)).isDirectory()) throw new ToldError(words.notAFolder(state));
  const { events, others } = roomsOf(state);
  return { node, record: await readLog(events), others: await readLog(others) };
}

async function readLog(file: string): Promise<Read> {
  const files = await Promise.all([`${file}.1`, file].map((part) => readIfThere(part, MOST_BYTES)));
  // Byte by byte what is no UTF-8: the line that holds it is still read, or counted.
  return readRecord(files.map((bytes) => bytes?.toString('utf8') ?? ''));
}
