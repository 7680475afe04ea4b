import { closeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { typeOf } from '../../format/content-type.ts';
import { NOTHING_PAGE } from '../../format/site-names.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { takesGzip } from './encoding.ts';
import { type Opened, openInside } from './file.ts';
import type { Framing } from './framing.ts';
import { addressOf, queryOf, type Segments } from './request-target.ts';
import { type Headers, KEEP_NOT, say, sendText } from './say.ts';
import { sendOpened } from './send-opened.ts';
import type { ShownCorte, ShownNow, ShownPage } from './shown.ts';

/** Answers for the publication: with a file of the corte that is shown, or with the page that stands in for it. */

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly framing: Framing;
}

/** An address below a phase's publication. */
export interface Asked {
  readonly above: Segments;
  readonly segments: Segments;
}

interface Manner {
  /** what is said of caching */
  readonly headers: Headers;
  /** looks up what is shown once more: a tree may be replaced and removed between the look and the opening */
  readonly again?: () => Promise<ShownNow | null>;
}

export async function sendCorte(exchange: Exchange, asked: Asked, corte: ShownCorte, manner: Manner): Promise<void> {
  const { request, response, framing } = exchange;
  const path = asked.segments.join('/');
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  const copy = takesGzip(request.headers['accept-encoding']) ? openListed(corte, corte.copies, file) : null;
  const opened = copy ?? openListed(corte, corte.root, file);
  if (opened)
    return sendOpened(request, response, opened, {
      ...about(corte, file, opened, { ...manner, framing }),
      type: typeOf(nameOf(file)),
      ...(copy && { encoding: 'gzip' }),
    });
  if (corte.folders.has(path)) {
    const to = `${addressOf([...asked.above, ...asked.segments])}/${queryOf(request.url ?? '')}`;
    return say(response, 301, { Location: to });
  }
  if (corte.folders.has(path.slice(0, -1))) return say(response, 403); // a folder is never listed
  if (corte.files.has(file)) {
    const now = await manner.again?.();
    if (now?.kind === 'corte' && now.root !== corte.root) return sendCorte(exchange, asked, now, manner);
  }
  const nothing = manner.again ? openListed(corte, corte.root, NOTHING_PAGE) : null;
  if (!nothing) return say(response, 404);
  return sendOpened(request, response, nothing, {
    ...about(corte, NOTHING_PAGE, nothing, { ...manner, framing }),
    type: 'text/html',
    status: 404,
  });
}

/** @param root of the files, or of the compressed copies of them */
function openListed({ files }: ShownCorte, root: string, path: string): Opened | null {
  if (!files.has(path)) return null;
  const opened = openInside(root, path.split('/'));
  return typeof opened === 'string' ? null : opened;
}

/**
 * The ETag is made of the content's hash, so that other bytes never pass for those that a reader has, whatever their
 * size and time. Size and time are in it too, because they reveal a file that somebody altered on this disk, and because
 * a compressed copy has others than its file.
 */
function about(
  { statement, files }: ShownCorte,
  path: string,
  { size, modified }: Opened,
  { headers: caching, again, framing }: Manner & { readonly framing: Framing },
) {
  const tag = `${files.get(path)?.slice(0, 32)}-${Math.floor(modified / 1000).toString(16)}-${size.toString(16)}`;
  const { phase, number, taken_at: hour } = statement;
  const told = { 'Cotejo-Corte': String(number), 'Cotejo-Hora': hour, Vary: 'Accept-Encoding' };
  // By Server-Timing, and by no other header, a page's own scripts can know which corte they are of.
  // Of a corte at an address of its own, nothing is said of what is shown now.
  const now: Headers = again ? { 'Cotejo-Fase': phase, 'Cotejo-Muestra': 'corte', 'Server-Timing': `corte;desc=${number}` } : {};
  const headers = { ...caching, ...framing.publication, ...told, ...now };
  return { tag, headers };
}

/**
 * Sends the notice or the wait, whatever was asked for, as 503 with the time after which to ask again. A reader sees a
 * page, while caches, search engines and programs that fetch data must not take it for the publication. The page's own
 * images and styles are sent normally.
 */
export async function sendPage(
  { request, response, framing }: Exchange,
  { segments }: Asked,
  page: ShownPage,
  phase: Phase,
  now: number,
): Promise<void> {
  const policy = {
    ...KEEP_NOT,
    ...framing.standIn,
    'Cotejo-Fase': phase.name,
    'Cotejo-Muestra': page.kind,
  };
  const name = segments.at(-1) ?? '';
  const own = page.root === null || name === '' || name === 'index.html' ? 'nothing' : openInside(page.root, segments);
  if (typeof own !== 'string') return sendOpened(request, response, own, { headers: policy, type: typeOf(name), tag: own.mark });
  const wait = page.kind === 'espera' ? Math.ceil((instantOf(phase.opens_at) - now) / 1000) : 60;
  const headers: Headers = { ...policy, 'Retry-After': String(Math.min(3600, Math.max(10, wait))) };
  const front = page.root === null ? 'nothing' : openInside(page.root, ['index.html']);
  if (typeof front !== 'string') {
    return sendOpened(request, response, front, { headers, type: 'text/html', tag: front.mark, status: 503 });
  }
  if (page.html.length === 0) return say(response, 503, { 'Retry-After': '30' });
  sendText(response, 503, { ...headers, 'Content-Type': 'text/html' }, page.html);
}

/** Answers for a folder of the site that is not a publication: with a file of it, never with a list. */
export async function sendOf(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  root: string,
  segments: Segments,
  { headers, otherwise }: { readonly headers: Headers; readonly otherwise: string },
): Promise<void> {
  const isFolder = segments.at(-1) === '';
  const opened = openInside(root, isFolder ? segments.slice(0, -1) : segments);
  if (typeof opened !== 'string' && !isFolder) {
    return sendOpened(request, response, opened, {
      headers,
      type: typeOf(nameOf(segments.join('/')), otherwise),
      tag: opened.mark,
    });
  }
  if (typeof opened !== 'string') closeSync(opened.fd);
  if (opened !== 'folder') return say(response, 404);
  if (isFolder) return say(response, 403);
  const { pathname } = new URL(request.url ?? '', 'http://x');
  say(response, 301, { Location: `${pathname}/${queryOf(request.url ?? '')}` });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
