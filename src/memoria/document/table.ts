import { type Html, html, joined, nothing } from '../../html/html.ts';

/** Tables that a screen reader can read and paper can break: a caption, heads of columns and of rows. */

export interface Column {
  readonly head: string;
  /** numbers stand to the right */
  readonly isNumber?: boolean;
}

/** A column of numbers. */
export function number(head: string): Column {
  return { head, isNumber: true };
}

/** Rows of a table that stays together on paper. */
const SHORT = 18;

/** @param rows the first cell of each is its head */
export function tableOf(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Html)[])[],
  className = '',
): Html {
  const heads = columns.map(({ head, isNumber }) => html`<th scope="col"${numeric(isNumber)}>${head}</th>`);
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${numeric(columns[i]?.isNumber)}>${cell}</td>`,
    );
    return html`<tr>${cells}</tr>`;
  });
  // A short one is not broken over two pages.
  const classes = `${className} ${rows.length <= SHORT ? 'short' : ''}`.trim();
  return html`<table${classes === '' ? nothing : html` class="${classes}"`}>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${joined(lines, '\n')}
</tbody>
</table>`;
}

function numeric(isNumber: boolean | undefined): Html {
  return isNumber ? html` class="n"` : nothing;
}
