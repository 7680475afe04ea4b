import { type Said, said } from '../../format/said.ts';
import { visible } from '../../format/text.ts';
import type { NotCompared } from '../diff/bounds.ts';
import type { CorteDiff, FileDiff } from '../diff/diff.ts';
import type { DiffLook } from '../diff/looked.ts';
import type { Change, Total } from '../diff/rows.ts';
import type { Side } from '../diff/sides.ts';
import { DIFF } from './diff-words.ts';

/** The sentences that the text and the page of `audit diff` share. What a file holds is made visible: a line end in it begins no line. */

/** What stands above a table is named by its line where it has no name (`line 2`). */
export function nameAbove(name: string): Said {
  const line = /^line (\d+)$/.exec(name)?.[1];
  return line === undefined ? said(visible(name)) : DIFF.line(Number(line));
}

/** @param hour of the corte, as it is shown */
export function sideSaid({ signed: { statement }, kind }: Side, hour: string = statement.taken_at): Said {
  return DIFF.corte(statement.number, statement.phase, kind, hour);
}

/** What a reader must know before the first figure. */
export function cautionsOf({ a, b }: CorteDiff): Said[] {
  const isDrill = a.kind === 'simulacro' || b.kind === 'simulacro';
  const isBackwards = Date.parse(a.signed.statement.taken_at) > Date.parse(b.signed.statement.taken_at);
  return [...(isDrill ? [DIFF.drill] : []), ...(isBackwards ? [DIFF.backwards] : [])];
}

export function summarySaid({ added, removed, changed, same }: CorteDiff): Said {
  return DIFF.summary(added.length, removed.length, changed.length, same);
}

export function nameOfTotal({ of, name }: Pick<Total, 'name'> & { readonly of: Total['of'] | 'value' }): Said {
  return of === 'rows' ? DIFF.ofRows : of === 'column' ? DIFF.ofColumn(visible(name)) : said(visible(name));
}

export function valueSaid(value: string | number | null): Said {
  return value === null ? DIFF.none : said(value === '' ? '""' : visible(String(value)));
}

/** @param called its name, where that has words */
export function changeSaid({ name, before, after }: Change, called: Said = said(visible(name))): Said {
  return DIFF.change(called, valueSaid(before), valueSaid(after));
}

/** Why nothing is told of what is inside; null where that needs no word. */
function whyNot(why: NotCompared | null): Said | null {
  switch (why) {
    case 'too-large':
      return DIFF.tooLarge;
    case 'malformed':
      return DIFF.malformed;
    case 'not-here':
      return DIFF.notHere;
    default:
      return null;
  }
}

/** The lines below a file's name. */
export function factsOf({ content, not_compared }: FileDiff): Said[] {
  const why = whyNot(not_compared);
  if (content === null) return why ? [why] : [];
  if (content.kind === 'json') {
    const { changed, added, removed } = content.counts;
    return [changed + added + removed === 0 ? DIFF.sameValues : DIFF.valueCounts(changed, added, removed)];
  }
  const { rows, key, columns, totals, above } = content;
  const isSame = rows.same === rows.before && rows.same === rows.after && totals.length + above.length === 0;
  return [
    isSame ? DIFF.sameValues : DIFF.rowCounts(rows.filled, rows.changed, rows.added, rows.removed),
    key === null ? DIFF.byLine : DIFF.byKey(visible(key.join(', '))),
    ...(columns.added.length > 0 ? [DIFF.columnsAdded(visible(columns.added.join(', ')))] : []),
    ...(columns.removed.length > 0 ? [DIFF.columnsRemoved(visible(columns.removed.join(', ')))] : []),
  ];
}

export const DIFF_LOOKS: Readonly<Record<DiffLook, Said>> = {
  trust: DIFF.looksTrust,
  statements: DIFF.looksStatements,
  signatures: DIFF.looksSignatures,
  links: DIFF.looksLinks,
  compared: DIFF.looksCompared,
  packages: DIFF.looksPackages,
  newest: DIFF.looksNewest,
  live: DIFF.looksLive,
};
