import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../config/usage-error.ts';
import { Refusal } from '../../format/refusal.ts';
import { listSource } from '../../iec/pack/source.ts';
import { excludeOf } from '../../iec/setup/exclude.ts';
import type { SourceFact } from '../judge/iec.ts';
import { type Known, known, unknown } from '../known.ts';
import { type Looker, whyUnread } from './looker.ts';
import { words } from './words.ts';

/** Files that are looked at; one that nobody else may read is usually none alone. */
const MOST = 20_000;

/**
 * Whether the account of the service can read the publication. Root can read everything, so modes are looked at.
 * @param owner a folder of that account
 */
export async function probeSource(
  look: Looker,
  source: string,
  exclude: readonly string[],
  owner: string,
): Promise<Known<SourceFact>> {
  try {
    const { uid, gid } = await fs.stat(owner);
    const groups = new Set([gid, ...(await groupsOf(look, uid))]);
    const files = await listSource(source, excludeOf(exclude));
    for (const { path } of files.slice(0, MOST)) {
      const seen = await fs.stat(join(source, path));
      const right = seen.uid === uid ? 0o400 : groups.has(seen.gid) ? 0o040 : 0o004;
      if (uid !== 0 && (seen.mode & right) === 0) {
        return known({ files: files.length, fault: words.mayNotReadSource(path) });
      }
    }
    return known({ files: files.length, fault: null });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'manifest-malformed') return known({ files: 0, fault: null });
    if (error instanceof Refusal) return known({ files: 0, fault: words.cannotPack(error.code) });
    if (error instanceof UsageError) return known({ files: 0, fault: words.notFiles });
    return unknown(whyUnread(source, error));
  }
}

async function groupsOf(look: Looker, uid: number): Promise<number[]> {
  const said = await look.ask('id', ['-G', String(uid)]);
  return 'known' in said && said.known.status === 0 ? said.known.stdout.trim().split(/\s+/).map(Number) : [];
}
