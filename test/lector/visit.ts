import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContext } from 'playwright-core';
import { buildLectorWorker, buildPage } from '../../src/build/page.ts';
import { lectorFiles } from '../../src/lector/build.ts';
import { newContext } from '../kit/browser.ts';
import type { KitTrust } from '../kit/election.ts';
import { repository } from '../kit/programs.ts';
import { files, serve } from '../kit/web.ts';
import { newReader, type Reader } from './reader.ts';

/** A reader's first visit to a lector that is built and served for it alone, cheaper than an nginx for each. */

export interface Visit {
  readonly reader: Reader;
  readonly context: BrowserContext;
  readonly origin: { readonly url: string };
}

const parts = Promise.all([buildPage(repository(), 'lector.html'), buildLectorWorker(repository())]);

export interface VisitPlan {
  /** the one of all tests if absent */
  readonly browser?: Browser;
  readonly options?: Parameters<Browser['newContext']>[0];
  /** how much the reader's clock is ahead, ms */
  readonly ahead?: number;
}

export async function newVisit(
  t: ExecutionContext,
  anchor: KitTrust,
  mirrors: readonly string[],
  { browser, options = {}, ahead = 0 }: VisitPlan = {},
): Promise<Visit> {
  const [shell, worker] = await parts;
  const named = mirrors.map((url) => ({ name: new URL(url).host, url }));
  const url = await serveFolder(t, lectorFiles({ anchor, mirrors: named, shell, worker }), ahead);
  const context = await (browser ? browser.newContext(options) : newContext(t, options));
  if (ahead !== 0) await context.addInitScript(clockAhead(ahead));
  return { reader: await newReader(context, url.href), context, origin: { url: url.href } };
}

/** A lector's files at an origin of their own. @param ahead how much the worker's clock is ahead, ms */
export async function serveFolder(
  t: Pick<ExecutionContext, 'teardown'>,
  folder: ReadonlyMap<string, Uint8Array>,
  ahead = 0,
): Promise<URL> {
  const texts = new Map<string, string>();
  for (const [name, bytes] of folder)
    texts.set(name, `${name.endsWith('.js') ? clockAhead(ahead) : ''}${Buffer.from(bytes).toString()}`);
  const serving = files(texts);
  return serve(t, (request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname.slice(1);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    if (!texts.has(path)) request.url = path === '' ? '/index.html' : '/404.html';
    serving(request, response);
  });
}

/** A script that sets a page's or a worker's clock, before anything of it runs. */
export function clockAhead(ms: number): string {
  if (ms === 0) return '';
  return `{ const Real = Date; globalThis.Date = class extends Real { constructor(...of) { of.length === 0 ? super(Real.now() + ${ms}) : super(...of) } static now() { return Real.now() + ${ms} } } }\n`;
}
