import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { ToldError } from '../../format/said.ts';
import type { Pace } from '../check/pace.ts';
import type { Proxy, ProxyFor } from './proxies.ts';
import { proxyHeaders, proxyOptions } from './proxy-trouble.ts';
import { TunnelAgent } from './tunnel.ts';
import { words } from './words.ts';

/** Sends a request straight, into a tunnel through a proxy (https), or in the clear to the proxy, which makes it anew (http). */
export interface Sender {
  /** @param body of a POST; a GET where there is none */
  send(url: URL, headers: Readonly<Record<string, string>>, body?: Uint8Array): Sent;
  /**
   * Ends every connection and makes no other. A request that still waited for one never hears of it: who sent it gives it
   * up by himself.
   */
  close(): void;
}

interface Sent {
  readonly request: http.ClientRequest;
  /** the proxy that answers in the place of the site, or for it */
  readonly clear: Proxy | null;
  /** the proxy that the site is asked through, which can neither read nor answer */
  readonly tunnel: Proxy | null;
}

interface Proxied {
  readonly proxyFor: ProxyFor;
  /** ms until a proxy has opened a tunnel */
  readonly stall: number;
  /** counts what is waited for a tunnel */
  readonly pace: Pace;
}

/**
 * @param options of the agents that keep the connections
 * @param lookup finds the addresses of hosts that are asked straight
 */
export function senderOf(
  options: http.AgentOptions,
  lookup: LookupFunction | undefined,
  { proxyFor, stall, pace }: Proxied,
): Sender {
  const found = lookup ? { ...options, lookup } : options;
  const [plain, secure] = [new http.Agent(found), new https.Agent(found)];
  const [plainProxy, secureProxy] = [new http.Agent(options), new https.Agent(options)];
  const tunnels = new Map<Proxy, TunnelAgent>();
  const tunnelBy = (proxy: Proxy) => {
    const tunnel = tunnels.get(proxy) ?? new TunnelAgent(proxy, stall, pace, options);
    tunnels.set(proxy, tunnel);
    return tunnel;
  };
  return {
    send: (url, given, body) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sized = body === undefined ? {} : { 'content-length': String(body.length) };
      const proxy = proxyFor(url);
      const headers = { 'accept-encoding': 'identity', 'user-agent': 'cotejo', ...sized, ...given };
      if (url.protocol === 'https:') {
        return {
          request: https.request(url, { method, agent: proxy === null ? secure : tunnelBy(proxy), headers }).end(body),
          clear: null,
          tunnel: proxy,
        };
      }
      if (proxy === null) {
        return { request: http.request(url, { method, agent: plain, headers }).end(body), clear: null, tunnel: null };
      }
      const start: typeof http.request = proxy.secure ? https.request : http.request;
      const request = start({
        method,
        ...proxyOptions(proxy),
        ...(url.username === '' ? {} : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }),
        path: `${url.origin}${url.pathname}${url.search}`,
        agent: proxy.secure ? secureProxy : plainProxy,
        // What a proxy keeps of an hour ago would be taken for what the site shows.
        headers: { host: url.host, 'cache-control': 'no-cache', ...headers, ...proxyHeaders(proxy) },
      }).end(body);
      return { request, clear: proxy, tunnel: null };
    },
    close: () => {
      for (const agent of [plain, secure, plainProxy, secureProxy, ...tunnels.values()]) {
        // For each connection that ends an agent makes a new one, as long as requests wait.
        agent.createConnection = refuse;
        agent.destroy();
      }
    },
  };
}

const refuse: http.Agent['createConnection'] = (_, callback) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node gives no connection with an error
  callback?.(new ToldError(words.closed), undefined as unknown as Duplex);
  return undefined;
};
