import { promises as fs, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../../disk/durable.ts';
import { removeWhole } from '../../disk/remove.ts';
import { sixDigits } from '../../format/naming.ts';

/** The trees of one phase: one folder per corte, named by its number in six digits. */
export interface Trees {
  /** holds the trees */
  readonly folder: string;
  /** Where the tree of a corte is, or would be. */
  of(number: number): string;
  /** The numbers of the trees that are there, ascending. */
  numbers(): number[];
  /** Moves a tree that was made and synced elsewhere to its place, durably. What a failed try left there is removed. */
  put(number: number, made: string): Promise<void>;
  /** Removes a tree. It leaves its place in one step, so that a crash never leaves half of one there. */
  remove(number: number): Promise<void>;
}

/**
 * @param folder of the phase's trees; it need not be there yet
 * @param staging a private folder of the same file system
 * @param leaving called with the number of each tree before it goes: what readers get by it must go first
 */
export function openTrees(folder: string, staging: string, leaving: (number: number) => Promise<void>): Trees {
  const of = (number: number) => join(folder, sixDigits(number));
  const numbers = () => {
    if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
    return readdirSync(folder)
      .filter((name) => /^\d{6}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  };
  async function remove(number: number): Promise<void> {
    await leaving(number);
    const aside = join(staging, `old-tree-${sixDigits(number)}-${process.hrtime.bigint()}`);
    await fs.rename(of(number), aside);
    await removeWhole(aside);
  }
  async function put(number: number, made: string): Promise<void> {
    if (lstatSync(of(number), { throwIfNoEntry: false })) await remove(number);
    await fs.rename(made, of(number));
    await syncFolder(folder);
  }
  return { folder, of, numbers, put, remove };
}
