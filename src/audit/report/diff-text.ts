import type { Said } from '../../format/said.ts';
import { visible } from '../../format/text.ts';
import type { CorteDiff, FileDiff } from '../diff/diff.ts';
import type { DiffLooked } from '../diff/looked.ts';
import { labelled, type Reader } from './chain-text.ts';
import { downOf } from './diff-json.ts';
import {
  cautionsOf,
  changeSaid,
  DIFF_LOOKS,
  factsOf,
  nameAbove,
  nameOfTotal,
  sideSaid,
  summarySaid,
  valueSaid,
} from './diff-said.ts';
import { DIFF } from './diff-words.ts';

/** What changed between two cortes, for people at a terminal; JSON and the page have more. */

/** How many of one kind a text lists. */
const LISTED = 20;
const CELLS = 12;

export function diffText(diff: CorteDiff, looked: DiffLooked, reader: Reader): string {
  const { told, bold } = reader;
  const { a, b, added, removed, changed } = diff;
  const looks = (title: Said, of: DiffLooked['checked']) =>
    of.map((look, i) => [i === 0 ? told(title) : '', told(DIFF_LOOKS[look])] as const);
  const signed = (side: CorteDiff['a']) => `${told(sideSaid(side))}, ${told(DIFF.signedBy(side.signed.signer.name))}`;
  const unread = changed.filter(({ content, not_compared }) => content === null && not_compared === 'kind');
  const open = changed.filter((file) => !unread.includes(file));
  return [
    [
      bold(told(DIFF.authentic)),
      labelled([
        [told(DIFF.from), signed(a)],
        [told(DIFF.to), signed(b)],
        ...cautionsOf(diff).map((caution) => ['', told(caution)] as const),
      ]),
      told(summarySaid(diff)),
    ].join('\n'),
    downText(diff, reader),
    listed(bold(told(DIFF.added)), added, reader),
    listed(bold(told(DIFF.removed)), removed, reader),
    ...(open.length > 0 ? [bold(told(DIFF.changed))] : []),
    ...open.slice(0, LISTED).map((file) => fileText(file, reader)),
    ...(open.length > LISTED ? [told(DIFF.andMore(open.length - LISTED))] : []),
    listed(
      bold(told(DIFF.changedOnly)),
      unread.map(({ path }) => path),
      reader,
    ),
    `${bold(told(DIFF.whatWasChecked))}\n${labelled([
      ...looks(DIFF.checked, looked.checked),
      ...looks(DIFF.notChecked, looked.not_checked),
    ])}`,
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function downText(diff: CorteDiff, { told, bold }: Reader): string {
  const down = downOf(diff);
  const rows = diff.changed.flatMap(({ path, content }) =>
    content?.kind === 'csv' && content.rows_down > 0 ? [DIFF.rowsDown(path, content.rows_down)] : [],
  );
  if (diff.changed.every(({ content }) => content === null)) return '';
  if (down.length + rows.length === 0) return told(DIFF.noneDown);
  const lines = [
    ...down.map((one) => DIFF.downIn(one.path, nameOfTotal(one), valueSaid(one.before), valueSaid(one.after))),
    ...rows,
  ];
  return [`${bold(told(DIFF.down))} (${told(DIFF.downNote)})`, ...some(lines.map(told), told)].join('\n');
}

function fileText({ content, ...file }: FileDiff, { told }: Reader): string {
  const facts = factsOf({ content, ...file }).map((fact) => `  ${told(fact)}`);
  const mark = ({ down }: { readonly down: boolean }) => (down ? ` (${told(DIFF.went)})` : '');
  if (content === null) return [file.path, ...facts].join('\n');
  if (content.kind === 'json') {
    return [
      file.path,
      ...facts,
      ...some(
        content.values.map((value) => `${told(changeSaid(value))}${mark(value)}`),
        told,
      ),
    ].join('\n');
  }
  const totals = content.totals.map((total) => {
    const text = DIFF.change(nameOfTotal(total), valueSaid(total.before), valueSaid(total.after));
    return `${told(text)}${mark(total)}`;
  });
  const cells = content.changed.map(({ row, cells: all }) => {
    const shown = all.slice(0, CELLS).map((cell) => `${told(changeSaid(cell))}${mark(cell)}`);
    const rest = all.length > CELLS ? [told(DIFF.andMore(all.length - CELLS))] : [];
    return `${visible(row)} | ${[...shown, ...rest].join('; ')}`;
  });
  const part = (title: Said, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${told(title)}`, ...some(lines, told, '    ')];
  return [
    file.path,
    ...facts,
    ...part(
      DIFF.above,
      content.above.map((change) => told(changeSaid(change, nameAbove(change.name)))),
    ),
    ...part(DIFF.totals, totals),
    ...part(DIFF.rowsChanged, cells),
    ...part(DIFF.rowsAdded, content.added.map(visible)),
    ...part(DIFF.rowsRemoved, content.removed.map(visible)),
  ].join('\n');
}

function listed(title: string, lines: readonly string[], { told }: Reader): string {
  return lines.length === 0 ? '' : [`${title}: ${lines.length}`, ...some(lines, told)].join('\n');
}

function some(lines: readonly string[], told: Reader['told'], indent = '  '): string[] {
  const rest = lines.length > LISTED ? [told(DIFF.andMore(lines.length - LISTED))] : [];
  return [...lines.slice(0, LISTED), ...rest].map((line) => `${indent}${line}`);
}
