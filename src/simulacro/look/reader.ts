import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';

/** What a reader sees: the site, asked as a browser asks it. */

export interface Seen {
  /** null where nobody answered in time */
  readonly status: number | null;
  /** of what came, in full; null where it did not come whole */
  readonly sha256: string | null;
  /** what the site says of which corte it shows; null where it says nothing */
  readonly corte: string | null;
}

/** Where readers find the publication of the drill's phase. */
export interface Site {
  /** as readers write it: `https://simulacro.prep.example/`, with a slash at its end */
  readonly url: URL;
  /** the address at which to ask for it, where that is not the name's own: this machine's web server */
  readonly at: string | null;
}

/** What a site shows, as far as a status tells: a publication is 200, a notice or a wait 503. */
export type Shows = 'corte' | 'aviso' | 'nada';

export function showsOf({ status }: Pick<Seen, 'status'>): Shows {
  return status === 200 ? 'corte' : status === 503 ? 'aviso' : 'nada';
}

const ANSWER_MS = 8000;
const BODY_BYTES = 32 * 1024 * 1024;
const NOBODY: Seen = { status: null, sha256: null, corte: null };

/** @param path of a published file */
export function readSite({ url, at }: Site, path: string): Promise<Seen> {
  const asked = new URL(path.split('/').map(encodeURIComponent).join('/'), url);
  const get = asked.protocol === 'https:' ? https.get : http.get;
  const headers = { Host: asked.host, 'User-Agent': 'cotejo-simulacro', 'Cache-Control': 'no-cache', Connection: 'close' };
  // At an address of this machine the certificate is not the matter: the bytes are compared with what was signed.
  const secure = at === null ? {} : { rejectUnauthorized: false, ...(isIP(asked.hostname) ? {} : { servername: asked.hostname }) };
  const options = {
    host: at ?? asked.hostname.replace(/^\[|\]$/g, ''),
    port: asked.port || (asked.protocol === 'https:' ? 443 : 80),
    path: asked.pathname,
    headers,
    agent: false,
    ...secure,
  };
  return new Promise((resolve) => {
    const end = (seen: Seen) => {
      clearTimeout(timer);
      resolve(seen);
      request.destroy();
    };
    const request = get(options, (response) => {
      const status = response.statusCode ?? null;
      const corte = String(response.headers['cotejo-corte'] ?? '') || null;
      const hash = createHash('sha256');
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        hash.update(part);
        if (bytes > BODY_BYTES) end({ status, sha256: null, corte });
      });
      response.on('end', () => end({ status, sha256: response.complete ? hash.digest('hex') : null, corte }));
      response.on('error', () => end(NOBODY));
    });
    const timer = setTimeout(() => end(NOBODY), ANSWER_MS);
    request.on('error', () => end(NOBODY));
  });
}
