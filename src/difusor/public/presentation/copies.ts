import { promises as fs, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { syncFileSystem } from '../../../disk/durable.ts';
import { namesIn } from '../../../disk/names-in.ts';
import { removeWhole } from '../../../disk/remove.ts';
import { type Hash, isHash } from '../../../format/hash.ts';
import type { Setting } from '../../state/setting.ts';
import { copyInstalled, type InstalledTemplate, inspectCopy } from '../../state/templates.ts';
import { words } from '../../words.ts';
import type { Try } from './telling.ts';

/** The public copies of installed templates, named by their hash and shared by all phases. */
export interface Copies {
  /** Whether a public copy was found right and is there: another phase may have removed it. */
  isSound(of: InstalledTemplate): boolean;
  /** Whether the public copy is right, after making it if need be, where that did not fail a moment ago. @throws Interrupted */
  ensure(of: InstalledTemplate): Promise<boolean>;
  /** when a copy was last read whole and found right, on the clock that only runs forward, ms; null where it is not known so */
  readAt(sha256: Hash): number | null;
  /** Reads a copy. @returns the paths that are altered or missing; null where it is no copy at all. @throws Interrupted; Error */
  read(sha256: Hash): Promise<readonly string[] | null>;
  /** What is known of a copy counts no more. */
  doubt(sha256: Hash): void;
  /** Removes the copies that are not among these. @throws Error */
  keepOnly(used: ReadonlySet<Hash>): Promise<void>;
}

interface CopiesPlan {
  readonly rooms: {
    readonly templates: string;
    readonly presentations: string;
    readonly staging: string;
    readonly evidence: string;
  };
  readonly setting: Setting;
}

/** What failed is tried again so much later, ms. */
const RETRY_MS = 60_000;
/** Altered copies that are kept; a defacer could make any number of them. */
const EVIDENCE = 20;

export function openCopies({ rooms, setting }: CopiesPlan, tried: Try): Copies {
  /** copies that this process has read whole and found right, each with the hour at which it last did, ms */
  const sound = new Map<Hash, number>();
  /** copies that could not be made: when, and what they were made from */
  const failed = new Map<Hash, { readonly at: number; readonly from: string }>();
  const copyOf = (sha256: Hash) => join(rooms.presentations, sha256);
  const step = () => setting.step('patrol');

  /** Differs where the template was installed again. */
  function installedAs({ name, sha256 }: InstalledTemplate): string {
    const seen = lstatSync(join(rooms.templates, name, sha256), { bigint: true, throwIfNoEntry: false });
    return seen ? `${seen.ino} ${seen.ctimeNs}` : '';
  }

  async function make({ name, sha256 }: InstalledTemplate): Promise<void> {
    const aside = join(rooms.staging, `presentation-${process.hrtime.bigint()}`);
    try {
      await copyInstalled(join(rooms.templates, name, sha256), aside, sha256, step);
      // If its name reached the disk before its bytes, readers would see empty files after a power cut.
      await syncFileSystem(rooms.staging, () => setting.step('syncing'));
      await putAway(sha256);
      await fs.rename(aside, copyOf(sha256));
    } finally {
      if (lstatSync(aside, { throwIfNoEntry: false })) await removeWhole(aside);
    }
  }

  /** Takes away what stands in the place of a copy; altered bytes are evidence while there is room for it. */
  async function putAway(sha256: Hash): Promise<void> {
    if (!lstatSync(copyOf(sha256), { throwIfNoEntry: false })) return;
    const kept = (await namesIn(rooms.evidence)).filter((entry) => entry.startsWith('presentation-'));
    if (kept.length >= EVIDENCE) await removeWhole(copyOf(sha256));
    else await fs.rename(copyOf(sha256), join(rooms.evidence, `presentation-${sha256.slice(0, 16)}-${process.hrtime.bigint()}`));
  }

  async function read(sha256: Hash): Promise<readonly string[] | null> {
    const found = await inspectCopy(copyOf(sha256), sha256, step);
    if (found?.differing.length === 0) sound.set(sha256, setting.elapsed());
    return found?.differing ?? null;
  }

  return {
    isSound: ({ sha256 }) => sound.has(sha256) && (lstatSync(copyOf(sha256), { throwIfNoEntry: false })?.isDirectory() ?? false),
    readAt: (sha256) => sound.get(sha256) ?? null,
    read,
    doubt: (sha256) => void sound.delete(sha256),

    async ensure(of) {
      const from = installedAs(of);
      const last = failed.get(of.sha256);
      if (last?.from === from && setting.elapsed() - last.at < RETRY_MS) return false;
      const made = await tried(words.presentation(of.name), async () => {
        if ((await read(of.sha256))?.length !== 0) await make(of);
        sound.set(of.sha256, setting.elapsed());
        return true;
      });
      if (made) failed.delete(of.sha256);
      else failed.set(of.sha256, { at: setting.elapsed(), from });
      return made ?? false;
    },

    async keepOnly(used) {
      const unused = (await namesIn(rooms.presentations)).filter((name) => isHash(name) && !used.has(name));
      for (const sha256 of unused) sound.delete(sha256);
      await removeWhole(...unused.map(copyOf));
    },
  };
}
