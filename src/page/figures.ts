import type { Words } from './words-es.ts';

/** How times and sizes are written. */

/** As written, at the election's own offset: `domingo 1 de julio de 2018, 20:30 h (UTC−05:00)`. */
export function when(time: string, { lang }: Words): string {
  const [date = '', rest = ''] = time.split('T');
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeZone: 'UTC' })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(',', '');
  const clock = rest.slice(0, 8).replace(/:00$/, '');
  return `${day}, ${clock} h (UTC${rest.slice(8).replace('-', '\u2212')})`;
}

export function size(bytes: number, { lang }: Words): string {
  const [amount, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), 'kB'] : [Math.round(bytes / 1e5) / 10, 'MB'];
  return `${amount.toLocaleString(lang)} ${unit}`;
}
