import { keepWithin } from '../keep-within.ts';
import { type Documento, openingOf } from './messages.ts';

/**
 * The publication in its frame. What the worker says of the very document that is in it decides whether it is seen: of a
 * document that the worker did not give nothing is seen.
 */
export interface Publication {
  /** Opens it at this corte. @param path as in an address; the one that the reader has open where it is absent */
  open(corte: { readonly phase: string; readonly number: number }, path?: string): void;
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

/** ms */
const LOOK = 20;
/** ms until a document that does not come is given up */
const PATIENCE = 45_000;

export function openPublication({ frame, askWorker, onDocument, onPath }: Doing): Publication {
  const marco = crypto.randomUUID();
  /** the document that the worker was asked of last */
  let asked: Document | null = null;
  /** what it said of that document */
  let said: Documento | null = null;
  let path = '/';
  let isOpen = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  /** The document in the frame; null where there is none, or one of elsewhere. */
  function inside(): Document | null {
    try {
      const document = frame.contentDocument;
      return document === null || document.location.href === 'about:blank' ? null : document;
    } catch {
      return null;
    }
  }

  /** Waits for a document, which is there long before all of its files are. */
  function wait(since = performance.now()): void {
    clearTimeout(timer);
    const document = inside();
    if (document !== null && document !== asked) void take(document);
    else if (performance.now() - since > PATIENCE) onDocument(null);
    else timer = setTimeout(() => wait(since), LOOK);
  }

  async function take(document: Document): Promise<void> {
    clearTimeout(timer);
    asked = document;
    const mine = ++turn;
    const view = document.defaultView;
    view?.addEventListener('pagehide', () => {
      if (asked !== document) return;
      onDocument('asking');
      wait();
    });
    // A page changes its own address without another document.
    for (const event of ['hashchange', 'popstate']) view?.addEventListener(event, () => tellPath(document));
    document.addEventListener('click', keepWithin, { capture: true });
    let found: Documento | null = null;
    try {
      found = await askWorker(marco, document.location.href);
    } catch {
      found = null; // a worker that does not answer has verified nothing
    }
    if (mine !== turn || asked !== document) return;
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
      clearTimeout(timer);
      asked = null;
      onDocument(null);
    }
  }

  function tellPath({ location: { pathname, search, hash } }: Document): void {
    path = pathname + search + hash;
    onPath(path);
  }

  frame.addEventListener('load', () => {
    const document = inside();
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
      asked = inside();
      // Replaced, so that the way back leads to what was read before and not into the same page.
      const address = openingOf({ phase, number, path: ruta, marco }) + hash;
      if (frame.contentWindow) frame.contentWindow.location.replace(address);
      wait();
    },
    close() {
      isOpen = false;
      turn++;
      clearTimeout(timer);
      asked = null;
      frame.contentWindow?.location.replace('about:blank');
    },
    isWhole: () => inside()?.readyState === 'complete',
    ask() {
      const document = asked;
      const mine = turn;
      if (document === null || inside() !== document) return;
      void askWorker(marco, document.location.href)
        .then((found) => (mine === turn && asked === document ? sayMore(found) : undefined))
        .catch(() => {}); // what was verified stays so
    },
  };
  return publication;
}

/** Whether the frame holds its own empty page, as before anything is in it. */
function isEmpty(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentDocument?.location.href === 'about:blank';
  } catch {
    return false;
  }
}

function splitHash(path: string): [string, string] {
  const at = path.indexOf('#');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)];
}
