import { inGroups } from '../../format/hash.ts';
import { type Said, said } from '../../format/said.ts';
import { columnHour } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { countOf } from '../../html/size.ts';
import type { CorteDiff, FileDiff } from '../diff/diff.ts';
import type { DiffLooked } from '../diff/looked.ts';
import type { Change, TableDiff, Total } from '../diff/rows.ts';
import type { Side } from '../diff/sides.ts';
import { AUDIT_STYLE, bothOf, SWITCH } from './both.ts';
import { downOf } from './diff-json.ts';
import { cautionsOf, DIFF_LOOKS, factsOf, nameAbove, nameOfTotal, sideSaid, summarySaid, valueSaid } from './diff-said.ts';
import { DIFF } from './diff-words.ts';

/** What changed between two cortes, as one page that needs nothing else. */

/** How many of one kind a page lists: it is read by people. */
const LISTED = 500;
const CELLS = 40;

/** @param checkedAt the hour of the comparison as it is shown */
export function diffHtml(diff: CorteDiff, looked: DiffLooked, checkedAt: string): string {
  const { a, b, added, removed, changed } = diff;
  const title = `Cotejo: corte ${a.signed.statement.number} → ${b.signed.statement.number}`;
  const unread = changed.filter(({ content, not_compared }) => content === null && not_compared === 'kind');
  const open = changed.filter((file) => !unread.includes(file));
  const body = html`${SWITCH}
<main>
<p class="over">${bothOf(DIFF.title)}</p>
<h1>Corte ${a.signed.statement.number} → ${b.signed.statement.number} <small>${b.signed.statement.phase}</small></h1>
<p class="verdict good">${bothOf(DIFF.authentic)}</p>
${cautionsOf(diff).map((caution) => html`<p class="warning">${bothOf(caution)}</p>`)}
<dl>${sideRows(DIFF.from, a)}${sideRows(DIFF.to, b)}<dt>${bothOf(DIFF.comparedAt)}</dt><dd>${checkedAt}</dd></dl>
<p class="summary">${bothOf(summarySaid(diff))}</p>
${downSection(diff)}
${open.length > 0 ? html`<h2>${bothOf(DIFF.changed)}</h2>${cut(open, fileSection)}` : nothing}
${pathsSection(
  DIFF.changedOnly,
  unread.map(({ path }) => path),
)}
${pathsSection(DIFF.added, added)}
${pathsSection(DIFF.removed, removed)}
${lookedSection(looked, [...a.unchecked, ...b.unchecked])}
<p class="foot">${bothOf(DIFF.preliminary)}</p>
</main>`;
  return pageOf({ lang: 'es', title, style: STYLE, body });
}

function sideRows(label: Said, side: Side): Html {
  const { statement, sha256, signer } = side.signed;
  return html`<dt>${bothOf(label)}</dt><dd><b>${bothOf(sideSaid(side, columnHour(statement.taken_at)))}</b><br>${bothOf(DIFF.signedBy(signer.name))}${
    statement.note === null ? nothing : html`<br>${statement.note}`
  }<br><span class="hash">${inGroups(sha256).join(' ')}</span></dd>`;
}

function downSection(diff: CorteDiff): Html {
  if (diff.changed.every(({ content }) => content === null)) return nothing;
  const down = downOf(diff);
  const rows = diff.changed.flatMap(({ path, content }) =>
    content?.kind === 'csv' && content.rows_down > 0 ? [DIFF.rowsDown(path, content.rows_down)] : [],
  );
  if (down.length + rows.length === 0) return html`<p class="calm">${bothOf(DIFF.noneDown)}</p>`;
  const table =
    down.length === 0
      ? nothing
      : html`<div class="scroll"><table><thead><tr><th>${bothOf(DIFF.name)}</th>${FROM_TO}<th>${bothOf(DIFF.file)}</th></tr></thead><tbody>${down
          .slice(0, LISTED)
          .map(
            (one) =>
              html`<tr><td class="name">${bothOf(nameOfTotal(one))}</td>${numbers(one.before, one.after, true)}<td class="of">${one.path}</td></tr>`,
          )}</tbody></table></div>${more(down.length)}`;
  return html`<section class="down"><h2>${bothOf(DIFF.down)}</h2><p class="soft">${bothOf(DIFF.downNote)}</p>${table}${rows
    .slice(0, LISTED)
    .map((line) => html`<p>${bothOf(line)}</p>`)}</section>`;
}

const FROM_TO = html`<th class="n">${bothOf(DIFF.before)}</th><th class="n">${bothOf(DIFF.after)}</th><th class="n">${bothOf(DIFF.difference)}</th>`;

function fileSection(file: FileDiff): Html {
  const { path, content } = file;
  const facts = factsOf(file).map((fact) => html`<p class="soft">${bothOf(fact)}</p>`);
  const inside =
    content === null ? nothing : content.kind === 'csv' ? tableParts(content) : changesTable(DIFF.values, content.values);
  return html`<section class="file"><h3>${path}</h3>${facts}${inside}</section>`;
}

function tableParts(content: TableDiff): Html {
  return html`${changesTable(DIFF.above, content.above, nameAbove)}${totalsTable(content.totals)}${
    content.changed.length === 0
      ? nothing
      : fold(
          DIFF.rowsChanged,
          content.rows.changed,
          html`<div class="scroll"><table><thead><tr><th>${bothOf(DIFF.row)}</th><th>${bothOf(DIFF.name)}</th>${FROM_TO}</tr></thead>${cut(
            content.changed,
            ({ row, cells }) =>
              html`<tbody>${cells
                .slice(0, CELLS)
                .map(
                  (cell, i) =>
                    html`<tr><td class="row">${i === 0 ? row : ''}</td><td class="name">${cell.name}</td>${values(cell)}</tr>`,
                )}${cells.length > CELLS ? html`<tr><td class="row"></td><td class="name">${bothOf(DIFF.andMore(cells.length - CELLS))}</td></tr>` : nothing}</tbody>`,
          )}</table></div>`,
        )
  }${lines(DIFF.rowsFilled, content.rows.filled, content.filled)}${lines(DIFF.rowsAdded, content.rows.added, content.added)}${lines(DIFF.rowsRemoved, content.rows.removed, content.removed)}`;
}

function totalsTable(totals: readonly Total[]): Html {
  if (totals.length === 0) return nothing;
  const rows = totals
    .slice(0, LISTED)
    .map(
      (total) =>
        html`<tr><td class="name">${bothOf(nameOfTotal(total))}</td>${numbers(total.before, total.after, total.down)}</tr>`,
    );
  return fold(
    DIFF.totals,
    totals.length,
    html`<div class="scroll"><table><thead><tr><th>${bothOf(DIFF.name)}</th>${FROM_TO}</tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

function changesTable(title: Said, changes: readonly Change[], called: (name: string) => Said = said): Html {
  if (changes.length === 0) return nothing;
  const rows = cut(changes, (change) => html`<tr><td class="name">${bothOf(called(change.name))}</td>${values(change)}</tr>`);
  return fold(
    title,
    changes.length,
    html`<div class="scroll"><table><thead><tr><th>${bothOf(DIFF.name)}</th>${FROM_TO}</tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

/** The cells of one value: from, to and, between figures, the difference. */
function values({ before, after, down }: Change): Html {
  const isFigure = [before, after].every((value) => value !== null && /^\d{1,15}$/.test(value));
  return isFigure
    ? numbers(Number(before), Number(after), down)
    : html`<td class="n">${bothOf(valueSaid(before))}</td><td class="n">${bothOf(valueSaid(after))}</td><td class="n"><span class="step"></span>${down ? DOWN : nothing}</td>`;
}

const DOWN = html`<span class="went">▼ ${bothOf(DIFF.went)}</span>`;

function numbers(before: number | string | null, after: number | string | null, down: boolean): Html {
  const [from, to] = [before, after].map((value) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  );
  const shown = (value: typeof from) => (typeof value === 'number' ? html`${countOf(value)}` : bothOf(valueSaid(value ?? null)));
  const step =
    typeof from !== 'number' || typeof to !== 'number' ? '' : to >= from ? `+${countOf(to - from)}` : `−${countOf(from - to)}`;
  return html`<td class="n">${shown(from)}</td><td class="n">${shown(to)}</td><td class="n"><span class="step">${step}</span> ${down ? DOWN : nothing}</td>`;
}

function pathsSection(title: Said, paths: readonly string[]): Html {
  return paths.length === 0 ? nothing : html`<section>${lines(title, paths.length, paths)}</section>`;
}

/** @param count of all of them; fewer may have been told one by one */
function lines(title: Said, count: number, list: readonly string[]): Html {
  if (count === 0) return nothing;
  const shown = list.slice(0, LISTED).map((line) => html`<li>${line}</li>`);
  const rest = count > shown.length ? html`<li>${bothOf(DIFF.andMore(count - shown.length))}</li>` : nothing;
  return fold(title, count, html`<ul>${shown}${rest}</ul>`);
}

function fold(title: Said, count: number, inside: Html): Html {
  return html`<details${count <= 12 ? html` open` : nothing}><summary>${bothOf(title)}: ${countOf(count)}</summary>${inside}</details>`;
}

function cut<T>(list: readonly T[], show: (item: T) => Html): Html {
  return html`${list.slice(0, LISTED).map(show)}${list.length > LISTED ? html`<p>${bothOf(DIFF.andMore(list.length - LISTED))}</p>` : nothing}`;
}

function more(count: number): Html {
  return count > LISTED ? html`<p>${bothOf(DIFF.andMore(count - LISTED))}</p>` : nothing;
}

function lookedSection({ checked, not_checked }: DiffLooked, unchecked: readonly Said[]): Html {
  const list = (looks: DiffLooked['checked'], others: readonly Said[] = []) =>
    [...looks.map((look) => DIFF_LOOKS[look]), ...others].map((what) => html`<li>${bothOf(what)}</li>`);
  return html`<section class="looked"><div><h2>${bothOf(DIFF.whatWasChecked)}</h2><ul>${list(checked)}</ul></div>
<div><h2>${bothOf(DIFF.whatWasNot)}</h2><ul>${list(not_checked, unchecked)}</ul></div></section>`;
}

const STYLE = `${AUDIT_STYLE}
h1 small{color:var(--soft);font-weight:normal}h3{margin:1.6rem 0 .2rem;font-size:1.05rem;overflow-wrap:anywhere}
.soft{color:var(--soft);margin:.1rem 0;overflow-wrap:anywhere}.summary{font-size:1.1rem}.n{text-align:right;font-variant-numeric:tabular-nums}th.n{text-align:right}
.down{border:1px solid var(--line);border-left:.4rem solid #e69f00;padding:.2rem 1rem 1rem;margin:1.5rem 0}.down h2{margin-top:.6rem}.went{white-space:nowrap;font-weight:600}
.calm{color:var(--soft)}td{white-space:normal;overflow-wrap:break-word;vertical-align:top}td.n,th.n{padding-left:.7rem}td.n{max-width:18rem}.went,.step{white-space:nowrap}ul{padding-left:1.3rem;overflow-wrap:anywhere}tbody+tbody{border-top:2px solid var(--line)}
@media(max-width:40rem){thead{position:absolute;clip-path:inset(50%)}table,tbody{display:block}tr{display:flex;flex-wrap:wrap;gap:0 .6rem;padding:.3rem 0;border-bottom:1px solid var(--line)}td,td.n{border:0;padding:0;text-align:left;max-width:100%;overflow-wrap:anywhere}
.name,.row,.of{flex:0 0 100%}.name{font-weight:600}.row:empty{display:none}.row,.of{color:var(--soft)}.n+.n:not(:has(.step))::before{content:"→ "}.scroll{overflow:visible}}
`;
