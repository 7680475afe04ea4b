import { Unread } from '../../../src/audit/diff/bounds.ts';
import { decoded } from '../../../src/audit/diff/decoded.ts';
import { diffTables } from '../../../src/audit/diff/rows.ts';
import { diffValues } from '../../../src/audit/diff/values.ts';
import { chosen, orNull, promise, seed, type Target } from '../target.ts';

/** What `audit diff` reads: two versions of a table or of JSON, with a byte 0 between them. */

const CSV = 'Ayuntamientos\r\nACTAS,CAPTURADAS\r\n3,2\r\n\r\nSECCION,CASILLA,PAN,PRI\r\n1,B,5,"1,234"\r\n2,C,Sin dato\r\n';
const JSON_TEXT = '{"actas":9,"m":[{"id":"a","votos":{"PAN":"1,234"}},{"id":"b"}],"__proto__":{"x":1}}';

function tables(before: string, after: string): void {
  const diff = orNull(() => diffTables(before, after), Unread);
  if (diff === null) return;
  const { same, filled, changed, added, removed, before: of, after: to } = diff.rows;
  promise(same + filled + changed + removed === of, 'every row before is counted once');
  promise(same + filled + changed + added === to, 'every row after is counted once');
  promise(diff.changed.length <= changed && diff.rows_down <= changed, 'no more rows are told than there are');
  if (before === after) promise(same === of && diff.totals.length + diff.above.length === 0, 'the same table has no changes');
}

function values(before: string, after: string): void {
  const diff = orNull(() => diffValues(before, after), Unread);
  if (diff === null) return;
  const { added, removed, changed } = diff.counts;
  promise(diff.values.length <= added + removed + changed, 'no more values are told than there are');
  if (before === after) promise(added + removed + changed === 0, 'the same JSON has no changes');
}

export const contents: Target = {
  seeds: [
    seed(0, `${CSV}\0${CSV.replace('5,', '4,')}`),
    seed(0, `${CSV}\0${CSV}`),
    seed(0, 'a;b\n1;"x\0a;b\n1;"y""\n"'),
    seed(1, `${JSON_TEXT}\0${JSON_TEXT.replace('9', '8')}`),
    seed(1, '[[],{}]\0[{},[]]'),
  ],
  words: ['"', '""', ',', ';', '\t', '|', '\r\n', 'SECCION', 'ID', '1,234', '\0', '{', '[', '"id":', 'Sin dato', '\uFEFF'],
  most: 4096,
  take: (bytes) => {
    const { one, rest } = chosen(bytes, [tables, values]);
    const end = rest.indexOf(0);
    const [before, after] = end < 0 ? [rest, rest] : [rest.subarray(0, end), rest.subarray(end + 1)];
    one(decoded(before), decoded(after));
  },
};
