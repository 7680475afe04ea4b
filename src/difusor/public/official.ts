import { readBounded } from '../../disk/bounded-file.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Entry } from '../../format/manifest.ts';
import { ToldError } from '../../format/said.ts';
import { words } from '../words.ts';

/**
 * Reads an official document of a corte from this disk: the bytes that the corte's manifest lists, or nothing.
 * @param fileOf where the content of a hash is on this disk
 * @throws Refusal `too-large`; NotAFile; Error where it can't be read, or has other bytes
 */
export async function readOfficial({ path, sha256 }: Entry, fileOf: (sha256: string) => string): Promise<Uint8Array> {
  const bytes = await readBounded(fileOf(sha256), LIMITS.documentBytes);
  if (hashOf(bytes) !== sha256) throw new ToldError(words.otherBytes(path));
  return bytes;
}
