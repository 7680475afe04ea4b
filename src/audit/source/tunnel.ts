import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { ToldError } from '../../format/said.ts';
import type { Pace } from '../check/pace.ts';
import type { Proxy } from './proxies.ts';
import { ProxyTrouble, proxyHeaders, proxyOptions, refusedBy } from './proxy-trouble.ts';
import { whyOf } from './why.ts';
import { words } from './words.ts';

/**
 * Connections to sites by https through a proxy: CONNECT, then TLS with the site itself, so that the proxy sees nothing and
 * answers for nothing. The agents that are kept hand a proxy's refusal on as if it were the site's answer, ask for a tunnel
 * to plain http too, or wait for a proxy without a bound.
 */

export class TunnelAgent extends https.Agent {
  private readonly proxy: Proxy;
  /** ms until the proxy has opened a tunnel, all in all */
  private readonly stall: number;
  private readonly pace: Pace;
  private readonly asking = new Set<http.ClientRequest>();

  constructor(proxy: Proxy, stall: number, pace: Pace, options: https.AgentOptions) {
    super(options);
    this.proxy = proxy;
    this.stall = stall;
    this.pace = pace;
  }

  override createConnection(options: https.RequestOptions, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    this.open(options).then(
      // oxlint-disable-next-line promise/no-callback-in-promise -- it is Node's way to take a connection
      (socket) => callback?.(null, socket),
      // oxlint-disable-next-line promise/no-callback-in-promise, typescript/no-unsafe-type-assertion -- Node gives none with an error
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
  }

  override destroy(): void {
    for (const request of this.asking) request.destroy();
    super.destroy();
  }

  private open(options: https.RequestOptions): Promise<Duplex> {
    const { proxy } = this;
    const host = options.host ?? '';
    const target = `${isIPv6(host) ? `[${host}]` : host}:${options.port}`;
    const endWait = this.pace.wait();
    const start: typeof http.request = proxy.secure ? https.request : http.request;
    const request = start({
      ...proxyOptions(proxy),
      method: 'CONNECT',
      path: target,
      agent: false,
      headers: { host: target, 'user-agent': 'cotejo', ...proxyHeaders(proxy) },
    });
    this.asking.add(request);
    const timer = setTimeout(() => request.destroy(new ToldError(words.noAnswer)), this.stall);
    return new Promise<Duplex>((resolve, reject) => {
      request.once('error', (error) => reject(new ProxyTrouble(proxy, whyOf(proxy.host, error), true)));
      request.once('response', (response) => {
        response.destroy();
        reject(refusedBy(proxy, response.statusCode ?? 0));
      });
      request.once('connect', (response, socket, head) => {
        const status = response.statusCode ?? 0;
        if (status < 200 || status > 299) {
          socket.destroy();
          reject(refusedBy(proxy, status));
          return;
        }
        if (head.length > 0) socket.unshift(head);
        const secure = super.createConnection(Object.assign({}, options, { socket }));
        if (secure) resolve(secure);
        else reject(new ProxyTrouble(proxy, words.noAnswer, true));
      });
      request.end();
    }).finally(() => {
      clearTimeout(timer);
      endWait();
      this.asking.delete(request);
    });
  }
}
