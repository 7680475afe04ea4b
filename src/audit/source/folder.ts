import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readSignedTrust } from '../../chain/trust-folder.ts';
import { NotAFile, openRegular, readIfThere } from '../../disk/bounded-file.ts';
import { parseSixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import type { ChainSource } from './chain-source.ts';
import { words } from './words.ts';

/**
 * A chain in a folder: a Difusor's, the IEC's archive, a USB stick. Links are not followed at the end of a path, and what
 * is not a regular file is refused.
 * @throws Error where there is no such folder
 */
export async function folderSource(folder: string): Promise<ChainSource> {
  if (!(await fs.stat(folder)).isDirectory()) throw new ToldError(words.noFolder(folder));
  return {
    name: folder,
    read: (path, limit) => orRefused(path, () => readIfThere(join(folder, path), limit)),
    readTrust: (version) =>
      orRefused(`trust/${version}.json`, () => absentIs(null, () => readSignedTrust(join(folder, 'trust'), version))),
    fetch: (path) =>
      orRefused(path, async () => {
        const handle = await absentIs(null, () => openRegular(join(folder, path)));
        return handle && { handle, close: () => handle.close() };
      }),
    numbers: async (phase) => {
      const names = await absentIs<string[]>([], () => fs.readdir(join(folder, phase)));
      return names.map(parseSixDigits).filter((number) => number !== null);
    },
    close: () => {},
  };
}

async function absentIs<T>(value: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return value;
    throw error;
  }
}

async function orRefused<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotAFile) throw new Refusal('delivery-malformed', words.notRegular(path), { cause: error });
    throw error;
  }
}
