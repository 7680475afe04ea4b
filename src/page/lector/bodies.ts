import pLimit from 'p-limit';

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * What is given of large files and not yet taken. A browser that is given the bytes of an answer keeps a copy of them for each
 * who asks, until he reads it: a page that asks for its largest files ten thousand times would have more memory taken than
 * there is. So they are given in pieces, as they are taken, and only so much at one time.
 */
export interface Bodies {
  /**
   * Waits until there is room for these bytes.
   * @returns the body of an answer, of any part of a file's bytes; null where so many wait already, or so much is held by those
   *   who wait, that nobody reads it all
   */
  readonly of: (bytes: Uint8Array<ArrayBuffer>) => Promise<Body | null>;
  /** Resolves when there is room for a file's bytes: so long no further one need be fetched. */
  readonly room: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/** Bytes: what has no more is given whole. */
export const SMALL = 256 * 1024;
const MEBIBYTE = 1024 * 1024;
/**
 * Bytes of the files that are read, each counted once however many read it, and how many read; bytes of these files and of
 * those that are waited for, which are more than the browser's store keeps, so that all of that may be asked for at one time;
 * and how many wait.
 */
const MOST = Object.freeze({ bytes: 64 * MEBIBYTE, readers: 16, held: 128 * MEBIBYTE, waiting: 1000 });
/** Bytes of one piece. */
const PIECE = 256 * 1024;
/** Who takes nothing for so many whole moments, while others wait, is given no more. */
const PATIENCE = 10;
/** ms */
const MOMENT = 1000;

/** One who waits or reads, and of which file. */
interface Holding {
  readonly of: ArrayBuffer;
}

interface Reading extends Holding {
  readonly cut: () => void;
  idle: number;
}

/** @param pause resolves after so many ms */
export function newBodies(pause: (ms: number) => Promise<void>): Bodies {
  const turn = pLimit(1);
  const readings = new Set<Reading>();
  const waiting = new Set<Holding>();
  let isWatched = false;
  let wake: Array<() => void> = [];

  function fits({ buffer }: Uint8Array<ArrayBuffer>): boolean {
    if (readings.size === 0) return true;
    return readings.size < MOST.readers && bytesOf([...readings, { of: buffer }]) <= MOST.bytes;
  }

  /**
   * Moments are counted here alone, for all who wait: were each to count his own, two would halve the patience. They are
   * counted, not read from a clock, since that goes on while a machine sleeps, when nobody can read.
   */
  async function watch(): Promise<void> {
    if (isWatched) return;
    isWatched = true;
    while (waiting.size > 0) {
      await pause(MOMENT);
      for (const reading of waiting.size > 0 ? readings : []) {
        reading.idle += 1;
        // The first of them need not have been whole.
        if (reading.idle > PATIENCE) reading.cut();
      }
    }
    isWatched = false;
  }

  async function room(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    while (!fits(bytes)) {
      const changed = new Promise<void>((resolve) => void wake.push(resolve));
      void watch();
      await changed;
    }
  }

  async function waits<T>({ buffer }: Uint8Array<ArrayBuffer>, work: () => Promise<T>): Promise<T> {
    const one = { of: buffer };
    waiting.add(one);
    return work().finally(() => waiting.delete(one));
  }

  function stream(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    let reading: Reading | null = null;
    const end = () => {
      if (reading) readings.delete(reading);
      for (const each of wake.splice(0)) each();
    };
    return new ReadableStream({
      start(controller) {
        const cut = () => {
          controller.error(new Error('nobody takes it'));
          end();
        };
        reading = { of: bytes.buffer, cut, idle: 0 };
        readings.add(reading);
      },
      pull(controller) {
        if (reading) reading.idle = 0;
        controller.enqueue(bytes.slice(at, at + PIECE));
        at += PIECE;
        if (at < bytes.length) return;
        controller.close();
        end();
      },
      cancel: end,
    });
  }

  return {
    async of(bytes) {
      if (bytes.length <= SMALL) return bytes;
      const isTooMuch = bytesOf([...readings, ...waiting, { of: bytes.buffer }]) > MOST.held;
      if (isTooMuch || turn.pendingCount >= MOST.waiting) return null;
      return waits(bytes, () =>
        turn(async () => {
          await room(bytes);
          return stream(bytes);
        }),
      );
    },
    room: (bytes) => (bytes.length <= SMALL ? Promise.resolve() : waits(bytes, () => room(bytes))),
  };
}

function bytesOf(holdings: readonly Holding[]): number {
  const files = new Set(holdings.map(({ of }) => of));
  return [...files].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
