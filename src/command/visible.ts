/**
 * Text that others wrote, made safe to look at. A control character in a file's name or a server's words could move
 * the cursor and write over a verdict; a mark that turns the direction of text, or one that cannot be seen, could make
 * one name look like another.
 */
const HIDDEN =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/u;
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');

export function isHidden(character: string): boolean {
  return HIDDEN.test(character);
}

/** The text with every such character as `\u{…}`; newlines too, so that it stays on its line. */
export function visible(text: string): string {
  return text.replace(ALL_HIDDEN, (c) => `\\u{${(c.codePointAt(0) as number).toString(16)}}`);
}
