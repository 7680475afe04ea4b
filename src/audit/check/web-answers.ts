/** What the answers of a web server mean, whoever asked: the command or the page. */

/** Whether a redirect stays with the host that was named: on its own site, or from http to https. */
export function staysWithin(from: URL, to: URL): boolean {
  return to.origin === from.origin || isMovedToHttps(from, to);
}

export function isMovedToHttps(from: URL, to: URL): boolean {
  return from.protocol === 'http:' && to.protocol === 'https:' && to.hostname === from.hostname;
}

/**
 * Whether it is the notice or the wait in place of a corte, as the built-in web server and the nginx of docs/difusor.md
 * answer: a page, with 503, that nobody may keep. Any other 503 is a server in trouble.
 */
export function isStandIn(status: number, header: (name: string) => string | null | undefined): boolean {
  return status === 503 && isPageType(header('content-type') ?? '') && /\bno-store\b/i.test(header('cache-control') ?? '');
}

export function isPageType(contentType: string): boolean {
  return /^(text\/html|application\/xhtml)/i.test(contentType);
}

/** As an object store lists, at a folder's address, what it has. */
export function isXmlType(contentType: string): boolean {
  return /^(text|application)\/xml\b/i.test(contentType);
}

/** A web page where something else should be: a block, an error told with status 200. */
export function isStrayPage(contentType: string, path: string): boolean {
  return isPageType(contentType) && !/\.x?html?$/i.test(path);
}

/** Whether a file is compressed by its own form, so that a server may say `Content-Encoding: gzip` of its very bytes. */
export function isGzipFile(path: string): boolean {
  return /\.t?gz$/i.test(path);
}
