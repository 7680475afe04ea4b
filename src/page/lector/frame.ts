import { keepWithin } from '../keep-within.ts';
import { saidIn } from './document-mark.ts';
import { inside, isComplete, isEmpty, listen, timingsOf, windowOf } from './inside.ts';
import { type Documento, type Entrega, openingOf } from './messages.ts';
import { soon } from './soon.ts';

/**
 * The publication in its frame. What the worker says of the very document that is in it decides whether it is seen: of a
 * document that the worker did not give nothing is seen.
 */
export interface Publication {
  /** Opens it at this corte. @param path as in an address; the one that the reader has open where it is absent */
  open(corte: { readonly phase: string; readonly number: number }, path?: string): void;
  /** Waits for what the page itself opened, at its own path, while it was read. */
  expect(): void;
  /** Hears that the worker gives a document to a frame. */
  hear(entrega: Entrega): void;
  /** Takes it away: nothing of it is left in the frame. What was said of it last stays said until something is opened. */
  close(): void;
  /** Asks the worker again, for what it has verified since. */
  ask(): void;
  /** Whether the document that is in it has come with all of its parts. */
  isWhole(): boolean;
}

/** `asking`: on its way; null: in the frame is something that the worker did not give, or nothing came. */
export type InFrame = Documento | 'asking' | null;

export interface Doing {
  readonly frame: HTMLIFrameElement;
  readonly askWorker: (marco: string, url: string) => Promise<Documento | null>;
  readonly onDocument: (document: InFrame) => void;
  /** @param path of the document in the publication, with search and hash */
  readonly onPath: (path: string) => void;
}

/** ms between two looks into the frame */
const LOOK = 20;
/** Documents of which the worker has said that they come; of more the first are forgotten, and it is asked of them. */
const MARKS = 8;
/** ms until it is looked into the frame if the worker says nothing: to look makes a browser build what it soon throws away */
const UNHEARD = 400;
/** ms until a document that does not come is given up */
const PATIENCE = 45_000;

export function openPublication({ frame, askWorker, onDocument, onPath }: Doing): Publication {
  const marco = frame.dataset['marco'] ?? '';
  /** the document that the worker was asked of last */
  let asked: Document | null = null;
  /** what it said of that document */
  let said: Documento | null = null;
  /** the document of which it has not said it yet */
  let unsaid: Document | null = null;
  /** of those that it said would come */
  let marks: readonly string[] = [];
  let path = location.pathname + location.search + location.hash;
  let isOpen = false;
  let stopWaiting = () => {};
  let turn = 0;

  /** Waits for a document, which is there long before all of its files are. */
  function wait(since = performance.now()): void {
    stopWaiting();
    const document = inside(frame);
    if (document !== null && document !== asked) void take(document);
    else if (performance.now() - since > PATIENCE) onDocument(null);
    else stopWaiting = soon(LOOK, () => wait(since));
  }

  async function take(document: Document): Promise<void> {
    stopWaiting();
    asked = document;
    const mine = ++turn;
    const view = windowOf(document);
    listen(view, 'pagehide', () => {
      if (asked !== document) return;
      onDocument('asking');
      wait();
    });
    // A page changes its own address without another document.
    for (const event of ['hashchange', 'popstate']) listen(view, event, () => tellPath(document));
    listen(document, 'click', keepWithin, true);
    unsaid = document;
    const told = saidIn(timingsOf(document), marks);
    if (told !== null) return believe(document, told);
    let found: Documento | null = null;
    try {
      found = await askWorker(marco, document.location.href);
    } catch {
      found = null; // a worker that does not answer has verified nothing
    }
    if (mine !== turn || asked !== document) return;
    if (unsaid === document) believe(document, found);
    else sayMore(found);
  }

  function believe(document: Document, found: Documento | null): void {
    unsaid = null;
    if (found !== null) tellPath(document);
    said = found;
    onDocument(found);
  }

  /** A worker that was ended in between begins to count anew, and what was verified stays so. */
  function sayMore(found: Documento | null): void {
    if (found === null || (said !== null && found.files < said.files)) return;
    said = found;
    onDocument(found);
  }

  /** What loaded can't be looked into: a page of elsewhere, or the browser's own that tells of an error. */
  function refuse(): void {
    if (isOpen && !isEmpty(frame)) {
      turn++;
      stopWaiting();
      asked = null;
      onDocument(null);
    }
  }

  function tellPath({ location: { pathname, search, hash } }: Document): void {
    path = pathname + search + hash;
    onPath(path);
  }

  frame.addEventListener('load', () => {
    const document = inside(frame);
    if (document === null) refuse();
    else if (document !== asked) void take(document);
    else publication.ask();
  });

  const publication: Publication = {
    open({ phase, number }, at = path) {
      path = at;
      isOpen = true;
      turn++;
      const [ruta, hash] = splitHash(at);
      onDocument('asking');
      asked = inside(frame);
      unsaid = null;
      // Replaced, so that the way back leads to what was read before and not into the same page.
      const address = openingOf({ phase, number, path: ruta, marco }) + hash;
      if (frame.contentWindow) frame.contentWindow.location.replace(address);
      wait();
    },
    expect() {
      isOpen = true;
      stopWaiting = soon(UNHEARD, wait);
    },
    hear(entrega) {
      if (entrega.marco !== marco) return;
      marks = [...marks, entrega.mark].slice(-MARKS);
      if (asked === null && isOpen) {
        stopWaiting();
        // In a busy page the document is mostly there before the message is heard.
        wait();
      }
      if (unsaid === null || inside(frame) !== unsaid) return;
      const told = saidIn(timingsOf(unsaid), marks);
      if (told !== null) believe(unsaid, told);
    },
    close() {
      isOpen = false;
      turn++;
      stopWaiting();
      asked = null;
      unsaid = null;
      frame.contentWindow?.location.replace('about:blank');
    },
    isWhole() {
      const document = inside(frame);
      return document !== null && isComplete(document);
    },
    ask() {
      const document = asked;
      const mine = turn;
      if (document === null || inside(frame) !== document) return;
      void askWorker(marco, document.location.href)
        .then((found) => (mine === turn && asked === document ? sayMore(found) : undefined))
        .catch(() => {}); // what was verified stays so
    },
  };
  return publication;
}

function splitHash(path: string): [string, string] {
  const at = path.indexOf('#');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)];
}
