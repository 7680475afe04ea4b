import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** A file to which lines are only appended, with one older file beside it. */
export interface LineLog {
  /** @throws Error where the line can't be written */
  append(line: string): void;
}

/** @param mostBytes past this size the file is renamed to `<file>.1`, which it replaces */
export function openLineLog(file: string, mostBytes: number): LineLog {
  let isWhole = false;
  return {
    append(line) {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > mostBytes) renameSync(file, `${file}.1`);
      // A power cut may have left half a line, or zeros in its place: the next line must not be joined to it.
      const start = isWhole || endsInNewline(file) ? '' : '\n';
      appendFileSync(file, `${start}${line}\n`, { mode: 0o644 });
      isWhole = true;
    },
  };
}

/** @returns true for a file that is empty or not there */
function endsInNewline(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })) return true;
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    closeSync(fd);
  }
}
