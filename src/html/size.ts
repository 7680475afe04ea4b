/** Sizes and counts as people read them, the same in Spanish and in English. Sizes take bytes. */

const UNITS = ['kB', 'MB', 'GB'];

/** `812 B`, `1.2 kB`, `301 kB`, `12 MB`: two or three figures, which is what a picture or a table has room for. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let size = bytes;
  let unit = '';
  for (const larger of UNITS) {
    if (Math.round(size) < 1000) break; // by the rounded figure: never `1000 kB`
    size /= 1000;
    unit = larger;
  }
  return `${size.toFixed(size < 9.95 ? 1 : 0)} ${unit}`;
}

/** `812 B`, `301 kB`, `12.3 MB`: traffic over a link, in whole kB and tenths of MB, so that two figures can be compared. */
export function trafficOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_500 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `5120 MiB`: the room left on a disk, rounded down so that it never promises too much. */
export function roomOf(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}

/** `12,345`: as Mexico and English write a whole number. */
export function countOf(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
