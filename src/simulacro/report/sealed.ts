import { readBounded } from '../../disk/bounded-file.ts';
import { embeddedIn } from '../../doctor/constancia/page.ts';
import { words } from '../../doctor/constancia/words.ts';
import type { PublicKey } from '../../format/key.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { signerOver } from '../../format/sshsig.ts';
import { decodeUtf8, encodeUtf8 } from '../../format/text.ts';
import { writeSealed } from '../../keys/sealed.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { reportPage } from './page.ts';
import { parseReport, type Statement } from './statement.ts';

/** A report on the disk: the page, and beside it a detached signature over the page's very bytes. */

const NAMESPACE = 'simulacro@cotejo';
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * @param file the page's; its signature is beside it, with `.sig`
 * @throws Error where a file can't be written, or the key can't sign
 */
export async function writeReport(file: string, stated: Omit<Statement, 'key'>, key: SigningKey): Promise<void> {
  // In the order, and to the bounds, in which it is read back: what can't be verified is not handed out.
  const statement = parseReport(JSON.stringify({ ...stated, key: key.publicKey }));
  if (!statement) throw new Error('the report would not be of its own form');
  await writeSealed(file, encodeUtf8(reportPage(statement)), NAMESPACE, key);
}

/**
 * @param key whose signature it must be; null for whoever's it says
 * @param version of this program
 * @throws Refusal `signature-malformed`, `signature-invalid`, `signer-unknown`, `too-large`; `content-mismatch` for a page
 *   that does not show its own statement; Error where a file can't be read, and where another version of this program
 *   would have to say whether the page shows its statement
 */
export async function readReport(file: string, key: PublicKey | null, version: string): Promise<Statement> {
  return verifyReport(await readBounded(file, PAGE_BYTES), await readBounded(`${file}.sig`, LIMITS.signatureBytes), key, version);
}

/** As {@link readReport}, of bytes. @internal */
export function verifyReport(page: Uint8Array, signatureFile: Uint8Array, key: PublicKey | null, version: string): Statement {
  const signedBy = signerOver(page, signatureFile, { namespace: NAMESPACE, key, what: words.page });
  const text = decodeUtf8(page);
  const json = text === null ? null : embeddedIn(text);
  const statement = json === null ? null : parseReport(json);
  if (!statement) throw new Refusal('content-mismatch', words.noStatement);
  if (statement.key !== signedBy) throw new Refusal('content-mismatch', words.namesOtherKey);
  if (reportPage(statement) === text) return statement;
  if (statement.cotejo === version) throw new Refusal('content-mismatch', words.showsOther);
  throw new ToldError(words.otherVersion(statement.cotejo));
}
