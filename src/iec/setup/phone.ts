/** Telephone numbers as people write them: `+52 844 123 4567`, `(844) 123-45-67 ext. 12`. */

const NUMBER = /^(?<number>\+?[0-9(][0-9 ().-]*[0-9])(?:,? *ext\.? *(?<extension>[0-9]{1,8}))?$/i;

/** Seven digits are a local number, fifteen the most that any country has (E.164). */
const DIGITS = { least: 7, most: 15 };

/**
 * What a telephone dials, after `tel:` (RFC 3966). No country is guessed.
 * @returns null for what is no number
 */
export function dialled(text: string): string | null {
  const { number, extension } = NUMBER.exec(text.trim())?.groups ?? {};
  if (number === undefined) return null;
  const digits = number.replace(/[^0-9]/g, '');
  if (digits.length < DIGITS.least || digits.length > DIGITS.most) return null;
  return `${number.startsWith('+') ? '+' : ''}${digits}${extension === undefined ? '' : `;ext=${extension}`}`;
}

/** A number within a text: of ten digits, as in Mexico, or an international one. Hours and dates are shorter. */
const WITHIN =
  /(?<![0-9+])(?![0-9]{4}-[0-9]{2}-[0-9]{2}\b)(?:\+[0-9][0-9 ().-]{8,20}[0-9]|\(?[0-9](?:[ ().-]{0,2}[0-9]){9})(?![0-9])(?:,? *ext\.? *[0-9]{1,8})?/i;

/** A contact's text around its telephone number, which is empty where the text has none. */
export interface Contact {
  readonly before: string;
  readonly number: string;
  readonly after: string;
}

export function numberIn(text: string): Contact {
  const found = WITHIN.exec(text);
  if (found === null || dialled(found[0]) === null) return { before: text, number: '', after: '' };
  const end = found.index + found[0].length;
  return { before: text.slice(0, found.index), number: found[0], after: text.slice(end) };
}
