/**
 * What a comparison of contents takes at most. A publication that is larger in some way is compared as far as this goes,
 * and what was left out is named: the differences of the manifests are always whole.
 */
export const BOUNDS = Object.freeze({
  /** bytes of a table (CSV) whose rows are compared */
  tableBytes: 32 * 1024 ** 2,
  /** bytes of a JSON file whose values are compared; a value takes up to twenty times its bytes in memory */
  jsonBytes: 8 * 1024 ** 2,
  /** bytes of all contents that are taken out of the packages, of both cortes together */
  contentBytes: 1024 ** 3,
  /** characters of one record of a table, line ends within quotes included */
  record: 1024 ** 2,
  /** records of one table */
  records: 300_000,
  /** how deep JSON may be nested */
  depth: 64,
  /** rows, cells, values and paths that are told one by one, over all files together; the counts are always whole */
  told: 50_000,
  /** characters of one value that is told */
  value: 200,
});

/** Why the contents of a file were not compared; closed words, for scripts too. */
export type NotCompared =
  /** not a table nor JSON, by its name */
  | 'kind'
  /** over the bytes, the records or the values that are compared */
  | 'too-large'
  /** nested too deeply, or a record without an end */
  | 'malformed'
  /** its content came with an earlier corte, and only these two folders were given */
  | 'not-here';

/** Ends the comparison of one file. */
export class Unread extends Error {
  override readonly name = 'Unread';
  readonly why: NotCompared;

  constructor(why: NotCompared) {
    super(why);
    this.why = why;
  }
}

/** How much may still be told one by one. */
export class Room {
  private left: number;

  constructor(left: number = BOUNDS.told) {
    this.left = left;
  }

  /** @returns whether there was room for so many more */
  take(count = 1): boolean {
    if (count > this.left) return false;
    this.left -= count;
    return true;
  }
}

/** A value as it is told: cut where it is long. */
export function shortened(text: string): string {
  if (text.length <= BOUNDS.value) return text;
  const cut = text.slice(0, BOUNDS.value);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
