import type { Server, ServerResponse } from 'node:http';

/** How often the answers under way are looked at, ms. Kernels hold megabytes back, so that progress shows in bursts. */
export const LOOK_MS = 120_000;

/** How much of an answer must have gone out between two looks, bytes: half a kilobyte a second. */
const LEAST = 64 * 1024;

/**
 * Ends the answers whose reader takes next to nothing: one who reads a byte now and then would otherwise hold a
 * connection, and a file, for ever. A reader on the worst of telephones is faster.
 * @returns the look, to be taken every {@link LOOK_MS}
 */
export function slowReaders(server: Server): () => void {
  const written = new Map<ServerResponse, number>();
  server.on('request', (_request, response: ServerResponse) => {
    written.set(response, -Infinity);
    response.on('close', () => written.delete(response));
  });
  return () => {
    for (const [response, before] of written) {
      const now = response.socket?.bytesWritten ?? 0;
      if (now - before < LEAST) response.destroy();
      else written.set(response, now);
    }
  };
}
