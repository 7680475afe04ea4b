/** Lines of a stream of bytes, without copying those that lie within one piece of it. */
export interface Lines {
  /** Gives every line that ends in these bytes. They are read only until the next call. */
  push(bytes: Buffer): void;
  /** The last line, if it has no end. */
  finish(): void;
  /** how long the line is that has no end yet */
  pending(): number;
}

/** A request line and its headers are at most 32 KiB with nginx and Apache as they come. @internal */
export const MOST_LINE = 64 * 1024;

export interface LineUser {
  /** A line without its end, neither empty nor over {@link MOST_LINE} bytes. */
  line(bytes: Buffer, from: number, to: number): void;
  /** A line was longer. Nothing is kept of it. */
  tooLong(): void;
}

export function splitLines(user: LineUser): Lines {
  const kept = Buffer.allocUnsafe(MOST_LINE);
  let [length, isFirst] = [0, true]; // of the line so far; over MOST_LINE none of it is kept
  const give = (bytes: Buffer, from: number, to: number) => {
    const start =
      isFirst && to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from;
    isFirst = false;
    const end = to > start && bytes[to - 1] === 0x0d ? to - 1 : to;
    if (end > start) user.line(bytes, start, end);
  };
  const keep = (bytes: Buffer, from: number, to: number) => {
    if (length + to - from <= MOST_LINE) bytes.copy(kept, length, from, to);
    length += to - from;
  };
  const end = () => {
    if (length > MOST_LINE) user.tooLong();
    else give(kept, 0, length);
    length = 0;
  };
  return {
    push(bytes) {
      let from = 0;
      for (;;) {
        const to = bytes.indexOf(0x0a, from);
        if (to < 0) break;
        if (length > 0) {
          keep(bytes, from, to);
          end();
        } else if (to - from > MOST_LINE) user.tooLong();
        else give(bytes, from, to);
        from = to + 1;
      }
      if (from < bytes.length) keep(bytes, from, bytes.length);
    },
    finish() {
      if (length > 0) end();
    },
    pending: () => length,
  };
}
