import type { Server, ServerResponse } from 'node:http';

/** How often the answers under way are looked at, ms, and how much of one must have gone out in between, bytes. */
const EVERY = 20_000;
const LEAST = 20 * 1024;

/**
 * Ends the answers whose reader takes less than a kilobyte a second: one who reads a byte now and then would otherwise
 * hold a connection, and a file, for ever. A reader on the worst of telephones is faster.
 * @returns how to stop
 */
export function dropSlowReaders(server: Server, every = EVERY): () => void {
  const written = new Map<ServerResponse, number>();
  server.on('request', (_request, response: ServerResponse) => {
    written.set(response, 0);
    response.on('close', () => written.delete(response));
  });
  const timer = setInterval(() => {
    for (const [response, before] of written) {
      const now = response.socket?.bytesWritten ?? 0;
      if (before > 0 && now - before < LEAST) response.destroy();
      else written.set(response, Math.max(now, 1));
    }
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
