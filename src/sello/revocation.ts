import { instantIn } from './hour.ts';

/**
 * What a revocation list, as `openssl crl -text` prints it, says of one certificate. OpenSSL itself only knows whether a
 * certificate is on the list, and not whether that says anything of what was signed before.
 */

/** What ends a certificate without a doubt about what its key signed until then (RFC 3161, 4). */
const HARMLESS = new Set(['Unspecified', 'Affiliation Changed', 'Superseded', 'Cessation Of Operation']);

interface Entry {
  readonly serial: string;
  /** ms since the epoch; null where it can't be read */
  readonly at: number | null;
  readonly reason: string;
}

/**
 * @param text of one list or of several
 * @param serial of the certificate, in hexadecimal
 * @param at the hour of the token, ms since the epoch
 * @returns whether the token stands although its certificate is on the list: it was ended later, for a harmless reason
 */
export function standsDespite(text: string, serial: string, at: number): boolean {
  const entries = entriesIn(text).filter((entry) => sameNumber(entry.serial, serial));
  return entries.length > 0 && entries.every((entry) => entry.at !== null && at < entry.at && HARMLESS.has(entry.reason));
}

function entriesIn(text: string): Entry[] {
  return text
    .split(/^ +Serial Number: /m)
    .slice(1)
    .map((entry) => ({
      serial: /^[0-9A-Fa-f]+/.exec(entry)?.[0] ?? '',
      at: instantIn(/^ +Revocation Date: (.*)$/m.exec(entry)?.[1] ?? ''),
      // A reason that is not told is the unspecified one (RFC 5280, 5.3.1).
      reason: /X509v3 CRL Reason Code: *(?:critical)?\n +(.*\S) *$/m.exec(entry)?.[1] ?? 'Unspecified',
    }));
}

function sameNumber(one: string, other: string): boolean {
  const plain = (text: string) => text.toUpperCase().replace(/^0+/, '');
  return plain(one) === plain(other);
}
