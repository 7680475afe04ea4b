/**
 * Looking into the frame of the publication. A page there may have names of its own where a browser has its own (a script's
 * `performance`, an element called `readyState`), so that what it has replaced is passed by, and never thrown at the bar.
 */

/** @returns the document in it; null where there is none, or one of elsewhere */
export function inside(frame: HTMLIFrameElement): Document | null {
  try {
    const document = frame.contentDocument;
    return document === null || document.location.href === 'about:blank' ? null : document;
  } catch {
    return null;
  }
}

/** Whether the frame holds its own empty page, as before anything is in it. */
export function isEmpty(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentDocument?.location.href === 'about:blank';
  } catch {
    return false;
  }
}

/** @returns its window; null where it is in none any more */
export function windowOf(document: Document): Window | null {
  return Reflect.get(Document.prototype, 'defaultView', document);
}

/** Whether it has come with all of its parts. */
export function isComplete(document: Document): boolean {
  return Reflect.get(Document.prototype, 'readyState', document) === 'complete';
}

/** Listens to a window or a document of the frame, by this page's own method. */
export function listen(to: EventTarget | null, event: string, hear: (event: Event) => void, isCapturing = false): void {
  if (to !== null) EventTarget.prototype.addEventListener.call(to, event, hear, { capture: isCapturing });
}

/** What a server says of a document by a header, as the document's own window tells it: whatever that has put there. */
interface Timing {
  readonly name: unknown;
  readonly description: unknown;
}

/** @returns what came with a document about itself, as its own window says it; nothing where that does not tell */
export function timingsOf(document: Document): readonly Timing[] {
  try {
    const [way] = windowOf(document)?.performance.getEntriesByType('navigation') ?? [];
    if (way === undefined || !isTimed(way)) return [];
    return Array.from(way.serverTiming, ({ name, description }) => ({ name, description }));
  } catch {
    return [];
  }
}

function isTimed(entry: PerformanceEntry): entry is PerformanceEntry & { readonly serverTiming: Iterable<Timing> } {
  return 'serverTiming' in entry;
}
