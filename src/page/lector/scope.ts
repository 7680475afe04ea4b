/**
 * What of a service worker's surroundings is used. The types of the DOM and of workers exclude each other, and the rest of
 * the page's sources need the former.
 */
export interface LectorScope {
  readonly location: { readonly origin: string };
  readonly clients: {
    get(id: string): Promise<Client | undefined>;
    matchAll(options: { readonly type: 'window'; readonly includeUncontrolled?: boolean }): Promise<readonly Client[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchAsked) => void): void;
  addEventListener(type: 'message', listener: (event: MessageAsked) => void): void;
}

/** A document that the worker serves. */
export interface Client {
  readonly id: string;
  readonly url: string;
  readonly frameType: 'auxiliary' | 'top-level' | 'nested' | 'none';
  postMessage(message: unknown): void;
}

/** Whether it is the bar, which may stand in a window that another page opened: Firefox calls that one `auxiliary`. */
export function isBar({ frameType }: Pick<Client, 'frameType'>): boolean {
  return frameType === 'top-level' || frameType === 'auxiliary';
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchAsked extends Lasting {
  readonly request: Request;
  /** of the document that asks; of a navigation the one that is replaced in Chromium, and empty in Firefox */
  readonly clientId: string;
  /** of the document that a navigation makes, from its first address over all redirects; empty for anything else */
  readonly resultingClientId: string;
  respondWith(answer: Promise<Response>): void;
}

export interface MessageAsked extends Lasting {
  readonly data: unknown;
  readonly source: Client | null;
  readonly ports: ReadonlyArray<Pick<Client, 'postMessage'>>;
}
