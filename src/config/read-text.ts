import { readFile } from 'node:fs/promises';
import type { Said } from '../format/said.ts';
import { decodeUtf8 } from '../format/text.ts';
import { codeOf } from '../format/thrown.ts';
import { HintedError } from './hinted-error.ts';
import { UsageError } from './usage-error.ts';
import { words } from './words.ts';

/**
 * Text that a person wrote: UTF-8, like all that is signed. In another encoding it would be read with U+FFFD in place of
 * its accents, and signed so; and a U+FFFD that stands in it was left there by a wrong conversion before us.
 */

/** @throws UsageError for another encoding, with the line; Error where the file can't be read */
export async function readText(file: string): Promise<string> {
  return textOf(await bytesOf(file), file);
}

/**
 * As {@link readText}, of a file that a command makes.
 * @param made says how, for somebody who named one that is not there
 * @throws as {@link readText}; HintedError where there is no such file
 */
export async function readMadeText(file: string, made: Said): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new HintedError(words.noFile(file), made, error);
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    // The system has no path in this one.
    if (codeOf(error) === 'EISDIR') throw new HintedError(words.isFolder(file), words.lookInside(file), error);
    throw error;
  }
}

/**
 * As {@link readText}, of bytes that are at hand.
 * @param name as the user knows them
 */
export function textOf(bytes: Uint8Array, name: string): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw new UsageError(words.notUtf8(`${name}:${firstBadLine(bytes)}`), conversionOf(bytes, name));
  const at = text.indexOf(REPLACEMENT);
  if (at >= 0) {
    const line = text.slice(0, at).split('\n').length;
    throw new UsageError(words.replaced(`${name}:${line}`), words.writeAgain);
  }
  return text.replace(/^\ufeff/, ''); // some editors put a BOM before UTF-8, and mean nothing by it
}

/** @throws UsageError for an argument of the command line that was not UTF-8: Node has put U+FFFD in its place already */
export function checkArguments(args: readonly string[]): void {
  const bad = args.find((arg) => arg.includes(REPLACEMENT));
  if (bad !== undefined) {
    throw new UsageError(words.argumentNotUtf8(bad), words.otherEncoding);
  }
}

const REPLACEMENT = '\ufffd';

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    if (decodeUtf8(bytes.subarray(start, stop)) === null) return line;
    start = stop + 1;
  }
  return 1;
}

function conversionOf([first = 0, second = 0]: Uint8Array, name: string): Said {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return words.convert(`iconv -f ${isUtf16 ? 'UTF-16' : 'WINDOWS-1252'} -t UTF-8 ${name}`);
}
