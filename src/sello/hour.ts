/**
 * The hour of a token, as `openssl ts -reply -token_out -text` prints it: the token alone, which the authority signed. Of a
 * whole answer the unsigned words of its status would come first, with lines of anybody's choice.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @returns milliseconds since the epoch; null where no such hour is there */
export function hourIn(text: string): number | null {
  const [, hour = ''] = /^Time stamp: (.*)$/m.exec(text) ?? [];
  return instantIn(hour);
}

/** @param text an hour as OpenSSL prints it, `Nov 29 06:38:59.25 2026 GMT` @returns ms since the epoch, or null */
export function instantIn(text: string): number | null {
  const match = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4}) GMT$/.exec(text);
  if (!match) return null;
  const [, month = '', day, hour, minute, second, fraction = '', year] = match;
  const index = MONTHS.indexOf(month);
  const at = Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second));
  return index < 0 || Number.isNaN(at) ? null : at + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Whether the token is of a SHA-256: by another function the same bytes would say something else. */
export function isOfSha256(text: string): boolean {
  return /^Hash Algorithm: sha256$/m.test(text);
}
