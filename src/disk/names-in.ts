import { promises as fs } from 'node:fs';
import { codeOf } from '../format/thrown.ts';

/**
 * The names in a folder, in no order; none where there is no folder (yet).
 * @throws Error where it can't be read
 */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
