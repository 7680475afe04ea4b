import type { ServerResponse } from 'node:http';

/** How often answers in progress are checked, ms. Kernels buffer megabytes, so that progress shows in bursts. */
export const LOOK_MS = 120_000;

/** How many bytes of an answer must have gone out between two checks: half a kilobyte a second. */
const LEAST = 64 * 1024;

/**
 * Ends the answers of readers who take next to nothing: one who reads a byte now and then would otherwise hold a
 * connection, and a file, for ever. A reader on the worst of telephones is faster.
 */
export interface SlowReaders {
  /** Begins to watch an answer. */
  watch(response: ServerResponse): void;
  /** To be called every {@link LOOK_MS}. */
  look(): void;
}

export function slowReaders(): SlowReaders {
  const written = new Map<ServerResponse, number>();
  return {
    watch(response) {
      written.set(response, -Infinity);
      response.on('close', () => written.delete(response));
    },
    look() {
      for (const [response, before] of written) {
        const now = response.socket?.bytesWritten ?? 0;
        if (now - before < LEAST) response.destroy();
        else written.set(response, now);
      }
    },
  };
}
