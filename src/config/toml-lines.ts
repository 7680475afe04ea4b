import type { Path } from './structure.ts';

/**
 * Where in a TOML text a key stands. The parser gives values without places, so the text is read once more, line by
 * line: headers `[a]` and `[[a.b]]`, and `key =` under them. It is only for messages: text inside a multi-line string
 * that looks like a key can mislead it, and then a message names another line, no more.
 */

const HEADER = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/;
const KEY = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/;

/** @returns the line (from 1) of the longest part of the path that the text shows; 1 where it shows none */
export function lineOf(text: string, path: Path): number {
  let best = { depth: 0, line: 1 };
  for (const { at, line } of places(text)) {
    const shared = at.findIndex((key, i) => key !== path[i]);
    const depth = shared === -1 ? at.length : shared;
    // A place counts when it is the path's own or one that the path leads through.
    if (depth === at.length && depth > best.depth) best = { depth, line };
  }
  return best.line;
}

/** @returns where a path stands for itself, from the first line on; none where it is only led through, or not there */
export function linesOf(text: string, path: Path): number[] {
  const isIt = (at: Path) => at.length === path.length && at.every((key, i) => key === path[i]);
  return [...places(text)].flatMap(({ at, line }) => (isIt(at) ? [line] : []));
}

/** @returns the first `[table]` of a text, with its line (from 1); null where there is none */
export function firstHeaderIn(text: string): { readonly header: string; readonly line: number } | null {
  for (const [i, row] of text.split('\n').entries()) {
    const header = HEADER.exec(row);
    if (header) return { header: header[1] === '[[' ? `[[${header[2]}]]` : `[${header[2]}]`, line: i + 1 };
  }
  return null;
}

function* places(text: string): Generator<{ at: Path; line: number }> {
  const counts = new Map<string, number>();
  let table: Path = [];
  for (const [i, row] of text.split('\n').entries()) {
    const header = HEADER.exec(row);
    if (header) {
      table = tableOf(segments(header[2]!), header[1] === '[[', counts);
      yield { at: table, line: i + 1 };
      // The first of several is also where the list of them begins.
      if (table.at(-1) === 0) yield { at: table.slice(0, -1), line: i + 1 };
      continue;
    }
    const key = KEY.exec(row);
    if (key) yield { at: [...table, ...segments(key[1]!)], line: i + 1 };
  }
}

/** A header's path with the index of the newest element of every array of tables on its way. */
function tableOf(names: readonly string[], isArray: boolean, counts: Map<string, number>): Path {
  const path: (string | number)[] = [];
  for (const [i, name] of names.entries()) {
    path.push(name);
    const id = JSON.stringify(path);
    if (isArray && i === names.length - 1) counts.set(id, (counts.get(id) ?? 0) + 1);
    const count = counts.get(id);
    if (count !== undefined) path.push(count - 1);
  }
  return path;
}

function segments(dotted: string): string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}
