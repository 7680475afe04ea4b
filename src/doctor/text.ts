import { columnsOf } from '../terminal/columns.ts';
import type { Shell } from '../terminal/shell.ts';
import { type Check, countsOf, type Verdict } from './check.ts';
import { VERDICT_WORDS } from './words.ts';

/** A report for a terminal: what is wrong last, with what mends it, where it is seen. */

const STYLES = { cumple: 'green', 'no-cumple': 'red', 'no-se-sabe': 'yellow', declarado: 'bold' } as const satisfies Record<
  Verdict,
  string
>;
const ORDER: readonly Verdict[] = ['cumple', 'declarado', 'no-se-sabe', 'no-cumple'];

/** @param head whose report it is */
export function reportText(shell: Pick<Shell, 'paint'>, head: string, checks: readonly Check[]): string {
  const sorted = ORDER.flatMap((verdict) => checks.filter((check) => check.verdict === verdict));
  const rows = columnsOf(sorted.map(({ id, clause, measured, verdict }) => [VERDICT_WORDS[verdict], id, clause ?? '-', measured]));
  const lines = sorted.flatMap((check, i) => {
    const word = VERDICT_WORDS[check.verdict];
    const row = shell.paint(STYLES[check.verdict], word) + (rows[i] ?? '').slice(word.length);
    if (check.verdict === 'cumple' || check.verdict === 'declarado') return [row];
    return [row, `    se pide: ${check.required}`, `    remedio: ${check.remedy ?? '-'}`];
  });
  const counts = countsOf(checks);
  const sum = `${head}: cumplen ${counts.cumple}, declarados ${counts.declarado}, no se saben ${counts['no-se-sabe']}, no cumplen ${counts['no-cumple']}`;
  return [...lines, sum].join('\n');
}
