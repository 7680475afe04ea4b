import type { PublicKey } from '../../format/key.ts';
import { readPage, type SealedPage, verifyPage, writePage } from '../../keys/sealed-page.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { constanciaPage } from './page.ts';
import { parseStatement, type Statement } from './statement.ts';

/** A constancia on the disk: the page, and beside it a detached signature over the page's very bytes. */

const CONSTANCIA: SealedPage<Statement> = {
  namespace: 'constancia@cotejo',
  bytes: 2 * 1024 * 1024,
  pageOf: constanciaPage,
  parse: parseStatement,
};

/** As {@link writePage}. */
export function writeConstancia(file: string, statement: Omit<Statement, 'key'>, key: SigningKey): Promise<void> {
  return writePage(CONSTANCIA, file, statement, key);
}

/** As {@link readPage}. */
export function readConstancia(file: string, key: PublicKey | null, version: string): Promise<Statement> {
  return readPage(CONSTANCIA, file, key, version);
}

/** As {@link verifyPage}. @internal */
export function verifyConstancia(page: Uint8Array, signatureFile: Uint8Array, key: PublicKey | null, version: string): Statement {
  return verifyPage(CONSTANCIA, page, signatureFile, key, version);
}
