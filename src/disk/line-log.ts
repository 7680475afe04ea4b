import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** A file to which lines are only appended, with one older file beside it. More than one process may append to it. */
export interface LineLog {
  /** @throws Error where the line can't be written */
  append(line: string): void;
}

/** @param mostBytes past this size the file is renamed to `<file>.1`, which it replaces */
export function openLineLog(file: string, mostBytes: number): LineLog {
  return {
    append(line) {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > mostBytes) renameSync(file, `${file}.1`);
      const fd = openSync(file, 'a+', 0o644);
      try {
        // A power cut may have left half a line, or zeros in its place, and a disk that was full a moment ago half of one that
        // we or another process wrote: the next line must not be joined to it.
        const start = endsInNewline(fd) ? '' : '\n';
        appendFileSync(fd, `${start}${line}\n`);
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** @returns true for a file that is empty */
function endsInNewline(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
}
