import { typeOf } from '../../format/content-type.ts';
import type { Language, Said } from '../../format/said.ts';
import type { Bodies } from './bodies.ts';
import { words } from './words.ts';

/** The worker's answers. None of their headers comes from a mirror. */

/**
 * What a document of the publication may reach: itself. It may run its own scripts as it likes, since they are signed, but
 * what it shows can't come from elsewhere, unverified. It registers no worker and has no page around it but the bar.
 */
const POLICY = [
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
  "worker-src 'none'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** A browser keeps none of it by itself: in its own store there are no cortes, and it would mix two. */
const ALWAYS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

/**
 * A verified file.
 * @param path of the publication, from which its kind follows
 * @returns null where too many wait for large ones
 */
export async function fileAnswer(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  status: 200 | 404,
  range: string | null,
  bodies: Pick<Bodies, 'of'>,
): Promise<Response | null> {
  const type = typeOf(path.slice(path.lastIndexOf('/') + 1));
  const part = status === 200 ? partOf(range, bytes.length) : null;
  const [first, last] = part ?? [0, bytes.length - 1];
  const body = await bodies.of(bytes.subarray(first, last + 1));
  if (body === null) return null;
  const headers = { ...ALWAYS, 'Content-Type': type, 'Content-Length': String(last + 1 - first) };
  if (part === null) return new Response(body, { status, headers: { ...headers, 'Accept-Ranges': 'bytes' } });
  return new Response(body, { status: 206, headers: { ...headers, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` } });
}

/** Sound and film are asked for in parts. @returns null where the whole is to be sent */
function partOf(range: string | null, length: number): readonly [number, number] | null {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '') return null;
  const [first, last] = [Number(from), Math.min(to === '' ? length : Number(to), length - 1)];
  return first <= last ? [first, last] : null;
}

/** The lector's bar. It states its own policy. */
export function shellAnswer(html: Uint8Array<ArrayBuffer>): Response {
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "frame-ancestors 'none'",
    },
  });
}

export function textAnswer(type: string, body: Uint8Array<ArrayBuffer> | string): Response {
  return new Response(body, { headers: { ...ALWAYS, 'Content-Type': type } });
}

/** @param to an address of this origin */
export function redirect(to: string): Response {
  return new Response(null, { status: 302, headers: { Location: to, 'Cache-Control': 'no-store' } });
}

/** A page that says why there is none. */
export function sayAnswer(status: number, why: Said, language: Language): Response {
  const [title, text] = [words.title.in(language), why.in(language)].map(escaped);
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font:1.1rem/1.5 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem"><h1 style="font-size:1.3rem">${title}</h1><p>${text}</p>`;
  return new Response(html, { status, headers: { ...ALWAYS, 'Content-Type': 'text/html; charset=utf-8' } });
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
