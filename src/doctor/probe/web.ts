import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { type Said, ToldError } from '../../format/said.ts';
import { visible } from '../../format/text.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import type { Answer, Certificate } from '../judge/site.ts';
import { type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { words } from './words.ts';

/** What a site really answers, and the certificate by which it does. */

export interface Site {
  /** `http://127.0.0.1:80`, without a path */
  readonly origin: URL;
  /** the name by which it is asked, whatever certificate it shows; null for the origin's own */
  readonly name: string | null;
}

const ANSWER_MS = 8000;
const BODY_BYTES = 64 * 1024;

/** @param left ms @returns status 0 where nobody listens */
export function answerOf({ origin, name }: Site, path: string, left: number): Promise<Known<Answer>> {
  const url = new URL(path, origin);
  const headers = { ...(name !== null && { Host: name }), 'User-Agent': 'cotejo-doctor', Connection: 'close' };
  const get = url.protocol === 'https:' ? https.get : http.get;
  return new Promise((resolve) => {
    const failed = (error: unknown) => {
      clearTimeout(timer);
      // Nobody listens: that is known, and is the site's fault.
      if (codeOf(error) === 'ECONNREFUSED') return resolve(known({ status: 0, headers: {}, body: '' }));
      resolve(unknown(words.siteSilent(url.origin, whyOf(error))));
    };
    const secure = name === null ? {} : { servername: name, rejectUnauthorized: false };
    const request = get(url, { headers, agent: false, ...secure }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        clearTimeout(timer);
        const body = Buffer.concat(parts).subarray(0, BODY_BYTES).toString('utf8');
        resolve(known({ status: response.statusCode ?? 0, headers: flat(response.headers), body }));
        request.destroy();
      };
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes >= BODY_BYTES) done();
      });
      response.on('end', done);
      response.on('error', failed);
    });
    const timer = setTimeout(() => request.destroy(new ToldError(words.noAnswerInTime)), Math.min(ANSWER_MS, left));
    request.on('error', failed);
  });
}

/** A system's code, or what was said. */
function whyOf(error: unknown): string | Said {
  return codeOf(error) ?? saidBy(error).map((text) => visible(text).slice(0, 100));
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
}

/** The certificate that a site shows. @param left ms */
export function certificateShownBy(origin: URL, left: number): Promise<Known<readonly Certificate[]>> {
  const name = origin.hostname;
  return new Promise((resolve) => {
    const end = (found: Known<readonly Certificate[]>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    // What it is, is looked at here; whether a browser would believe it, is told.
    const options = { host: name, port: Number(origin.port) || 443, servername: name, rejectUnauthorized: false };
    const socket = tls.connect(options, () => {
      const shown = socket.getPeerX509Certificate();
      if (!shown) return end(unknown(words.noCertificate(origin.host)));
      const distrust = socket.authorized ? null : words.distrusted(visible(String(socket.authorizationError)));
      end(known([certificateOf(shown, origin.host, [name], distrust)]));
    });
    const timer = setTimeout(() => end(unknown(words.noTlsInTime(origin.host))), Math.min(ANSWER_MS, left));
    socket.on('error', (error) => end(unknown(words.noTls(origin.host, whyOf(error)))));
  });
}

/** The first certificate of each file; it is the site's own, those after it are whose who signed it. */
export async function certificatesIn(
  look: Looker,
  files: ReadonlyMap<string, readonly string[]>,
): Promise<Known<readonly Certificate[]>> {
  const found: Certificate[] = [];
  for (const [file, names] of files) {
    const text = await look.read(file);
    if (!('known' in text)) return text;
    try {
      found.push(certificateOf(new X509Certificate(text.known), file, names, null));
    } catch {
      return unknown(words.notACertificate(file)); // OpenSSL's words say no more
    }
  }
  return known(found);
}

function certificateOf(shown: X509Certificate, from: string, names: readonly string[], distrust: Said | null): Certificate {
  const lacks = names.filter((name) => name !== '_' && name !== '' && !/^[~*.]/.test(name) && shown.checkHost(name) === undefined);
  return { from, validFrom: Date.parse(shown.validFrom), validTo: Date.parse(shown.validTo), lacks, distrust };
}
