import { existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStatement } from '../../chain/chain-folder.ts';
import type { Node } from '../../difusor/phase/node.ts';
import type { NowShown } from '../../difusor/public/link.ts';
import { instantOf } from '../../format/time.ts';
import { type Address, listenOn, type Service } from '../../service/listening.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import { type Headers, STRICT, say, sendFile } from './answer.ts';
import { type Route, routeOf } from './route.ts';
import { LOOK_MS, slowReaders } from './slow.ts';

/** The built-in web server, for those who run none. It only reads, and only what is public anyhow. */

const LIMITS = Object.freeze({
  connections: 1024,
  /** ms to send the head of a request, and the whole of it */
  request: 10_000,
  /** ms that a connection is kept without a request */
  keepAlive: 10_000,
  /** ms without any byte either way */
  silence: 150_000,
});

/** Whoever keeps a copy asks first whether it is still good: a corte lives for minutes, and the notice must be seen at once. */
const ASK_FIRST = { 'Cache-Control': 'public, no-cache' };
const KEEP_NOT = { 'Cache-Control': 'no-store' };

/** Where `npm run build` leaves cotejo.html. Its own policy stands in it; this is what a policy in a page can't say. */
const BUILT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const UNFRAMED = { 'Content-Security-Policy': "frame-ancestors 'none'" };

/** A daemon writes its status every few seconds; one that has not for so long hangs, whatever `health` says. */
const HANGS_MS = 300_000;

/** @throws Error where the address can't be listened on */
export async function startWeb(node: Node, address: Address): Promise<Service> {
  const server = createServer({ maxHeaderSize: 8192, connectionsCheckingInterval: 2000 }, (request, response) => {
    answer(node, request, response).catch((error: Error) => {
      node.tell({ event: 'error', what: 'web server', detail: error.message });
      say(response, 500);
    });
  });
  server.maxConnections = LIMITS.connections;
  server.headersTimeout = LIMITS.request;
  server.requestTimeout = LIMITS.request;
  server.keepAliveTimeout = LIMITS.keepAlive;
  server.timeout = LIMITS.silence;
  // Full: those who are only keeping a connection open make room.
  server.on('drop', () => server.closeIdleConnections());
  const watching = setInterval(slowReaders(server), LOOK_MS).unref();
  return listenOn(server, address, () => {
    clearInterval(watching);
    server.closeAllConnections();
  });
}

async function answer(node: Node, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return say(response, 405, { Allow: 'GET, HEAD', Connection: 'close' });
  }
  const { phases } = node.trust.newest.document;
  const route = routeOf(request.url ?? '', phases, node.now());
  switch (route.kind) {
    case 'public':
      return sendPublic(node, route, request, response);
    case 'chain':
    case 'acuses': {
      const root = route.kind === 'chain' ? node.rooms.chain : join(node.outbox, 'acuses');
      const headers = { ...ASK_FIRST, ...typeOf(route.segments.at(-1) ?? ''), 'Content-Security-Policy': STRICT };
      return sendFile(request, response, { root, segments: route.segments, headers });
    }
    case 'status': {
      const headers = { ...KEEP_NOT, 'Content-Security-Policy': STRICT };
      return sendFile(request, response, { root: node.rooms.state, segments: ['status.json'], headers });
    }
    case 'page':
      return sendFile(request, response, { root: BUILT, segments: ['cotejo.html'], headers: { ...ASK_FIRST, ...UNFRAMED } });
    case 'health':
      return isHealthy(node) ? say(response, 200, {}, 'ok') : say(response, 503, {}, 'no');
    case 'moved':
      return say(response, 301, { Location: route.to }, 'Vea la carpeta.');
    case 'no-oficial': {
      const drills = phases.map(({ name }) => `/${name}/`).join(' ');
      return say(response, 404, {}, `Aquí no hay una publicación oficial. Simulacros: ${drills}`);
    }
    case 'malformed':
      return say(response, 400);
  }
}

/**
 * What the public link shows. The link is read once: every byte of the answer, and the corte that its headers name, are
 * of one folder, whatever is switched meanwhile.
 */
async function sendPublic(
  node: Node,
  { phase, segments }: Extract<Route, { kind: 'public' }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const shown = node.phases.get(phase)?.link.shown();
  if (!shown) return say(response, 503, { 'Retry-After': '30' });
  if (shown.public !== 'corte' || shown.number === null) return sendPage(node, phase, shown, segments, request, response);
  const { statement } = await readStatement(node.rooms.chain, phase, shown.number);
  const headers = { ...ASK_FIRST, 'Cotejo-Corte': String(shown.number), 'Cotejo-Hora': statement.taken_at };
  return sendFile(request, response, { root: shown.folder, segments, headers });
}

/**
 * The notice or the wait, whatever was asked for, as 503 with the time after which to ask again: to a reader it is a
 * page, while caches, search engines and programs that fetch the data must not take it for the publication. The page's
 * own images and styles are what they are.
 */
async function sendPage(
  node: Node,
  phase: string,
  { public: kind, folder }: NowShown,
  segments: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = segments.at(-1) ?? '';
  const isOwn =
    name !== '' && name !== 'index.html' && (statSync(join(folder, ...segments), { throwIfNoEntry: false })?.isFile() ?? false);
  const policy = { 'Content-Security-Policy': "default-src 'self' 'unsafe-inline' data:; base-uri 'none'; form-action 'none'" };
  const opens = phaseOf(node.trust, phase)?.opens_at;
  const wait = kind === 'espera' && opens !== undefined ? Math.ceil((instantOf(opens) - node.now()) / 1000) : 60;
  const headers: Headers = isOwn ? { ...KEEP_NOT, ...policy } : { ...KEEP_NOT, ...policy, 'Retry-After': String(bounded(wait)) };
  const page = { root: folder, segments: isOwn ? segments : ['index.html'], headers };
  return sendFile(request, response, isOwn ? page : { ...page, status: 503 });
}

function bounded(seconds: number): number {
  return Math.min(3600, Math.max(10, seconds));
}

/** Fresh, and said so by a daemon that is alive. */
function isHealthy(node: Node): boolean {
  const { health, status } = node.rooms;
  const seen = statSync(status, { throwIfNoEntry: false });
  return existsSync(health) && seen !== undefined && Date.now() - seen.mtimeMs < HANGS_MS;
}

/** Names of the format whose kind no extension tells. */
function typeOf(name: string): Headers {
  const isText = name.endsWith('.sig') || name === 'SHA256SUMS';
  return isText ? { 'Content-Type': 'text/plain; charset=utf-8' } : {};
}
