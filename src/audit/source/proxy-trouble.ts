import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { type Said, ToldError } from '../../format/said.ts';
import type { Proxy } from './proxies.ts';
import { words } from './words.ts';

/** How a proxy is asked, and what it does itself: none of it is told as a site's doing. */

/** The proxy did not let us through: nothing that a site did. */
export class ProxyTrouble extends ToldError {
  override readonly name = 'ProxyTrouble';
  /** whether another try may go better */
  readonly mayPass: boolean;

  constructor(proxy: Proxy, why: Said, mayPass: boolean) {
    super(words.proxy(shownProxy(proxy), why));
    this.mayPass = mayPass;
  }
}

/** What a proxy answers in its own name. */
export function refusedBy(proxy: Proxy, status: number): ProxyTrouble {
  const why = status === 407 ? words.proxyWantsName : words.proxyAnswers(status);
  return new ProxyTrouble(proxy, why, status === 429 || status >= 500);
}

/** Whether an answer that came through a proxy in the clear is the proxy's own, as far as it says so. */
export function isProxysOwn(status: number, headers: IncomingHttpHeaders): boolean {
  return status === 407 || headers['x-squid-error'] !== undefined || /;\s*error=/.test(String(headers['proxy-status'] ?? ''));
}

/** A proxy's address without the name and the password that it may have. */
export function shownProxy({ secure, host, port }: Proxy): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The header by which a proxy knows us; none where its address has no name. */
export function proxyHeaders({ credentials }: Proxy): Record<string, string> {
  return credentials === null ? {} : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Where the proxy itself is asked, for `http.request` or `https.request`. */
export function proxyOptions({ host, port }: Proxy): RequestOptions {
  return { host, port };
}
