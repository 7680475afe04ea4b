import type { ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import type { Documento, Estado } from '../../../src/page/lector/messages.ts';
import { newContext } from '../../kit/browser.ts';
import { type Answering, serve } from '../../kit/web.ts';
import { type Publication, type Serving, serveLector } from './trial-site.ts';

/** A new reader, in Chromium, with the lector open. */
export interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  /** of the mirrors, in their order */
  readonly mirrors: readonly URL[];
  readonly lector: Serving;
}

export async function openLector(t: ExecutionContext, of: Publication, answers: readonly Answering[], path = ''): Promise<Opened> {
  const mirrors = await Promise.all(answers.map((answer) => serve(t, answer)));
  const lector = await serveLector(t, of, mirrors);
  const context = await newContext(t);
  const page = await openTab(context, new URL(path, lector.url));
  return { context, page, mirrors, lector };
}

/** One more tab, whose frame shows something. */
export async function openTab(context: BrowserContext, url: URL): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url.href);
  await shown(page);
  return page;
}

/** Waits until the frame shows a page of the publication, and gives the number that its data say. */
export async function shown(page: Page): Promise<string | null> {
  return page.frameLocator('#f').locator('#dato:not(:empty)').textContent();
}

export function documento(page: Page): Promise<Documento | null> {
  return page.evaluate<Documento | null>('documento()');
}

export function ask(page: Page, what: 'estado' | 'busca' | 'olvida'): Promise<Estado> {
  return page.evaluate<Estado>(`ask({ ask: '${what}' })`);
}

/** What a script of the publication says, which runs in the frame. */
export function inFrame<T>(page: Page, script: string): Promise<T> {
  return page.evaluate<T>(`document.getElementById('f').contentWindow.eval(${JSON.stringify(script)})`);
}

/** As a browser does at any moment: the worker ends, and what it held in memory with it. */
export async function endWorker({ context, page }: Pick<Opened, 'context' | 'page'>): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}
