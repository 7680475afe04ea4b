import { columnsOf } from '../terminal/columns.ts';
import type { Shell } from '../terminal/shell.ts';
import { type Check, countsOf, type Verdict } from './check.ts';
import { words } from './words.ts';

/** A report for a terminal: what is wrong last, with what mends it, where it is seen. */

const STYLES = { cumple: 'green', 'no-cumple': 'red', 'no-se-sabe': 'yellow', declarado: 'bold' } as const satisfies Record<
  Verdict,
  string
>;
const ORDER: readonly Verdict[] = ['cumple', 'declarado', 'no-se-sabe', 'no-cumple'];

/** @param head whose report it is */
export function reportText({ paint, told }: Pick<Shell, 'paint' | 'told'>, head: string, checks: readonly Check[]): string {
  const sorted = ORDER.flatMap((verdict) => checks.filter((check) => check.verdict === verdict));
  const rows = columnsOf(
    sorted.map(({ id, clause, measured, verdict }) => [told(words[verdict]), id, clause ?? '-', told(measured)]),
  );
  const lines = sorted.flatMap(({ verdict, required, remedy }, i) => {
    const word = told(words[verdict]);
    const row = paint(STYLES[verdict], word) + (rows[i] ?? '').slice(word.length);
    if (verdict === 'cumple' || verdict === 'declarado') return [row];
    return [row, `    ${told(words.required(required))}`, `    ${told(words.remedy(remedy ?? '-'))}`];
  });
  const counts = countsOf(checks);
  const sum = words.sum(head, counts.cumple, counts.declarado, counts['no-se-sabe'], counts['no-cumple']);
  return [...lines, told(sum)].join('\n');
}
