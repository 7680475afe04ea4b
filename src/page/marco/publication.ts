import { keepWithin } from '../keep-within.ts';
import { corteOf } from './document-corte.ts';
import { boundedHeight } from './messages.ts';

/** The publication in its frame: as high as it is, loaded anew without losing the place, and never in the portal's place. */
export interface Publication {
  readonly frame: HTMLIFrameElement;
  /** Makes the frame as high as what is in it. */
  fit(): void;
  /** Loads it anew, at the page where the reader is. */
  reload(): void;
  /** The document in it, null where there is none that can be read. */
  inside(): Document | null;
}

export interface Loaded {
  readonly document: Document;
  /** whether the reader went there, and it was not loaded anew */
  readonly isOther: boolean;
  readonly isOurs: boolean;
  /** of the document, by its own answer */
  readonly corte: ReturnType<typeof corteOf>;
}

/** CSS pixels: what scrolls by itself, instead of growing, has this much room. */
const LEAST = 480;
/** ms that a page loaded anew has until it is as high as it was: until then its place is kept. */
const HELD = 4000;

export function openPublication(frame: HTMLIFrameElement, home: URL, onLoad: (loaded: Loaded) => void): Publication {
  let isOurs = false;
  let held = { height: 0, until: 0 };
  let where: string | null = null;
  let waiting = 0;
  const sizes = new ResizeObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(fit);
  });

  function inside(): Document | null {
    try {
      return frame.contentDocument;
    } catch {
      return null;
    }
  }

  function fit(): void {
    const document = inside();
    if (!document?.body || frame.getClientRects().length === 0) return;
    const { scrollX, scrollY } = window;
    // First as low as it may be: a page that is as high as its window would never become lower again.
    frame.style.height = `${LEAST}px`;
    const root = document.documentElement;
    const bar = Math.max(0, frame.clientHeight - root.clientHeight);
    const kept = performance.now() < held.until ? held.height : 0;
    const content = Math.max(LEAST, root.scrollHeight, document.body.scrollHeight) + bar;
    frame.style.height = `${boundedHeight(Math.max(kept, content))}px`;
    if (window.scrollY !== scrollY) window.scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
  }

  frame.addEventListener('load', () => {
    const document = inside();
    if (!document?.body || document.location.href === 'about:blank') return;
    sizes.disconnect();
    for (const element of [document.documentElement, document.body]) sizes.observe(element);
    document.addEventListener('click', keepWithin, { capture: true });
    const at = document.location.href.replace(/#.*$/, '');
    const [navigation] = document.defaultView?.performance.getEntriesByType('navigation') ?? [];
    const loaded = {
      document,
      isOther: where !== null && at !== where,
      isOurs,
      corte: corteOf(isNavigation(navigation) ? navigation : undefined),
    };
    [where, isOurs] = [at, false];
    fit();
    onLoad(loaded);
  });
  frame.src = home.href;

  return {
    frame,
    fit,
    inside,
    reload() {
      held = { height: frame.clientHeight, until: performance.now() + HELD };
      setTimeout(fit, HELD + 100);
      isOurs = true;
      const document = inside();
      if (document && document.location.href !== 'about:blank') document.location.reload();
      else frame.src = home.href;
    },
  };
}

/** By its own word: it is of another window, and so of another class. */
function isNavigation(entry: PerformanceEntry | undefined): entry is PerformanceNavigationTiming {
  return entry?.entryType === 'navigation';
}
