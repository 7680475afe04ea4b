import { readBounded } from '../../disk/bounded-file.ts';
import type { PublicKey } from '../../format/key.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { signerOver } from '../../format/sshsig.ts';
import { decodeUtf8, encodeUtf8 } from '../../format/text.ts';
import { writeSealed } from '../../keys/sealed.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { constanciaPage, embeddedIn } from './page.ts';
import { parseStatement, type Statement } from './statement.ts';
import { words } from './words.ts';

/** A constancia on the disk: the page, and beside it a detached signature over the page's very bytes. */

const NAMESPACE = 'constancia@cotejo';
const PAGE_BYTES = 2 * 1024 * 1024;

/** @param file the page's; its signature is beside it, with `.sig` */
export async function writeConstancia(file: string, statement: Omit<Statement, 'key'>, key: SigningKey): Promise<void> {
  const page = encodeUtf8(constanciaPage(orderedWith(statement, key.publicKey)));
  await writeSealed(file, page, NAMESPACE, key);
}

/** The members in the order in which they are read back. */
function orderedWith(
  { type, format, cotejo, difusor, node, made_at, fit, checks }: Omit<Statement, 'key'>,
  key: PublicKey,
): Statement {
  return { type, format, cotejo, difusor, node, made_at, key, fit, checks };
}

/**
 * @param key whose signature it must be; null for whoever's it says
 * @param version of this program
 * @returns what it states
 * @throws Refusal `signature-malformed`, `signature-invalid`, `signer-unknown`, `too-large`; `content-mismatch` for a page
 *   that does not show its own statement; Error where a file can't be read, and where another version of this program
 *   would have to say whether the page shows its statement
 */
export async function readConstancia(file: string, key: PublicKey | null, version: string): Promise<Statement> {
  const page = await readBounded(file, PAGE_BYTES);
  const signature = await readBounded(`${file}.sig`, LIMITS.signatureBytes);
  return verifyConstancia(page, signature, key, version);
}

/** As {@link readConstancia}, of bytes. @internal */
export function verifyConstancia(page: Uint8Array, signatureFile: Uint8Array, key: PublicKey | null, version: string): Statement {
  const signer = signerOver(page, signatureFile, { namespace: NAMESPACE, key, what: words.page });
  const text = decodeUtf8(page);
  const json = text === null ? null : embeddedIn(text);
  const statement = json === null ? null : parseStatement(json);
  if (!statement) throw new Refusal('content-mismatch', words.noStatement);
  if (statement.key !== signer) throw new Refusal('content-mismatch', words.namesOtherKey);
  if (constanciaPage(statement) === text) return statement;
  if (statement.cotejo === version) throw new Refusal('content-mismatch', words.showsOther);
  throw new ToldError(words.otherVersion(statement.cotejo));
}
