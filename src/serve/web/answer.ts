import { promises as fs } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import send from 'send';

/** How an answer is written: a file as `send` serves it, or a few words. */

export type Headers = Readonly<Record<string, string>>;

/** What every answer carries. Everything here is public and may be read from another site's page: auditors' pages do. */
const ALWAYS: Headers = {
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Cotejo-Corte, Cotejo-Hora, ETag',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
};

/** Pages and documents of ours need nothing from elsewhere. The publication's pages are the IEC's, who knows what they need. */
export const STRICT = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const WORDS: Readonly<Record<number, string>> = {
  400: 'La dirección no es válida.',
  403: 'No se puede consultar.',
  404: 'No se encontró lo que busca.',
  405: 'Aquí solo se puede consultar.',
  412: 'Lo que se pidió ya cambió.',
  416: 'El archivo no tiene esa parte.',
  500: 'No se pudo leer. Intente de nuevo en un momento.',
  503: 'Por el momento no hay información que mostrar. Intente de nuevo en un momento.',
};

/** A few words in Spanish. */
export function say(response: ServerResponse, status: number, headers: Headers = {}, words = WORDS[status] ?? 'Error.'): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(`${words}\n`);
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, {
    ...ALWAYS,
    'Cache-Control': 'no-store',
    'Content-Security-Policy': STRICT,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.length),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export interface Wanted {
  /** the only folder that files may come from, absolute */
  readonly root: string;
  /** decoded; the last one empty for a folder, whose index.html is sent */
  readonly segments: readonly string[];
  readonly headers: Headers;
  /** sent instead of 200, without ranges */
  readonly status?: number;
}

/**
 * Sends a file, with `ETag` and `Last-Modified` out of its size and time: two nodes with the same corte say the same.
 * A folder is never listed; nothing whose name begins with a dot is sent, nor what a link would lead out of the root.
 */
export async function sendFile(request: IncomingMessage, response: ServerResponse, wanted: Wanted): Promise<void> {
  const { root, segments, headers, status } = wanted;
  if (!(await isInside(root, segments))) return say(response, 404);
  for (const [name, value] of Object.entries({ ...ALWAYS, ...headers })) response.setHeader(name, value);
  if (status !== undefined) response.statusCode = status;
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  send(request, path, { root, dotfiles: 'deny', cacheControl: false, acceptRanges: status === undefined })
    .on('directory', () => say(response, 301, { Location: `${encodeURIComponent(segments.at(-1) ?? '')}/` }, 'Vea la carpeta.'))
    .on('error', (error: { statusCode?: number; headers?: Headers }) => say(response, error.statusCode ?? 500, error.headers ?? {}))
    .pipe(response);
}

/** Whether the path, with every link on its way followed, is still inside; what does not exist is for `send` to say. */
async function isInside(root: string, segments: readonly string[]): Promise<boolean> {
  try {
    const top = await fs.realpath(root);
    const real = await fs.realpath([top, ...segments].join(sep));
    return real === top || real.startsWith(top + sep);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') return code !== 'ELOOP';
    throw error;
  }
}
