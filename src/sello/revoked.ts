import type { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { LIMITS } from '../format/limits.ts';
import { type Lists, listBlocks } from './lists.ts';
import { NotGood } from './not-good.ts';
import { mustOpenssl } from './openssl.ts';
import { certificatesIn, pathsFrom } from './path.ts';
import { type RevocationList, takesAway } from './revocation.ts';
import { words } from './words.ts';

/** A file of certificates and revocation lists. */
export interface Vouching {
  /** all of it */
  readonly pem: string;
  /** each list, and what it says */
  readonly lists: ReadonlyArray<readonly [block: string, list: RevocationList]>;
}

/**
 * @param certificates the file (PEM)
 * @throws NotGood, `list-unusable`, where a list in it can't be read; ToldError where openssl can't be run
 */
export async function readVouching(lists: Lists, certificates: string): Promise<Vouching> {
  const pem = (await readBounded(certificates, LIMITS.autoridadBytes)).toString('latin1');
  const blocks = listBlocks(pem);
  if (blocks === null) throw unusable();
  const read: [string, RevocationList][] = [];
  for (const block of blocks) {
    const list = await lists.read(block);
    if (list === null) throw unusable();
    read.push([block, list]);
  }
  return { pem, lists: read };
}

/** What a look for a revocation needs of a token that `openssl ts -verify` took. */
interface Verified {
  /** its file */
  readonly answer: string;
  /** a folder of our own */
  readonly own: string;
  readonly vouching: Vouching;
  /** of the token, ms since the epoch */
  readonly hour: number;
}

/**
 * Throws where a list among the certificates takes one of them from under the token: the signer's, or one on which that
 * rests. Every list of an issuer is asked, since a later one may have less. Their own hours are not looked at: a list of
 * years later says more than one of that night. One of an issuer that is not in the path says nothing.
 * @throws NotGood, with `list-unusable` where a list of such an issuer is not signed by it, or is of a kind that is not
 *   known here; ToldError where openssl can't be run
 */
export async function requireNotRevoked(lists: Lists, { answer, own, vouching, hour }: Verified): Promise<void> {
  if (vouching.lists.length === 0) return;
  const { signer, enclosed } = await certificatesOf(answer, own);
  const known = certificatesIn(vouching.pem);
  const paths = pathsFrom(signer, [...known, ...enclosed]);
  for (const [block, list] of vouching.lists) {
    const ofIts = await whoseIs(lists, block, paths, known);
    if (ofIts.length === 0) continue;
    if (!list.isPlain) throw unusable();
    if (ofIts.some(({ serialNumber }) => takesAway(list, serialNumber, hour))) {
      throw new NotGood('certificate-revoked', words.certificateRevoked);
    }
  }
}

/**
 * @param pem one list @param certificates a text of PEM
 * @returns what it says; null where it can't be read, is of a kind that is not known here, or none of them signed it
 * @throws ToldError where openssl can't be run
 */
export async function usableList(lists: Lists, pem: string, certificates: string): Promise<RevocationList | null> {
  const list = await lists.read(pem);
  if (!list?.isPlain) return null;
  for (const one of certificatesIn(certificates)) if ((await lists.signedBy(pem, one.toString())) === 'signed') return list;
  return null;
}

/** @returns the certificates of which a list speaks: those that its issuer, by its name, signed */
async function whoseIs(
  lists: Lists,
  block: string,
  paths: ReadonlyMap<X509Certificate, readonly X509Certificate[]>,
  known: readonly X509Certificate[],
): Promise<X509Certificate[]> {
  const signed = async (one: X509Certificate) => lists.signedBy(block, one.toString());
  const found: X509Certificate[] = [];
  let isVouchedFor = false;
  for (const [certificate, issuers] of paths) {
    for (const issuer of issuers) {
      const whose = await signed(issuer);
      if (whose === 'other') continue;
      isVouchedFor ||= whose === 'signed';
      if (!found.includes(certificate)) found.push(certificate);
    }
  }
  // An issuer that took a new key signs with it for what it signed with the old one.
  for (const one of found.length > 0 && !isVouchedFor ? known : []) isVouchedFor ||= (await signed(one)) === 'signed';
  if (found.length > 0 && !isVouchedFor) throw unusable();
  return found;
}

/** The token's signer, and what it has beside. Its signature was verified before; here it is only asked whose it is. */
async function certificatesOf(answer: string, own: string) {
  const place = (name: string) => join(own, name);
  const [token, signer, all] = [place('token.der'), place('signer.pem'), place('enclosed.pem')];
  await mustOpenssl(['ts', '-reply', '-in', answer, '-token_out', '-out', token]);
  const whose = ['-signer', signer, '-certsout', all, '-out', place('content')];
  await mustOpenssl(['cms', '-verify', '-noverify', '-inform', 'DER', '-in', token, ...whose]);
  // In PEM they are longer than in the token.
  const read = async (file: string) => certificatesIn((await readBounded(file, 4 * LIMITS.selloBytes)).toString('latin1'));
  const [one] = await read(signer);
  if (!one) throw new NotGood('certificate-unknown', words.certificateUnknown('unsupported certificate'));
  return { signer: one, enclosed: await read(all) };
}

function unusable(): NotGood {
  return new NotGood('list-unusable', words.listUnusable);
}
