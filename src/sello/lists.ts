import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { hashOf } from '../format/hash.ts';
import { openssl } from './openssl.ts';
import { listIn, type RevocationList } from './revocation.ts';

/** Revocation lists in a file of PEM, and what openssl says of each; what it said once is kept for the next token. */

/** Whose a list is: its signature is by this certificate, it is in its name alone, or it is another issuer's. */
type Signed = 'signed' | 'named' | 'other';

export interface Lists {
  /** @param pem one list @returns null where it is none @throws ToldError where openssl can't be run */
  read(pem: string): Promise<RevocationList | null>;
  /** @param pem one list @param certificate PEM @throws as above */
  signedBy(pem: string, certificate: string): Promise<Signed>;
}

/** What it prints of one revocation list, bytes. */
const LISTED_BYTES = 64 * 1024 * 1024;
/** Answers that are kept. */
const MOST_KEPT = 64;

/** @param apart gives the name of a folder that is there until the work ends */
export function listsIn(apart: <T>(work: (own: string) => Promise<T>) => Promise<T>): Lists {
  const look = (pem: string) =>
    apart(async (own) => {
      const [file, text] = [join(own, 'list.pem'), join(own, 'list.txt')];
      await fs.writeFile(file, pem);
      const { status } = await openssl(['crl', '-in', file, '-noout', '-text', '-out', text]);
      return status === 0 ? listIn((await readBounded(text, LISTED_BYTES)).toString('latin1')) : null;
    });
  const verify = (pem: string, certificate: string) =>
    apart(async (own): Promise<Signed> => {
      const [file, issuer] = [join(own, 'list.pem'), join(own, 'issuer.pem')];
      await fs.writeFile(file, pem);
      await fs.writeFile(issuer, certificate);
      const alone = ['-no-CApath', '-no-CAstore', '-CAfile', issuer];
      const { complaint } = await openssl(['crl', '-in', file, '-noout', ...alone]);
      // Its exit status does not say which.
      if (/^verify OK$/m.test(complaint)) return 'signed';
      return /Error getting CRL issuer certificate/.test(complaint) ? 'other' : 'named';
    });
  const [looked, verified] = [kept(look), kept(verify)];
  return { read: looked, signedBy: verified };
}

/** @returns each block of a list, an end of line after it; null where one has no end, or is not of base64 alone */
export function listBlocks(pem: string): string[] | null {
  const blocks = pem.match(/-----BEGIN X509 CRL-----\r?\n[A-Za-z0-9+/=\r\n]+-----END X509 CRL-----/g) ?? [];
  const begun = pem.match(/-----BEGIN X509 CRL-----/g) ?? [];
  return blocks.length === begun.length ? blocks.map((block) => `${block.replaceAll('\r', '')}\n`) : null;
}

/** Remembers what came of the last arguments; a failure is tried again. */
function kept<A extends string[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...args) => {
    const key = args.map((arg) => hashOf(Buffer.from(arg))).join();
    const known = answers.get(key);
    if (known) return known;
    const answer = work(...args);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    for (const oldest of answers.keys()) {
      if (answers.size <= MOST_KEPT) break;
      answers.delete(oldest);
    }
    return answer;
  };
}
