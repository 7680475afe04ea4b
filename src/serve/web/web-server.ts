import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { installed } from '../../disk/installed.ts';
import { isHidden } from '../../format/site-names.ts';
import type { Trust } from '../../format/trust.ts';
import { type Address, listenOn, type Service } from '../../service/listening.ts';
import { openAccessLog } from './access-log.ts';
import { framingOf, UNFRAMED } from './framing.ts';
import { isHealthy } from './health.ts';
import { type LookAt, newLookAt, sayGone, sendPointer } from './pinned.ts';
import { TARGET_BYTES } from './request-target.ts';
import { phaseAddress, type Route, routeOf } from './route.ts';
import { ASK_FIRST, FRESH, KEEP_NOT, STRICT, say } from './say.ts';
import { sendPresentation } from './send-presentation.ts';
import { type Exchange, sendCorte, sendOf, sendPage } from './send-public.ts';
import { type Look, newLook } from './shown.ts';
import type { Site } from './site.ts';
import { LOOK_MS, slowReaders } from './slow.ts';
import { newTroubles } from './troubles.ts';
import { inTurn } from './turns.ts';

/** The built-in web server, for machines without one. It only reads, and only what is public in any case. */

const LIMITS = Object.freeze({
  connections: 1024,
  /** bytes of a request's head: nginx's limit, since browsers send cookies that other sites of the domain have set */
  head: 32 * 1024,
  /** ms to send the head of a request, and the whole of it */
  request: 10_000,
  /** ms that a connection is kept without a request */
  keepAlive: 10_000,
  /** ms without any byte either way */
  silence: 150_000,
});

/**
 * Where `npm run build` puts the pages of our own. Their policies are in them; the headers here are what a policy in a
 * page can't say.
 */
const PAGES = installed('dist');

/** @throws Error where the address can't be listened on */
export async function startWeb(site: Site, address: Address): Promise<Service> {
  const looks = { now: newLook(site), at: newLookAt(site) };
  const framing = framingOf(site.portals);
  const trouble = newTroubles(site.tell);
  const slow = slowReaders();
  const log = site.log && openAccessLog(site.log, site.now, site.tell);
  const inOrder = inTurn(async (request, response) => {
    slow.watch(response);
    try {
      await answer(site, looks, { request, response, framing });
    } catch (error) {
      trouble(error);
      say(response, 503, { 'Retry-After': '10' });
    }
  });
  const answering = (request: IncomingMessage, response: ServerResponse) => {
    log?.watch(request, response);
    inOrder(request, response);
  };
  const server = createServer({ maxHeaderSize: LIMITS.head, connectionsCheckingInterval: 2000 }, answering);
  server.maxConnections = LIMITS.connections;
  server.headersTimeout = LIMITS.request;
  server.requestTimeout = LIMITS.request;
  server.keepAliveTimeout = LIMITS.keepAlive;
  server.timeout = LIMITS.silence;
  // A body is never waited for, so a client's expectations before sending one do not matter.
  server.on('checkContinue', answering).on('checkExpectation', answering);
  server.on('connect', refuseTunnel);
  // All connections are taken: those that are only kept open make room.
  server.on('drop', () => server.closeIdleConnections());
  const watching = setInterval(() => slow.look(), LOOK_MS).unref();
  const service = await listenOn(server, address, () => {
    clearInterval(watching);
    server.closeAllConnections();
  });
  const close = async () => {
    await service.close();
    await log?.close();
  };
  return { ...service, close };
}

/** The server gives such a socket away, with all its listeners and timers: nobody else closes it or hears of its errors. */
function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => {}); // the stranger reset it
  const text = 'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
  socket.end(text, () => socket.destroy());
}

async function answer(site: Site, looks: Looks, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { url = '', method, headersDistinct } = request;
  if (url.length > TARGET_BYTES) return say(response, 414, { Connection: 'close' });
  const hosts = headersDistinct.host ?? [];
  if (hosts.length > 1 || hosts[0] === '') return say(response, 400, { Connection: 'close' });
  const trust = await site.trust();
  const route = routeOf(url, trust.phases, site.now());
  if (route.kind === 'malformed') return say(response, 400, { Connection: 'close' });
  if (method !== 'GET' && method !== 'HEAD') return say(response, 405, { Allow: 'GET, HEAD', Connection: 'close' });
  return byRoute(site, looks, trust, route, exchange);
}

interface Looks {
  readonly now: Look;
  readonly at: LookAt;
}

async function byRoute(site: Site, { now: look, at }: Looks, trust: Trust, route: Route, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  // A drill's figures must not be found by who searches for results.
  if ('phase' in route && trust.phases.find(({ name }) => name === route.phase)?.kind === 'simulacro') {
    response.setHeader('X-Robots-Tag', 'noindex, nofollow');
  }
  const document = { headers: { ...ASK_FIRST, ...STRICT }, otherwise: 'text/plain; charset=utf-8' };
  switch (route.kind) {
    case 'public':
      return sendPublic(site, look, trust, route, exchange);
    case 'pointer': {
      const phase = trust.phases.find(({ name }) => name === route.phase);
      return sendPointer(exchange, route.phase, phase ? await look(phase, trust) : null, route.site);
    }
    case 'pinned': {
      if (isHidden(route.segments)) return say(response, 404);
      const phase = trust.phases.find(({ name }) => name === route.phase);
      // Before the opening nobody sees a corte, whatever its address is.
      const mayBeSeen = phase !== undefined && ((await look(phase, trust))?.kind ?? 'espera') !== 'espera';
      const corte = mayBeSeen ? await at(route.phase, route.number) : null;
      if (corte === 'busy') return say(response, 503, { 'Retry-After': '1' });
      return corte ? sendCorte(exchange, route, corte, { headers: FRESH }) : sayGone(exchange);
    }
    case 'presentation':
      return sendPresentationOf(site, look, trust, route, exchange);
    case 'chain':
      return sendOf(exchange, site.chain, route.segments, document);
    case 'acuses':
      return sendOf(exchange, site.acuses, route.segments, document);
    case 'status':
      return sendOf(exchange, dirname(site.status), [basename(site.status)], { ...document, headers: { ...KEEP_NOT, ...STRICT } });
    case 'page':
      return sendOf(exchange, PAGES, ['cotejo.html'], { ...document, headers: { ...ASK_FIRST, ...UNFRAMED } });
    case 'marco':
      return sendOf(exchange, PAGES, [route.file], { ...document, headers: { ...ASK_FIRST, ...exchange.framing.marco } });
    case 'health':
      return (await isHealthy(site, look, trust)) ? say(response, 200, {}, 'ok') : say(response, 503, {}, 'no');
    case 'moved':
      return say(response, 301, { Location: route.to });
    case 'no-oficial': {
      const drills = trust.phases.map(({ name }) => phaseAddress(name)).join(' ');
      return say(response, 404, {}, `Aquí no hay una publicación oficial. Simulacros: ${drills}`);
    }
    case 'malformed':
      return say(response, 400);
    case 'nothing':
      return say(response, 404);
  }
}

async function sendPublic(
  site: Site,
  look: Look,
  trust: Trust,
  asked: Extract<Route, { kind: 'public' }>,
  exchange: Exchange,
): Promise<void> {
  if (isHidden(asked.segments)) return say(exchange.response, 404);
  const phase = trust.phases.find(({ name }) => name === asked.phase);
  const shown = phase && (await look(phase, trust));
  if (!phase || !shown) return say(exchange.response, 503, { 'Retry-After': '30' });
  if (shown.kind === 'corte') return sendCorte(exchange, asked, shown, { headers: FRESH, again: () => look(phase, trust) });
  return sendPage(exchange, asked, shown, phase, site.now());
}

/** A presentation is there beside a corte alone: in the place of a corte the notice and the wait stand for it too. */
async function sendPresentationOf(
  site: Site,
  look: Look,
  trust: Trust,
  asked: Extract<Route, { kind: 'presentation' }>,
  exchange: Exchange,
): Promise<void> {
  if (isHidden(asked.segments)) return say(exchange.response, 404);
  const phase = trust.phases.find(({ name }) => name === asked.phase);
  const shown = phase && (await look(phase, trust));
  if (!phase || !shown) return say(exchange.response, 503, { 'Retry-After': '30' });
  if (shown.kind !== 'corte') return sendPage(exchange, { ...asked, segments: [] }, shown, phase, site.now());
  return sendPresentation(exchange, asked, shown, site.presentations, () => look(phase, trust));
}
