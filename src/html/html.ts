import { inHtml } from '../format/text.ts';

/** HTML made of pieces: whatever is not a piece is text, and is escaped. */

export interface Html {
  readonly html: string;
}

export function html(parts: TemplateStringsArray, ...values: ReadonlyArray<Html | string | number>): Html {
  const filled = parts.map((part, i) => {
    const value = values[i];
    if (value === undefined) return part;
    return part + (typeof value === 'object' ? value.html : escaped(value));
  });
  return { html: filled.join('') };
}

export function join(pieces: readonly Html[]): Html {
  return { html: pieces.map((piece) => piece.html).join('') };
}

function escaped(value: string | number): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return inHtml(value);
}

/** `1 h 5 min`, the same in Spanish and English. */
export function spanOf(seconds: number): string {
  const whole = Math.round(seconds);
  const size = Math.abs(whole);
  const parts = [
    [Math.floor(size / 3600), 'h'],
    [Math.floor((size % 3600) / 60), 'min'],
    [size % 60, 's'],
  ] as const;
  const shown = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`);
  return (whole < 0 ? '−' : '') + (shown.join(' ') || '0 s');
}

/** `301 kB`, `1.2 MB`. */
export function bytesOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const size = bytes / 1000 ** power;
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[power - 1]}`;
}
