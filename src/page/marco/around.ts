import { boundedHeight, isWebOrigin, readToMarco, type ToPortal } from './messages.ts';

/** The page around this one: what it sees of the frame, and what it is told. */
export interface Around {
  /** Whether a page around this one has said that it makes the frame as high as it needs to be. */
  isGrowing(): boolean;
  tellHeight(pixels: number): void;
  /** The reader went to another page of the publication. */
  tellBeginning(): void;
}

/** ms after which a portal whose script was slower is greeted again */
const GREETINGS = [0, 500, 2000, 5000, 15_000];

/** @param onSeen is told the first pixel of the frame that is seen, and how many are */
export function newAround(onSeen: (top: number, height: number) => void): Around {
  const { parent } = window;
  /** Nobody else is answered from then on. */
  let origin: string | null = null;
  const tell = (message: ToPortal) => {
    if (origin !== null) parent.postMessage(message, origin);
  };
  if (parent !== window) {
    window.addEventListener('message', ({ source, origin: from, data }) => {
      if (source !== parent || (origin === null ? !isWebOrigin(from) : from !== origin)) return;
      const said = readToMarco(data);
      if (said === null) return;
      const isFirst = origin === null;
      origin = from;
      if (isFirst) tell({ type: 'cotejo/alto', height: boundedHeight(document.documentElement.offsetHeight) });
      onSeen(said.top, said.height);
    });
    // That somebody is here is no secret, and where he is he does not know yet.
    const greet = () => origin === null && parent.postMessage({ type: 'cotejo/listo' } satisfies ToPortal, '*');
    for (const ms of GREETINGS) setTimeout(greet, ms);
  }
  return {
    isGrowing: () => origin !== null,
    tellHeight: (pixels) => tell({ type: 'cotejo/alto', height: boundedHeight(pixels) }),
    tellBeginning: () => tell({ type: 'cotejo/inicio' }),
  };
}
