import type { PublicKey } from '../../format/key.ts';
import { readPage, type SealedPage, verifyPage, writePage } from '../../keys/sealed-page.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { reportPage } from './page.ts';
import { parseReport, type Statement } from './statement.ts';

/** A report on the disk: the page, and beside it a detached signature over the page's very bytes. */

const REPORT: SealedPage<Statement> = {
  namespace: 'simulacro@cotejo',
  bytes: 4 * 1024 * 1024,
  pageOf: reportPage,
  parse: parseReport,
};

/** As {@link writePage}. */
export function writeReport(file: string, stated: Omit<Statement, 'key'>, key: SigningKey): Promise<void> {
  return writePage(REPORT, file, stated, key);
}

/** As {@link readPage}. */
export function readReport(file: string, key: PublicKey | null, version: string): Promise<Statement> {
  return readPage(REPORT, file, key, version);
}

/** As {@link verifyPage}. @internal */
export function verifyReport(page: Uint8Array, signatureFile: Uint8Array, key: PublicKey | null, version: string): Statement {
  return verifyPage(REPORT, page, signatureFile, key, version);
}
