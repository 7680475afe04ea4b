import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * One answer at a time on each connection. Node hands over every request that a client sends ahead (pipelines) at once.
 * Beginning all the answers would open all their files, and an answer whose turn never comes is never told that its
 * connection is gone.
 */

/** Answers one request; it must not throw, and the response ends or its connection does. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Requests that wait on one connection; the one that reaches the limit is the last answer before the connection ends. */
const MOST_WAITING = 128;

/** Requests that wait on all connections. A connection that would exceed it is dropped at once, with all its requests. */
const MOST_WAITING_IN_ALL = 4096;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** @returns the listener for a server's requests */
export function inTurn(answer: Answering): (request: IncomingMessage, response: ServerResponse) => void {
  const lines = new Map<Socket, Exchange[]>();
  let waiting = 0;

  async function serve(socket: Socket, line: Exchange[], first: Exchange): Promise<void> {
    for (let now: Exchange | undefined = first; now; ) {
      const { request, response } = now;
      const closed = new Promise((resolve) => response.once('close', resolve));
      await answer(request, response);
      if (!response.destroyed) await closed;
      if (socket.destroyed) break;
      now = line.shift();
      if (now) waiting -= 1;
    }
    waiting -= line.length;
    lines.delete(socket);
    if (!socket.destroyed) socket.resume();
  }

  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const line = lines.get(socket);
    if (!line) {
      const empty: Exchange[] = [];
      lines.set(socket, empty);
      void serve(socket, empty, { request, response });
      return;
    }
    socket.pause(); // the rest stays with its sender
    if (line.length >= MOST_WAITING) return; // the connection ends before its turn
    if (waiting >= MOST_WAITING_IN_ALL) {
      socket.destroy();
      return;
    }
    line.push({ request, response });
    waiting += 1;
    if (line.length === MOST_WAITING) response.shouldKeepAlive = false;
  };
}
