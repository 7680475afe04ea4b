import type { ServerResponse } from 'node:http';

/** The headers of all answers, and the answers that are a short text. */

export type Headers = Readonly<Record<string, string>>;

/** What every answer carries. Everything here is public, and pages of other sites, such as auditors', may read it. */
export const ALWAYS: Headers = {
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Cotejo-Corte, Cotejo-Fase, Cotejo-Hora, Cotejo-Muestra, ETag',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
};

/** A file of the publication may change with the next corte; an unchanged one costs only a 304. */
export const FRESH: Headers = { 'Cache-Control': 'public, max-age=15, must-revalidate' };
/** The pointer, which many ask for: old by a few seconds at most. */
export const SHORTLY: Headers = { 'Cache-Control': 'public, max-age=5' };
/** A cached copy must be checked before it is used again. */
export const ASK_FIRST: Headers = { 'Cache-Control': 'no-cache' };
export const KEEP_NOT: Headers = { 'Cache-Control': 'no-store' };

/** Documents of ours need nothing from elsewhere. The publication's pages are the IEC's, which knows what they need. */
export const STRICT: Headers = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
};

/**
 * A presentation is a Difusor's, whose scripts the IEC has seen but need not trust: they run without an origin, so
 * without the site's storage, and load from this site alone. The same as in systemd/nginx/cotejo-public.conf.
 */
export const PRESENTATION_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts";

const WORDS: Readonly<Record<number, string>> = {
  301: 'Vea la otra dirección.',
  302: 'Vea la publicación del Instituto.',
  400: 'La dirección no es válida.',
  403: 'No se puede consultar.',
  404: 'No se encontró lo que busca.',
  405: 'Aquí solo se puede consultar.',
  412: 'Lo que se pidió ya cambió.',
  414: 'La dirección es demasiado larga.',
  416: 'El archivo no tiene esa parte.',
  500: 'No se pudo leer. Intente de nuevo en un momento.',
  503: 'Por el momento no hay información que mostrar. Intente de nuevo en un momento.',
};

/** Answers with a few words in Spanish. An answer that has begun can't be replaced, so its connection ends. */
export function say(response: ServerResponse, status: number, headers: Headers = {}, words = WORDS[status] ?? 'Error.'): void {
  const type = { ...KEEP_NOT, ...STRICT, 'Content-Type': 'text/plain; charset=utf-8' };
  sendText(response, status, { ...type, ...headers }, `${words}\n`);
}

/** Sends an answer whose body is in memory. */
export function sendText(response: ServerResponse, status: number, headers: Headers, text: string | Uint8Array): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  response.writeHead(status, { ...ALWAYS, 'Content-Length': String(body.length), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
