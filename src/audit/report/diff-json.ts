import type { Code } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import type { CorteDiff } from '../diff/diff.ts';
import type { DiffLooked } from '../diff/looked.ts';
import type { Total } from '../diff/rows.ts';
import type { Side } from '../diff/sides.ts';

/** What `audit diff` found, for scripts. */

/** A figure of a file that is lower than before. */
export interface Down {
  readonly path: string;
  /** `value` in JSON; in a table a count of its rows, the sum of a column, or a count above its header */
  readonly of: Total['of'] | 'value';
  readonly name: string;
  readonly before: number | string | null;
  readonly after: number | string | null;
}

/** All totals and values that went down; of rows, and of values there was no room for, only how many. */
export function downOf({ changed }: CorteDiff): Down[] {
  return changed.flatMap(({ path, content }): Down[] => {
    if (content?.kind === 'csv') {
      return content.totals.flatMap(({ down, ...total }) => (down ? [{ path, ...total }] : []));
    }
    return (content?.values ?? []).flatMap(({ down, ...value }) => (down ? [{ path, of: 'value' as const, ...value }] : []));
  });
}

/** @param refused what is wrong beside the two cortes: with their chain, or that they are two of one number */
export function diffJson(
  diff: CorteDiff,
  looked: DiffLooked,
  refused: { readonly code: Code; readonly detail: Said } | null = null,
) {
  const { a, b, added, removed, changed, same } = diff;
  return {
    a: sideJson(a),
    b: sideJson(b),
    added,
    removed,
    changed: changed.map(({ content, ...file }) => ({ ...file, kind: null, ...content })),
    same,
    down: downOf(diff),
    checked: looked.checked,
    not_checked: looked.not_checked,
    refused,
  };
}

function sideJson({ signed: { statement, sha256, signer }, kind, unchecked }: Side) {
  const { phase, number, taken_at, final, note } = statement;
  return { phase, kind, number, corte: sha256, taken_at, final, note, signer: signer.name, unchecked };
}
