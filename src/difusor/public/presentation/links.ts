import { lstatSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { replaceLink } from '../../../disk/durable.ts';
import { namesIn } from '../../../disk/names-in.ts';
import { removeWhole } from '../../../disk/remove.ts';
import { type Hash, isHash } from '../../../format/hash.ts';
import { parseSixDigits, sixDigits } from '../../../format/naming.ts';
import type { InstalledTemplate } from '../../state/templates.ts';

/** The links of one phase, `<phase>/<number>/<name>`, each to a copy that is named by its hash. Its calls throw Error. */
export interface Links {
  /** The presentations that are public with a corte, by name; an empty hash where something stands that is no link of ours. */
  of(number: number): Promise<ReadonlyMap<string, Hash>>;
  /** Makes the links of a corte be exactly these. */
  set(number: number, wanted: readonly InstalledTemplate[]): Promise<void>;
  /** Removes the links of all other cortes. */
  keepOnly(numbers: readonly number[]): Promise<void>;
  /** The copies to which a link of any phase leads. */
  used(): Promise<Set<Hash>>;
}

/** @param root the folder of all phases' links and of the copies */
export function linksOf(root: string, phase: string): Links {
  const ofPhase = join(root, phase);
  const folderOf = (number: number) => join(ofPhase, sixDigits(number));

  async function of(number: number): Promise<Map<string, Hash>> {
    const shown = new Map<string, Hash>();
    for (const name of await namesIn(folderOf(number))) shown.set(name, targetOf(join(folderOf(number), name)) ?? '');
    return shown;
  }

  return {
    of,

    async set(number, wanted) {
      const before = await of(number);
      if (before.size === 0 && wanted.length === 0) return;
      const folder = folderOf(number);
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      for (const [name] of before) {
        if (!wanted.some((one) => one.name === name)) await removeWhole(join(folder, name));
      }
      for (const { name, sha256 } of wanted) {
        if (before.get(name) === sha256) continue;
        const link = join(folder, name);
        if (before.get(name) === '') await removeWhole(link); // something that is no link of ours
        await replaceLink(link, `../../${sha256}`);
      }
    },

    async keepOnly(numbers) {
      const old = (await namesIn(ofPhase)).filter((name) => !numbers.includes(parseSixDigits(name) ?? -1));
      await removeWhole(...old.map((name) => join(ofPhase, name)));
    },

    async used() {
      const used = new Set<Hash>();
      for (const one of (await namesIn(root)).filter((name) => !isHash(name))) {
        for (const number of await namesIn(join(root, one))) {
          const folder = join(root, one, number);
          for (const name of await namesIn(folder)) used.add(targetOf(join(folder, name)) ?? '');
        }
      }
      return used;
    },
  };
}

/** The hash of the copy that a link of ours leads to; null for anything else that stands there. */
function targetOf(link: string): Hash | null {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  return /^\.\.\/\.\.\/([0-9a-f]{64})$/.exec(readlinkSync(link))?.[1] ?? null;
}
