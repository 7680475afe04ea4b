import type { Comment } from '../memoria.ts';

/** The comments of whoever runs the Difusor, from a text that they wrote. Nothing in it is markup. */

/** Bytes of the file: some twenty printed pages. */
export const COMMENT_BYTES = 64 * 1024;

/**
 * Paragraphs are separated by empty lines. A line that begins with `# ` is a heading, one that begins with `- ` or `* `
 * an item of a list; that is all.
 */
export function commentsIn(text: string): Comment[] {
  const found: Comment[] = [];
  let lines: string[] = [];
  const end = () => {
    if (lines.length > 0) found.push({ kind: 'paragraph', text: lines.join(' ') });
    lines = [];
  };
  for (const raw of text.split(/\r?\n|\r/)) {
    const line = raw.trim().replace(/\s+/g, ' ');
    const [, sign, rest = ''] = /^(#{1,3}|[-*•]) (.+)$/.exec(line) ?? [];
    if (sign === undefined) {
      if (line === '') end();
      else lines.push(line);
      continue;
    }
    end();
    found.push({ kind: sign.startsWith('#') ? 'heading' : 'item', text: rest });
  }
  end();
  return found;
}
