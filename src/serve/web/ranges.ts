/** The parts of a file that a request asks for: RFC 9110, 14, as nginx implements it. */

export interface Range {
  readonly start: number;
  /** of the last byte; at least `start` */
  readonly end: number;
}

/**
 * A header with more ranges than this is ignored: each range costs more than the bytes that it gets (nginx:
 * `max_ranges`).
 */
const MOST_RANGES = 16;

/** Longer than any file. */
const BEYOND = 2 ** 63;

/**
 * @param header of the request
 * @param size of the file in bytes
 * @returns the ranges, at least one; null where the whole file is to be sent, `none` where no range lies within the
 *   file
 */
export function rangesOf(header: string | undefined, size: number): readonly Range[] | 'none' | null {
  if (header === undefined || !/^bytes=./i.test(header)) return null;
  const ranges: Range[] = [];
  let bytes = 0;
  for (const text of header.slice('bytes='.length).split(',')) {
    const match = /^ *(?:(\d+) *- *(\d*)|-(\d+)) *$/.exec(text);
    if (!match) return 'none';
    const [, first, last, suffix] = match;
    if ([first, last, suffix].some((digits) => Number(digits ?? 0) >= BEYOND)) return 'none';
    const start = suffix === undefined ? Number(first) : Math.max(0, size - Number(suffix));
    const end = suffix !== undefined || last === '' ? size - 1 : Math.min(Number(last), size - 1);
    if (start <= end) {
      ranges.push({ start, end });
      bytes += end - start + 1;
      if (ranges.length > MOST_RANGES) return null;
    } else if (start === 0) return null;
  }
  if (ranges.length === 0) return 'none';
  return bytes > size ? null : ranges;
}
