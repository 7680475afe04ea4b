/**
 * Aligns the columns of rows, for a terminal. The last column is not padded, and no line ends in spaces.
 *
 * @param rows each with as many cells as the first; their text is not escaped here: `Shell.print` does that
 */
export function columnsOf(rows: ReadonlyArray<readonly string[]>): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
