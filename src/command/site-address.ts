import type { Said } from '../format/said.ts';
import { UsageError } from '../terminal/shell.ts';

/** Where readers find a site, as it was given on the command line. @throws UsageError with `wrong` and, as a hint, `such` */
export function siteAddress(text: string, wrong: Said, such: Said): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(wrong, such);
  return url;
}

/** The same, of a folder: what is published is asked for below it. @throws UsageError */
export function siteFolder(text: string, wrong: Said, such: Said): URL {
  const url = siteAddress(text, wrong, such);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
