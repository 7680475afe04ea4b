import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import S3rver from 's3rver';
import type { Credentials, EspejoConfig } from '../../src/espejo/config.ts';
import { makeFolder } from './folders.ts';

/** A real S3 server with one bucket in a folder, and what may go wrong before a request comes to it. */
export interface S3 {
  readonly endpoint: string;
  /** the bucket as a site, read without credentials */
  readonly site: URL;
  /** every request that came, as `PUT cotejo/c/1/index.html`; a copy is a `COPY` */
  readonly seen: string[];
  /** Answers a request itself, or breaks its connection; whatever it gives null for comes to the server. */
  fault: (request: Seen) => Fault | null | Promise<Fault | null>;
}

interface Seen {
  readonly method: string;
  /** of the object, decoded; with a question mark, of the bucket */
  readonly key: string;
  readonly headers: IncomingMessage['headers'];
}

/** `lose` answers that an object was written, and keeps nothing of it. */
type Fault = 'drop' | 'lose' | { readonly status: number; readonly code: string };

export const KEYS: Credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', sessionToken: null };
const BUCKET = 'prep';

export async function startS3(t: ExecutionContext): Promise<S3> {
  const directory = await makeFolder(t);
  const store = new S3rver({ directory, silent: true, vhostBuckets: false, configureBuckets: [{ name: BUCKET, configs: [] }] });
  await store.configureBuckets();
  const handler = store.callback();
  const seen: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '';
    const key =
      url.startsWith(`/${BUCKET}?`) || url.startsWith(`/${BUCKET}/?`)
        ? url.slice(url.indexOf('?'))
        : decodeURIComponent(url.slice(BUCKET.length + 2));
    const method = request.headers['x-amz-copy-source'] === undefined ? (request.method ?? '') : 'COPY';
    seen.push(`${method} ${key}`);
    const fault = await s3.fault({ method, key, headers: request.headers });
    if (fault === 'drop') return void request.socket.destroy();
    if (fault === 'lose') {
      request.resume();
      return void response.writeHead(200, { etag: '"d41d8cd98f00b204e9800998ecf8427e"' }).end();
    }
    // The server takes any signature of version 4, and reads without one; so these are looked at here.
    const isSigned = request.headers.authorization === undefined || request.headers.authorization === signatureOf(request);
    if (fault === null && isSigned) {
      handler(request, response);
      return;
    }
    const { status, code } = fault ?? { status: 403, code: 'SignatureDoesNotMatch' };
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>so it is</Message></Error>`);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const s3: S3 = { endpoint, site: new URL(`${BUCKET}/`, endpoint), seen, fault: () => null };
  return s3;
}

/** The configuration of an espejo that keeps a node's jornada there. */
export function espejoConfig(
  s3: Pick<S3, 'endpoint' | 'site'>,
  { state, anchor }: Pick<EspejoConfig, 'state' | 'anchor'>,
  changes: Partial<EspejoConfig> = {},
): EspejoConfig {
  return {
    state,
    anchor,
    phase: 'jornada',
    endpoint: s3.endpoint,
    region: 'us-east-1',
    bucket: BUCKET,
    addressing: 'path',
    prefix: '',
    credentials: '/nonexistent',
    public: s3.site.href,
    layout: 'corte',
    connections: 8,
    every_seconds: 15,
    sample: 8,
    keep_hours: 25,
    when_stale: 'aviso',
    ...changes,
  };
}

/** What the header must be for the one key that is taken, as AWS documents version 4: a second hand than the one that signs. */
function signatureOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage): string {
  const [, scope = '', names = ''] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? [];
  const raw = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) raw.set((rawHeaders[i] ?? '').toLowerCase(), rawHeaders[i + 1] ?? '');
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    method,
    path,
    query === '' ? '' : query.split('&').sort().join('&'),
    ...names.split(';').map((name) => `${name}:${(raw.get(name) ?? '').trim()}`),
    '',
    names,
    raw.get('x-amz-content-sha256') ?? '',
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', raw.get('x-amz-date'), scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const sign = (key: string | Buffer, part: string) => createHmac('sha256', key).update(part).digest();
  const key = scope.split('/').reduce<string | Buffer>(sign, `AWS4${KEYS.secretAccessKey}`);
  const signature = sign(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${KEYS.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}
