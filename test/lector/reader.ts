import type { BrowserContext, Frame, Page, Response } from 'playwright-core';
import { type Ask, type Documento, type Estado, OPENING } from '../../src/page/lector/messages.ts';
import type { Corte } from '../kit/cortes.ts';

/** A reader at the lector: opens addresses, looks at the frame, asks the worker, and keeps all bytes that the frame was given. */

/** What came into the frame: an address of the lector's origin, without its first slash, and the bytes. */
export interface Given {
  readonly path: string;
  readonly status: number;
  readonly bytes: Buffer | null;
}

export interface Reader {
  readonly page: Page;
  /** the lector's, with a slash at the end */
  readonly origin: string;
  /** what came into the frame since this was last called */
  given(): Promise<Given[]>;
  /** Opens an address of the lector and waits until the publication is in its frame. */
  open(path?: string): Promise<Frame>;
  /** The frame of the publication, once its document is the lector's. */
  frame(): Promise<Frame>;
  ask(ask: { readonly ask: 'estado' | 'busca' | 'olvida' }): Promise<Estado>;
  /** Looks at the mirrors until it is so, but a few times at the most. @returns what is known then */
  looks(isSo: (estado: Estado) => boolean): Promise<Estado>;
  /** What the worker knows once it is in control and has looked at the mirrors. */
  settled(): Promise<Estado>;
  /** Of which corte what is in the frame is, by the worker. */
  documento(): Promise<Documento | null>;
  /** What came into the frame since {@link Reader.given} that is a file of none of these cortes. */
  unsigned(cortes: readonly Corte[]): Promise<string[]>;
}

/** Asks the worker as the bar does. */
const TELL = `(ask) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  navigator.serviceWorker.controller.postMessage(ask, [port2]);
})`;

/** Waits until a worker is in control of the page. */
const CONTROL = `new Promise((resolve) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) resolve();
  else serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
})`;

/** Whether a page of the publication has all its parts. */
export const WHOLE = "document.readyState === 'complete' && document.body.dataset.datos !== undefined";

export async function newReader(context: BrowserContext, origin: string): Promise<Reader> {
  const page = await context.newPage();
  let seen: Promise<Given>[] = [];
  let marco = '';
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === OPENING) marco = url.searchParams.get('marco') ?? '';
  });
  page.on('response', (response) => {
    if (!response.url().startsWith(origin) || isTop(response, page)) return;
    seen.push(givenBy(response));
  });
  const frame = async () => {
    await page.locator('iframe').waitFor({ state: 'attached' });
    const handle = await page.locator('iframe').elementHandle();
    const found = await handle?.contentFrame();
    if (!found) throw new Error('the bar has no frame');
    return found;
  };
  const tell = <T>(ask: Ask) => page.evaluate<T>(`(${TELL})(${JSON.stringify(ask)})`);
  const given = () => {
    const these = seen;
    seen = [];
    return Promise.all(these);
  };
  return {
    page,
    origin,
    given,
    async unsigned(cortes) {
      const these = await given();
      return unsigned(
        these.filter((one) => cortes.every((corte) => unsigned([one], corte).length > 0)),
        cortes[0] as Corte,
      );
    },
    async open(path = '') {
      await page.goto(new URL(path, origin).href);
      const opened = await frame();
      await opened.locator('#html').waitFor();
      await opened.waitForFunction(WHOLE);
      return opened;
    },
    frame,
    ask: (ask) => tell<Estado>(ask),
    async looks(isSo) {
      // A look that is under way already may have asked before the test changed something; one who is silent holds each up.
      for (let i = 0; i < 4; i++) {
        let isOver = false;
        const ended = () => void (isOver = true);
        const look = tell<Estado>({ ask: 'busca' }).then(ended, ended); // the test may go on to another page meanwhile
        for (;;) {
          const estado = await tell<Estado>({ ask: 'estado' });
          if (isSo(estado)) return estado;
          if (isOver) break;
          await Promise.race([look, new Promise((resolve) => setTimeout(resolve, 100))]);
        }
      }
      return tell<Estado>({ ask: 'estado' });
    },
    async settled() {
      await page.evaluate(CONTROL);
      return tell<Estado>({ ask: 'busca' });
    },
    async documento() {
      return tell<Documento | null>({ ask: 'documento', marco, url: (await frame()).url() });
    },
  };
}

/** Whether a response is the bar's own, not the frame's. */
function isTop(response: Response, page: Page): boolean {
  try {
    return response.frame() === page.mainFrame();
  } catch {
    return true; // the worker's own
  }
}

async function givenBy(response: Response): Promise<Given> {
  const path = decodeURIComponent(new URL(response.url()).pathname.slice(1));
  // Of what nobody read to its end a browser keeps no body.
  const bytes = response.status() === 200 ? await response.body().catch(() => null) : null;
  return { path: path === '' ? 'index.html' : path.endsWith('/') ? `${path}index.html` : path, status: response.status(), bytes };
}

/** Of which corte the parts of a page say they are: all must say the same. */
export async function cortesOf(frame: Frame): Promise<Record<'page' | 'style' | 'script' | 'data', string | undefined>> {
  return frame.evaluate(`({
    page: document.querySelector('#html')?.dataset.corte,
    style: getComputedStyle(document.documentElement).getPropertyValue('--corte').trim(),
    script: document.body.dataset.script,
    data: document.body.dataset.datos,
  })`);
}

/** What was given that is not, to the byte, the corte's file at that path; `[]` where all is signed. */
export function unsigned(given: readonly Given[], corte: Corte): string[] {
  return given
    .filter(({ path, status }) => !path.startsWith('cotejo/lector/') && status === 200)
    .filter(({ path, bytes }) => !(bytes && corte.content[path]?.equals(bytes)))
    .map(({ path }) => path);
}
