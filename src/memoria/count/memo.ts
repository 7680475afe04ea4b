import { byteTable } from './byte-table.ts';

/** What was found out of a text, remembered for as many texts as fit. */
export interface Memo {
  of(bytes: Buffer, from: number, to: number): number;
}

/** Longer texts are not remembered. */
const LONGEST = 1024;

/**
 * @param most texts; past that all are forgotten, so that a log of which every line is new costs no more memory
 * @param find a whole number from 0 to 255 for a text, always the same
 */
export function memo(most: number, find: (bytes: Buffer, from: number, to: number) => number): Memo {
  const table = byteTable(most, most * 128);
  const values = new Uint8Array(most);
  return {
    of(bytes, from, to) {
      const known = table.find(bytes, from, to);
      if (known >= 0) return values[known]!;
      const value = find(bytes, from, to);
      if (to - from > LONGEST) return value;
      let index = table.add(bytes, from, to);
      if (index < 0) {
        table.clear();
        table.find(bytes, from, to);
        index = table.add(bytes, from, to);
      }
      values[index] = value;
      return value;
    },
  };
}
