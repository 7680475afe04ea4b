/** Looking into the frame of the publication. */

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

/** @returns what came with a document about itself; nothing where its browser does not tell */
export function timingsOf({ defaultView }: Document): readonly PerformanceServerTiming[] {
  const [way] = defaultView?.performance.getEntriesByType('navigation') ?? [];
  return way !== undefined && isTimed(way) ? way.serverTiming : [];
}

function isTimed(entry: PerformanceEntry): entry is PerformanceResourceTiming {
  return 'serverTiming' in entry;
}
