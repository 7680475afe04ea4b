import { asOneLine } from '../../format/text.ts';
import type { Named, Top } from '../figures.ts';
import { byteTable } from './byte-table.ts';

/**
 * How often each of many names came, where there may be more of them than memory: when the names no longer fit, the
 * rarer half is dropped, and how many hits such a name may have had is remembered. A name that came more often than
 * that is never missing.
 */
export interface Tally {
  add(bytes: Buffer, from: number, to: number, pages: number, size: number): void;
  top(rows: number): Top;
}

/** Of a longer name its beginning is counted. */
const LONGEST = 512;
/** Characters of a name that are shown. */
const SHOWN = 300;

export function tally(most: number): Tally {
  const table = byteTable(most, most * 96);
  const hits = new Float64Array(most);
  const pages = new Float64Array(most);
  const sizes = new Float64Array(most);
  let [missing, all, distinct] = [0, 0, 0];

  const drop = () => {
    const counts = hits.slice(0, table.size).sort();
    const limit = counts[counts.length >> 1] ?? 0;
    const stay = Array.from({ length: table.size }, (_, i) => i).filter((i) => hits[i]! > limit);
    const names = stay.map((i) => Buffer.from(table.bytesOf(i)));
    distinct = Math.max(distinct, table.size);
    table.clear();
    for (const [to, from] of stay.entries()) {
      table.find(names[to]!, 0, names[to]!.length);
      table.add(names[to]!, 0, names[to]!.length);
      for (const values of [hits, pages, sizes]) values[to] = values[from]!;
    }
    missing += limit;
  };
  return {
    add(bytes, from, end, page, size) {
      const to = Math.min(end, from + LONGEST);
      all++;
      let index = table.find(bytes, from, to);
      if (index < 0) {
        index = table.add(bytes, from, to);
        if (index < 0) {
          drop();
          table.find(bytes, from, to);
          index = table.add(bytes, from, to);
        }
        hits[index] = pages[index] = sizes[index] = 0;
      }
      hits[index]! += 1;
      pages[index]! += page;
      sizes[index]! += size;
    },
    top(rows) {
      const named = new Map<string, Named>();
      for (let i = 0; i < table.size; i++) {
        const name = asOneLine(table.bytesOf(i).toString('utf8'), SHOWN);
        const known = named.get(name) ?? { name, hits: 0, pages: 0, bytes: 0 };
        const { hits: h, pages: p, bytes: b } = known;
        named.set(name, { name, hits: h + hits[i]!, pages: p + pages[i]!, bytes: b + sizes[i]! });
      }
      const byHits = (one: Named, other: Named) => other.hits - one.hits || (one.name < other.name ? -1 : 1);
      const sorted = [...named.values()].sort(byHits).slice(0, rows);
      return { rows: sorted, distinct: Math.max(distinct, named.size), isCut: missing > 0, missing, hits: all };
    },
  };
}
