import * as v from 'valibot';
import { newId } from './new-id.ts';
import { NOTE } from './noted.ts';
import { within } from './within.ts';

/**
 * Whether this page came to an end twice in a row as it opened the same page of the publication: one that takes more memory
 * than there is takes the bar with it, since both are of one process, and would do so again on each load. What is opened is
 * noted for as long as it is seen, but for the first minute alone; a note whose writer is gone without having left is that of a
 * page that was ended. Once says nothing: a telephone that is switched off looks the same.
 */
export interface EndedWatch {
  /**
   * @param path that is to be opened, which {@link EndedWatch.open} counts on from what is found here
   * @returns false also where it can't be told. It never throws
   */
  ended(path: string): Promise<boolean>;
  /** The publication is open at this path. */
  open(path: string): void;
  /** It is open no more. */
  close(): void;
}

/** ms for the browser to say which locks are held */
const PATIENCE = 2000;
/** ms: what was open for so long was opened well */
const MINUTE = 60_000;
/** ms between two ends that are in a row */
const SPELL = 10 * MINUTE;
/** Ends in a row after which it is not opened by itself. */
const ENOUGH = 2;
/** Notes of as many windows. */
const MOST = 8;
const LOCK = 'cotejo-lector-abierto/';

/** `at`: when it was opened, ms since the epoch. `ends`: how often in a row it had come to an end there before. */
const note = v.object({ id: v.string(), path: v.string(), at: v.number(), ends: v.number() });
const notes = v.array(note);
type Note = v.InferOutput<typeof note>;

/** A browser without locks or storage tells nothing. */
export function watchForEnd(): EndedWatch {
  const id = newId();
  // In a browser that has none the property is absent.
  const { locks } = navigator as { readonly locks?: LockManager };
  /** null where nothing is open, or was for long enough */
  let open: Omit<Note, 'id'> | null = null;
  let path: string | null = null;
  /** of windows that were ended, and nothing was opened at their paths since */
  let gone: readonly Note[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isHeld = false;

  // The browser gives it back when this page is gone, however it went.
  locks
    ?.request(LOCK + id, () => {
      isHeld = true;
      noteIt();
      return new Promise<void>(() => {});
    })
    .catch(() => {});

  function noteIt(): void {
    if (!isHeld || open === null || document.visibilityState !== 'visible') return;
    write([...read().filter((one) => one.id !== id), { id, ...open }]);
  }

  /** Of a page that is not seen a browser may take the memory as it likes. */
  function unnote(): void {
    const all = read();
    if (all.some((one) => one.id === id)) write(all.filter((one) => one.id !== id));
  }

  /** How often in a row a page came to an end. */
  const endsOf = (page: string) => Math.max(0, ...gone.map((one) => (one.path === page ? one.ends + 1 : 0)));

  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? noteIt() : unnote()));
  window.addEventListener('pagehide', unnote);
  window.addEventListener('pageshow', noteIt);

  return {
    async ended(to) {
      const all = read();
      if (all.length === 0 || !locks) return false;
      try {
        const { held = [] } = await within(locks.query(), PATIENCE);
        gone = all.filter((one) => one.id !== id && held.every(({ name }) => name !== LOCK + one.id));
        return endsOf(pageOf(to)) >= ENOUGH;
      } catch {
        return false;
      }
    },
    open(at) {
      if (path === pageOf(at)) return;
      path = pageOf(at);
      open = { path, at: Date.now(), ends: endsOf(path) };
      const counted = gone.filter((one) => one.path === path);
      gone = gone.filter((one) => one.path !== path);
      if (counted.length > 0) write(read().filter((one) => counted.every((other) => other.id !== one.id)));
      noteIt();
      clearTimeout(timer);
      timer = setTimeout(() => {
        open = null;
        unnote();
      }, MINUTE);
    },
    close() {
      clearTimeout(timer);
      path = null;
      open = null;
      unnote();
    },
  };
}

/** @returns the path without its hash, which leads to a place in the same page */
function pageOf(path: string): string {
  return path.replace(/#.*$/, '');
}

/** The publication may have written it: it says nothing but where not to go by itself. */
function read(): readonly Note[] {
  try {
    const now = Date.now();
    const all = v.parse(notes, JSON.parse(localStorage.getItem(NOTE) ?? '[]'));
    return all.filter(({ at }) => Math.abs(now - at) < SPELL).slice(-MOST);
  } catch {
    return [];
  }
}

function write(all: readonly Note[]): void {
  try {
    if (all.length === 0) localStorage.removeItem(NOTE);
    else localStorage.setItem(NOTE, JSON.stringify(all.slice(-MOST)));
  } catch {
    // full, or not allowed
  }
}
