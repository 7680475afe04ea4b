import { byId } from '../dom.ts';
import { watchForEnd } from './ended.ts';
import { type InFrame, openPublication, type Publication } from './frame.ts';
import type { CorteFacts, Documento } from './messages.ts';

/** Where the reader is in the publication: what he came for, what he has open, and whether that came to an end before. */
export interface Whereabouts extends Pick<Publication, 'hear' | 'ask' | 'isWhole'> {
  /** To be called once, when what is told of it can be drawn. */
  begin(): void;
  inFrame(): InFrame;
  /** Whether it came to an end twice in a row as this was opened, and the reader has not gone past that; false before it is known. */
  isEnded(): boolean;
  /**
   * Opens the publication where it is to be seen and is not yet, and takes away what may not be seen any more.
   * @param head what it is opened with
   * @param hasFrame whether the frame has it, or is to be given it
   */
  settle(head: CorteFacts | null, hasFrame: boolean): void;
  /** The reader goes past that it was ended. */
  passEnd(): void;
  /** He goes to the front page, where the publication is opened next. */
  goToFront(): void;
  /** He goes over to this corte, at the page that is open. */
  goTo(head: CorteFacts): void;
  /** What is in the frame is seen: whoever went over to it reads on there. Before, it can't have the focus. */
  seen(): void;
}

export interface Doing {
  /** @returns null where the worker gave that document nothing, or there is no worker yet */
  readonly askWorker: (marco: string, url: string) => Promise<Documento | null>;
  /** {@link Whereabouts.inFrame} or {@link Whereabouts.isEnded} is another */
  readonly onChange: () => void;
}

export function openWhereabouts({ askWorker, onChange }: Doing): Whereabouts {
  const frame = byId('publication', HTMLIFrameElement);
  const watch = watchForEnd();
  let inFrame: InFrame = 'asking';
  /** whether the page opened the frame while it was read, before the worker has said that there is something to be seen */
  let isEarly = frame.hasAttribute('src');
  let isOpen = isEarly;
  let isFocusOwed = false;
  /** that the reader came for; null once it was opened */
  let path: string | null = here();
  /** null before it is known */
  let isEnded: boolean | null = null;

  const publication = openPublication({
    frame,
    askWorker,
    onDocument: (document) => {
      // What was asked for early was not to be had at once: it is opened as things stand.
      if (document === null && isEarly) isOpen = false;
      else inFrame = document;
      if (document !== 'asking') isEarly = false;
      onChange();
    },
    // What the reader copies, keeps or loads again is the page that he reads.
    onPath: (at) => {
      if (at !== here()) history.replaceState(null, '', at);
      watch.open(at);
    },
  });

  async function noteEnd(): Promise<void> {
    isEnded = await watch.ended(path ?? here());
    onChange();
  }

  return {
    hear: (entrega) => publication.hear(entrega),
    ask: () => publication.ask(),
    isWhole: () => publication.isWhole(),
    begin() {
      if (isEarly) {
        watch.open(here());
        publication.expect();
        path = null;
      }
      void noteEnd();
    },
    inFrame: () => inFrame,
    isEnded: () => isEnded ?? false,
    settle(head, hasFrame) {
      if (!hasFrame) {
        if (isOpen) {
          publication.close();
          watch.close();
        }
        isOpen = false;
        isEarly = false;
      } else if (!isOpen && head !== null && isEnded !== null) {
        isOpen = true;
        watch.open(path ?? here());
        publication.open(head, path ?? undefined);
        path = null;
      }
    },
    passEnd() {
      isEnded = false;
    },
    goToFront() {
      path = '/';
      isEnded = false;
    },
    goTo(head) {
      isOpen = true;
      isFocusOwed = true;
      publication.open(head);
    },
    seen() {
      if (!isFocusOwed) return;
      isFocusOwed = false;
      frame.focus();
    },
  };
}

function here(): string {
  return location.pathname + location.search + location.hash;
}
