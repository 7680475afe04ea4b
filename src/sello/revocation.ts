import { instantIn } from './hour.ts';

/**
 * What a revocation list, as `openssl crl -text` prints it, says. OpenSSL itself only knows whether a certificate is on the
 * list that it picks, and not whether that says anything of what was signed before.
 */

/** What ends a certificate without a doubt about what its key signed until then (RFC 3161, 4). */
const HARMLESS = new Set(['Unspecified', 'Affiliation Changed', 'Superseded', 'Cessation Of Operation']);

interface Entry {
  /** ms since the epoch; null where it can't be read */
  readonly at: number | null;
  /** in OpenSSL's words; null where none is told */
  readonly reason: string | null;
}

export interface RevocationList {
  /** in OpenSSL's words; two lists of one issuer have the same */
  readonly issuer: string;
  /** of a series that only grows; null where it has none */
  readonly number: bigint | null;
  /** ms since the epoch; null where it can't be read */
  readonly updated: number | null;
  /** by the certificate's serial number, as `plainSerial` writes it */
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  /** whether what it says is what its entries say: nothing is of other issuers, a mere change of another list, or critical and unknown here */
  readonly isPlain: boolean;
}

/** @param serial in hexadecimal @returns one spelling of it */
function plainSerial(serial: string): string {
  return serial.toUpperCase().replace(/^0+(?=.)/, '');
}

/** @param text of one list @returns null where it is of none */
export function listIn(text: string): RevocationList | null {
  const issuer = /^ +Issuer: ?(.*)$/m.exec(text)?.[1];
  if (issuer === undefined) return null;
  const [head = '', ...rest] = text.split(/^ +Serial Number: /m);
  const entries = new Map<string, Entry[]>();
  for (const one of rest) {
    const serial = plainSerial(/^[0-9A-Fa-f]+/.exec(one)?.[0] ?? '');
    const at = instantIn(/^ +Revocation Date: (.*)$/m.exec(one)?.[1] ?? '');
    const reason = /X509v3 CRL Reason Code: *(?:critical)?\n +(.*\S) *$/m.exec(one)?.[1] ?? null;
    entries.set(serial, [...(entries.get(serial) ?? []), { at, reason }]);
  }
  const number = /X509v3 CRL Number: *(?:critical)?\n +(\d{1,50}|0x[0-9A-Fa-f]{1,50})\s*$/m.exec(head)?.[1];
  return {
    issuer,
    number: number === undefined ? null : BigInt(number),
    updated: instantIn(/^ +Last Update: (.*)$/m.exec(head)?.[1] ?? ''),
    entries,
    isPlain: !SPECIAL.test(text) && [...text.matchAll(/^ +([^\n]*): critical$/gm)].every(([, name = '']) => KNOWN.has(name)),
  };
}

/** Of a list for other issuers' certificates too, or of one that only says what changed. */
const SPECIAL = /Indirect CRL|Delta CRL Indicator|X509v3 Certificate Issuer/;
const KNOWN = new Set(['X509v3 CRL Number', 'X509v3 CRL Reason Code', 'X509v3 Issuing Distribution Point', 'Invalidity Date']);

/**
 * Whether a list takes a certificate from under a token: it has it, unless as ended later than the token and for a harmless
 * reason. Where no reason is told, nothing that the key signed is good any more (RFC 3161, 4).
 * @param serial of the certificate, in hexadecimal
 * @param at the hour of the token, ms since the epoch
 */
export function takesAway({ entries }: RevocationList, serial: string, at: number): boolean {
  const own = entries.get(plainSerial(serial)) ?? [];
  return !own.every((entry) => entry.at !== null && at < entry.at && entry.reason !== null && HARMLESS.has(entry.reason));
}

/** Whether a list was made before another one of its issuer: by its hour, or by its number where both have one. */
export function isOlder(list: RevocationList, other: RevocationList): boolean {
  if (list.issuer !== other.issuer) return false;
  if (other.updated !== null && (list.updated === null || list.updated < other.updated)) return true;
  return list.number !== null && other.number !== null && list.number < other.number;
}

/** Whether a list of the same issuer says all that another one says. The entry of a certificate that has ended may be gone. */
export function saysAllOf(list: RevocationList, other: RevocationList): boolean {
  return (
    list.issuer === other.issuer &&
    [...other.entries].every(([serial, said]) =>
      said.every(({ at, reason }) => list.entries.get(serial)?.some((one) => one.at === at && one.reason === reason)),
    )
  );
}
