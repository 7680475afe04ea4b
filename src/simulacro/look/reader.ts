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
  /** what it says that it shows, and of which phase; null where it says nothing */
  readonly says: string | null;
  readonly phase: string | null;
}

/** Where readers find the publication of the drill's phase. */
export interface Site {
  /** as readers write it: `https://simulacro.prep.example/`, with a slash at its end */
  readonly url: URL;
  /** the address at which to ask for it, where that is not the name's own: this machine's web server */
  readonly at: string | null;
}

/** What a site shows. The notice is a 503 that says that it is one, of the phase: others are a wait, or a proxy's own error. */
export type Shows = 'corte' | 'aviso' | 'nada';

/** @param name of the drill's phase */
export function showsOf({ status, says, phase }: Pick<Seen, 'status' | 'says' | 'phase'>, name: string): Shows {
  if (status === 200) return 'corte';
  return status === 503 && says === 'aviso' && phase === name ? 'aviso' : 'nada';
}

const ANSWER_MS = 8000;
const BODY_BYTES = 32 * 1024 * 1024;
const NOBODY: Seen = { status: null, sha256: null, corte: null, says: null, phase: null };

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
      const header = (name: string) => String(response.headers[name] ?? '') || null;
      const told = { status, corte: header('cotejo-corte'), says: header('cotejo-muestra'), phase: header('cotejo-fase') };
      const hash = createHash('sha256');
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        hash.update(part);
        if (bytes > BODY_BYTES) end({ ...told, sha256: null });
      });
      response.on('end', () => end({ ...told, sha256: response.complete ? hash.digest('hex') : null }));
      response.on('error', () => end(NOBODY));
    });
    const timer = setTimeout(() => end(NOBODY), ANSWER_MS);
    request.on('error', () => end(NOBODY));
  });
}
