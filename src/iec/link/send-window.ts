/**
 * How many bytes may be on their way and not yet answered for: enough to use a fast link of high latency, little enough
 * that two hundred stalled nodes together do not fill the memory.
 */
export interface SendWindow {
  /** Waits for room; earlier callers get it first. */
  take(bytes: number): Promise<void>;
  give(bytes: number): void;
}

/** @param limit bytes; a single larger piece goes alone */
export function newWindow(limit: number): SendWindow {
  let used = 0;
  const queue: { bytes: number; go: () => void }[] = [];
  const fits = (bytes: number) => used === 0 || used + bytes <= limit;
  return {
    take(bytes) {
      if (queue.length === 0 && fits(bytes)) {
        used += bytes;
        return Promise.resolve();
      }
      return new Promise((go) => queue.push({ bytes, go }));
    },
    give(bytes) {
      used -= bytes;
      for (let next = queue[0]; next && fits(next.bytes); next = queue[0]) {
        queue.shift();
        used += next.bytes;
        next.go();
      }
    },
  };
}

const MiB = 1024 * 1024;

/**
 * The window of one link among so many. 512 KiB fill 100 Mbit/s at 40 ms, and the least, two pieces of a file, still
 * fills the 10 Mbit/s of a Difusor. All together stay near 12 MiB: SSH holds each piece some five times over, which
 * `npm run bench:wire` shows.
 */
export function windowOf(links: number): number {
  return Math.max(62 * 1024, Math.min(MiB / 2, Math.floor((12 * MiB) / Math.max(links, 1))));
}
