import { element } from '../dom.ts';

/** Gives the reader a file to keep. @param value is written as JSON */
export function saveJson(name: string, value: unknown): void {
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }));
  element('a', { href: address, download: name }).click();
  // The browser has taken it by then; it is small.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
