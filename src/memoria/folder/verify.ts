import { join } from 'node:path';
import * as v from 'valibot';
import { readBounded } from '../../disk/bounded-file.ts';
import { key as keyForm, name, text, time } from '../../format/document.ts';
import type { PublicKey } from '../../format/key.ts';
import { LIMITS } from '../../format/limits.ts';
import { parseManifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { signerOver } from '../../format/sshsig.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { About } from '../memoria.ts';
import { words } from '../words.ts';
import { filesIn, hashed, NAMESPACE, NotOfAMemoria, SIGNATURE, SUMS } from './seal.ts';

/** `memoria --verify`: is a folder, to the byte, what a node's key signed? Nothing altered, missing or put in. */

export const ABOUT = 'memoria.json';
const ABOUT_BYTES = 64 * 1024 * 1024;

const about = v.object({
  type: v.literal('cotejo/memoria'),
  format: v.literal(1),
  cotejo: text,
  election: name,
  title: text,
  difusor: name,
  nombre: v.nullable(text),
  node: name,
  phase: name,
  kind: v.picklist(['oficial', 'simulacro']),
  from: time,
  to: time,
  made_at: time,
  key: keyForm,
  ip: v.picklist(['truncada', 'completa']),
});

export interface Verified {
  /** by whom, of what */
  readonly about: About;
  /** that signed it */
  readonly key: PublicKey;
  readonly files: number;
  readonly bytes: number;
}

/**
 * @param key whose signature it must be; null for whoever's it says
 * @param hashing is told each file before it is read
 * @throws Refusal `signature-malformed`, `signature-invalid`, `signer-unknown`, `manifest-malformed`, `path-forbidden`,
 *   `too-large`; `content-missing` for a file that is not there, `content-mismatch` for one that is altered, one too many,
 *   or a `memoria.json` that names another key; Error where something can't be read
 */
export async function verifyMemoria(folder: string, key: PublicKey | null, hashing: (path: string) => void): Promise<Verified> {
  const sums = await readBounded(join(folder, SUMS), LIMITS.manifestBytes);
  const signature = await readBounded(join(folder, SIGNATURE), LIMITS.signatureBytes);
  const signer = signerOver(sums, signature, { namespace: NAMESPACE, key, what: SUMS });
  const manifest = parseManifest(sums);
  await checkNames(folder, new Set(manifest.map(({ path }) => path)));
  let bytes = 0;
  for (const { path, sha256 } of manifest) {
    hashing(path);
    const seen = await hashed(folder, path);
    if (seen.sha256 !== sha256) throw new Refusal('content-mismatch', words.notSigned(path));
    bytes += Number(seen.look.size);
  }
  const said = await readAbout(folder);
  if (said.key !== signer) throw new Refusal('content-mismatch', words.otherKey(ABOUT));
  return { about: said, key: signer, files: manifest.length, bytes };
}

async function checkNames(folder: string, listed: ReadonlySet<string>): Promise<void> {
  const there = new Set(await filesOf(folder));
  for (const path of listed) if (!there.has(path)) throw new Refusal('content-missing', words.notThere(path));
  for (const path of there) if (!listed.has(path)) throw new Refusal('content-mismatch', words.putIn(path));
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await filesIn(folder);
  } catch (error) {
    if (error instanceof NotOfAMemoria) throw new Refusal('content-mismatch', error.said, { cause: error });
    throw error;
  }
}

async function readAbout(folder: string): Promise<About> {
  const bytes = await readBounded(join(folder, ABOUT), ABOUT_BYTES);
  try {
    const read = v.safeParse(about, JSON.parse(decodeUtf8(bytes) ?? ''));
    if (read.success) return read.output;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal('content-mismatch', words.saysNothing(ABOUT));
}
