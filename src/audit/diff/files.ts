import type { Hash } from '../../format/hash.ts';
import type { Manifest } from '../../format/manifest.ts';

/** What two lists of files say of each other. */
export interface FilesDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** at the same path with other bytes */
  readonly changed: readonly ChangedFile[];
  readonly same: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly before: Hash;
  readonly after: Hash;
}

/** @param before, after each in the order of its paths, as the result is */
export function diffFiles(before: Manifest, after: Manifest): FilesDiff {
  const old = new Map(before.map(({ path, sha256 }) => [path, sha256]));
  const added: string[] = [];
  const changed: ChangedFile[] = [];
  for (const { path, sha256 } of after) {
    const was = old.get(path);
    old.delete(path);
    if (was === undefined) added.push(path);
    else if (was !== sha256) changed.push({ path, before: was, after: sha256 });
  }
  const same = after.length - added.length - changed.length;
  return { added, removed: [...old.keys()], changed, same };
}
