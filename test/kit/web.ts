import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Web servers for tests: good ones and hostile ones. */

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback interface until the test ends. @returns its address, with a slash at the end */
export async function serve(t: { teardown(end: () => void): void }, answer: Answering): Promise<URL> {
  const server = createServer(answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** Answers files from memory by their path, without its first slash; anything else is 404. */
export function files(all: ReadonlyMap<string, Uint8Array | string>): Answering {
  return (request, response) => {
    const body = all.get(decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1)));
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? 'not here');
  };
}
