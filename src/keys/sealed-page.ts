import { readBounded } from '../disk/bounded-file.ts';
import type { PublicKey } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { Refusal } from '../format/refusal.ts';
import { ToldError } from '../format/said.ts';
import { type Namespace, signerOver } from '../format/sshsig.ts';
import { decodeUtf8, encodeUtf8 } from '../format/text.ts';
import { writeSealed } from './sealed.ts';
import { words } from './sealed-words.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * A page that is handed in: what it states is in it as JSON, too, and beside it is a detached signature over the page's very
 * bytes. It is believed only where the same page is made again of what it states.
 */

/** What every such page states beside its own matter. */
interface Stated {
  /** the version of the program that made it */
  readonly cotejo: string;
  /** by which it is signed */
  readonly key: PublicKey;
}

/** One kind of page. */
export interface SealedPage<S extends Stated> {
  readonly namespace: Namespace;
  /** no page is larger */
  readonly bytes: number;
  /** makes the page, with the statement in it */
  readonly pageOf: (statement: S) => string;
  /** @returns null for a text that is no statement of this kind */
  readonly parse: (json: string) => S | null;
}

/**
 * @param file the page's; its signature is beside it, with `.sig`
 * @throws Error where a file can't be written, the key can't sign, or the statement would not be read back as it is
 */
export async function writePage<S extends Stated>(
  kind: SealedPage<S>,
  file: string,
  stated: Omit<S, 'key'>,
  key: SigningKey,
): Promise<void> {
  // In the order, and to the bounds, in which it is read back: what can't be verified is not handed out.
  const statement = kind.parse(JSON.stringify({ ...stated, key: key.publicKey }));
  if (!statement) throw new ToldError(words.notItsForm);
  await writeSealed(file, encodeUtf8(kind.pageOf(statement)), kind.namespace, key);
}

/**
 * @param key whose signature it must be; null for whoever's it says
 * @param version of this program
 * @returns what it states
 * @throws Refusal `signature-malformed`, `signature-invalid`, `signer-unknown`, `too-large`; `content-mismatch` for a page
 *   that does not show its own statement; Error where a file can't be read, and where another version of this program
 *   would have to say whether the page shows its statement
 */
export async function readPage<S extends Stated>(
  kind: SealedPage<S>,
  file: string,
  key: PublicKey | null,
  version: string,
): Promise<S> {
  const page = await readBounded(file, kind.bytes);
  return verifyPage(kind, page, await readBounded(`${file}.sig`, LIMITS.signatureBytes), key, version);
}

/** As {@link readPage}, of bytes. */
export function verifyPage<S extends Stated>(
  kind: SealedPage<S>,
  page: Uint8Array,
  signatureFile: Uint8Array,
  key: PublicKey | null,
  version: string,
): S {
  const signer = signerOver(page, signatureFile, { namespace: kind.namespace, key, what: words.page });
  const text = decodeUtf8(page);
  const json = text === null ? null : embeddedIn(text);
  const statement = json === null ? null : kind.parse(json);
  if (!statement) throw new Refusal('content-mismatch', words.noStatement);
  if (statement.key !== signer) throw new Refusal('content-mismatch', words.namesOtherKey);
  if (kind.pageOf(statement) === text) return statement;
  if (statement.cotejo === version) throw new Refusal('content-mismatch', words.showsOther);
  throw new ToldError(words.otherVersion(statement.cotejo));
}

/**
 * The statement that a page embeds, as JSON.
 * @returns null where it embeds none
 * @internal
 */
export function embeddedIn(page: string): string | null {
  const [, escaped] = /<pre id="datos" hidden>([^<]*)<\/pre>/.exec(page) ?? [];
  return escaped?.replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff))) ?? null;
}
