import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from 'ava';
import { sixDigits } from '../../src/format/naming.ts';
import type { Corte } from '../kit/cortes.ts';
import type { KitTrust } from '../kit/election.ts';
import { type Answering, serve } from '../kit/web.ts';

/** A Difusor's site as a mirror sees it: pointer, index and chain, with validators and ranges; and ways to misbehave. */
export interface TestMirror {
  readonly url: URL;
  /** what it has; a test adds to it */
  readonly cortes: Corte[];
  readonly trusts: KitTrust[];
  /** path and query of every request, in order, with the range that was asked for */
  readonly asked: { readonly path: string; readonly range: string | undefined; readonly status: number }[];
  /** bytes of bodies that it has sent */
  sent: number;
  /** what it answers in place of what it should; null for the right answer */
  instead: (path: string) => Answering | Uint8Array | null;
  /** the number that its pointer names, where that is not its newest */
  claims: number | null;
}

export async function makeMirror(t: ExecutionContext, trusts: KitTrust[], cortes: readonly Corte[]): Promise<TestMirror> {
  const url = await serve(t, (request, response) => answer(mirror, request, response));
  const mirror: TestMirror = { url, cortes: [...cortes], trusts, asked: [], sent: 0, instead: () => null, claims: null };
  return mirror;
}

function answer(mirror: TestMirror, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').replace(/^\/cotejo\//, '');
  response.on('close', () => {
    mirror.asked.push({ path, range: request.headers.range, status: response.statusCode });
  });
  const instead = mirror.instead(path);
  if (typeof instead === 'function') return instead(request, response);
  const body = instead ?? bodyOf(mirror, path);
  if (!body) {
    response.writeHead(404).end('not here');
    return;
  }
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const part = from === undefined ? body : body.subarray(Number(from), Number(to) + 1);
  if (from !== undefined) response.setHeader('content-range', `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`);
  response.setHeader('content-length', part.length);
  response.writeHead(from === undefined ? 200 : 206).end(part);
  mirror.sent += part.length;
}

function bodyOf({ cortes, trusts, claims }: TestMirror, path: string): Buffer | null {
  const newest = cortes.at(-1) ?? null;
  if (path === 'ultimo.json') {
    const number = claims ?? newest?.statement.number ?? null;
    return Buffer.from(JSON.stringify({ phase: newest?.statement.phase ?? 'jornada', number }));
  }
  if (path === 'chain/index.json') {
    const phases = newest ? { [newest.statement.phase]: { number: newest.statement.number, corte: newest.sha256 } } : {};
    const version = trusts.at(-1)?.document.version;
    return Buffer.from(JSON.stringify({ election: trusts[0]?.document.election, trust: version, phases }));
  }
  for (const trust of trusts) {
    const name = `chain/trust/${trust.document.version}.json`;
    if (path === name) return Buffer.from(trust.bytes);
    for (const [custodian, file] of Object.entries(trust.signedBy)) if (path === `${name}.${custodian}.sig`) return file;
  }
  for (const { statement, files } of cortes)
    for (const [name, bytes] of Object.entries(files))
      if (path === `chain/${statement.phase}/${sixDigits(statement.number)}/${name}`) return bytes;
  return null;
}

/** A body that never ends. */
export const endless: Answering = (_, response) => {
  const more = () => {
    while (response.write(Buffer.alloc(65_536, 'x')) && !response.destroyed);
    response.once('drain', more);
  };
  more();
};
