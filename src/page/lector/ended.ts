import { newId } from './new-id.ts';
import { within } from './within.ts';

/**
 * Whether the browser ended this page while it showed the publication: one that takes more memory than there is takes the bar
 * with it, since both are of one process, and would do so again on each load. What is open is noted for as long as it is seen;
 * a note whose writer is gone without having left is that of a page that was ended.
 */
export interface EndedWatch {
  /** @returns false also where it can't be told. It never throws */
  ended(): Promise<boolean>;
  /** The publication is open at this path. */
  open(path: string): void;
}

/** ms for the browser to say which locks are held */
const PATIENCE = 2000;
const NOTE = 'cotejo-lector-abierto';
const LOCK = 'cotejo-lector-abierto/';

interface Note {
  readonly id: string;
  readonly path: string;
}

/** Whether some page noted that it shows the publication: one that is open still, or was ended. Then nothing is opened early. */
export function isNoted(): boolean {
  return read() !== null;
}

/** A browser without locks or storage tells nothing. */
export function watchForEnd(): EndedWatch {
  const id = newId();
  // In a browser that has none the property is absent.
  const { locks } = navigator as { readonly locks?: LockManager };
  let path: string | null = null;
  let isHeld = false;

  // The browser gives it back when this page is gone, however it went.
  locks
    ?.request(LOCK + id, () => {
      isHeld = true;
      note();
      return new Promise<void>(() => {});
    })
    .catch(() => {});

  function note(): void {
    if (isHeld && path !== null && document.visibilityState === 'visible') write({ id, path });
  }

  /** Of a page that is not seen a browser may take the memory as it likes. */
  function unnote(): void {
    if (read()?.id === id) write(null);
  }

  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? note() : unnote()));
  window.addEventListener('pagehide', unnote);
  window.addEventListener('pageshow', note);

  return {
    async ended() {
      const last = read();
      if (last === null || !locks) return false;
      try {
        const { held = [] } = await within(locks.query(), PATIENCE);
        return held.every(({ name }) => name !== LOCK + last.id);
      } catch {
        return false;
      }
    },
    open(at) {
      path = at;
      note();
    },
  };
}

/** The publication may have written it: it says nothing but where not to go by itself. */
function read(): Note | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(NOTE) ?? 'null');
    if (typeof value !== 'object' || value === null || !('id' in value) || !('path' in value)) return null;
    const { id, path } = value;
    return typeof id === 'string' && typeof path === 'string' ? { id, path } : null;
  } catch {
    return null;
  }
}

function write(note: Note | null): void {
  try {
    if (note === null) localStorage.removeItem(NOTE);
    else localStorage.setItem(NOTE, JSON.stringify(note));
  } catch {
    // full, or not allowed
  }
}
