import { join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from '../disk/bounded-file.ts';
import { replaceFile } from '../disk/durable.ts';
import { hash } from '../format/document.ts';
import type { Hash } from '../format/hash.ts';
import { decodeUtf8 } from '../format/text.ts';

/** Which pieces of a package lie in its file already, so that what was cut short goes on where it was. */

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const progress = v.object({ sha256: hash, bytes: index, size: v.pipe(index, v.minValue(1)), done: v.array(index) });
export type Progress = v.InferOutput<typeof progress>;

const MOST_BYTES = 256 * 1024;

function fileIn(folder: string): string {
  return join(folder, '.pieces.json');
}

/** @returns null where there is none of this very package, or it can't be read: then it is begun anew */
export async function readProgress(folder: string, sha256: Hash, bytes: number): Promise<Progress | null> {
  try {
    const text = decodeUtf8((await readIfThere(fileIn(folder), MOST_BYTES)) ?? new Uint8Array());
    const read = v.parse(progress, JSON.parse(text ?? ''));
    return read.sha256 === sha256 && read.bytes === bytes ? read : null;
  } catch {
    return null; // it saves time and nothing else
  }
}

export async function writeProgress(folder: string, now: Progress): Promise<void> {
  await replaceFile(fileIn(folder), JSON.stringify(now));
}
