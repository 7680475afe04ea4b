import { visible } from '../format/text.ts';

/**
 * HTML and SVG made of pieces. Only {@link html}, {@link joined}, {@link styleOf} and {@link scriptOf} make a piece; whatever else is put
 * into a template is text and is escaped, so that no page can forget to. There is no way to pass markup in as a string.
 * It needs neither Node nor a document: a page in a browser could use it.
 */

/**
 * Its text is private and its class is not exported, so that no value from JSON or from the network can pass for a
 * piece.
 */
class Piece {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  /** The markup itself, for the code that writes the finished page. */
  toString(): string {
    return this.#markup;
  }
}

export type Html = Piece;

/** A piece without any markup. */
export const nothing: Html = new Piece('');

/**
 * The template tag. A value may stand in the text of an element or within a quoted attribute; in other places (a tag's
 * name, an attribute without quotes, a style, a script) it must be a piece.
 *
 * @param values a piece as it is; pieces one after the other; text, escaped; a number, to the hundredth, which is all
 *   that a coordinate needs
 */
export function html(parts: TemplateStringsArray, ...values: ReadonlyArray<Html | readonly Html[] | string | number>): Html {
  const filled = parts.map((part, i) => {
    const value = values[i];
    return value === undefined ? part : part + markupOf(value);
  });
  return new Piece(filled.join(''));
}

/** @param between stands between two pieces: white space, so that the page can be read as a file, too */
export function joined(pieces: readonly Html[], between: '' | '\n' = ''): Html {
  return new Piece(pieces.map(markupOf).join(between));
}

/**
 * The `style` element. Its text is the only one that is not escaped: in a style nothing can be escaped.
 *
 * @param css a constant of this program, never text that was read
 * @throws Error where the text would end the element
 */
export function styleOf(css: string): Html {
  if (/<\/style|<!--/i.test(css)) throw new Error('a style that would end the element that holds it');
  return new Piece(`<style>${css}</style>`);
}

/**
 * The `script` element, whose text is not escaped either.
 *
 * @param js a constant of this program, never text that was read
 * @throws Error where the text would end the element
 */
export function scriptOf(js: string): Html {
  if (/<\/script|<!--/i.test(js)) throw new Error('a script that would end the element that holds it');
  return new Piece(`<script>${js}</script>`);
}

function markupOf(value: Html | readonly Html[] | string | number): string {
  if (value instanceof Piece) return value.toString();
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return typeof value === 'string' ? escaped(value) : joined(value).toString();
}

/** Escapes text of unknown origin: markup, invisible characters, and characters that reverse the text around them. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
