/**
 * Reads the address of a site's folder as a reader types or copies it. The address of the page that checks, `cotejo/`,
 * also gives the site's.
 * @returns null where it is no such address
 */
export function folderAddress(text: string): URL | null {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return null;
  const whole = scheme === undefined ? `https://${trimmed}` : trimmed;
  if (trimmed === '' || !URL.canParse(whole)) return null;
  const url = new URL(whole);
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  if (/\/(index|cotejo)\.html$/.test(url.pathname)) url.pathname = url.pathname.replace(/[^/]*$/, '');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.pathname = url.pathname.replace(/\/cotejo\/$/, '/');
  return url;
}
