import { once } from 'node:events';
import net from 'node:net';

/** A TCP relay in front of a node that counts what goes through, and delays it: half of a round trip each way. */
export interface DelayingRelay {
  readonly port: number;
  /** bytes so far, towards the node and back */
  readonly passed: { sent: number; received: number };
  close(): void;
}

/**
 * More than what 10 Mbit/s have in flight in 40 ms, but little enough that the sender is limited by the link and not by
 * the relay.
 */
const HELD_BYTES = 256 * 1024;

/** @param delayMs each way; 0 only counts */
export async function delayingRelay(to: { host: string; port: number }, delayMs: number): Promise<DelayingRelay> {
  const sockets = new Set<net.Socket>();
  const passed = { sent: 0, received: 0 };
  const keep = (socket: net.Socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => {}); // the other end is closed elsewhere
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = net.createServer((client) => {
    keep(client);
    const node = keep(net.connect(to));
    carry(client, node, delayMs, (bytes) => {
      passed.sent += bytes;
    });
    carry(node, client, delayMs, (bytes) => {
      passed.received += bytes;
    });
    client.on('close', () => node.destroy());
    node.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    passed,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function carry(from: net.Socket, to: net.Socket, delayMs: number, count: (bytes: number) => void): void {
  let onTheWay = 0;
  const throttle = () => {
    if (onTheWay + to.writableLength > HELD_BYTES) from.pause();
    else from.resume();
  };
  const later = (what: () => void) => (delayMs === 0 ? what() : setTimeout(what, delayMs)); // equal delays keep the order
  from.on('data', (chunk) => {
    count(chunk.length);
    onTheWay += chunk.length;
    throttle();
    later(() => {
      onTheWay -= chunk.length;
      if (!to.destroyed) to.write(chunk);
      throttle();
    });
  });
  to.on('drain', throttle);
  from.on('end', () => later(() => to.end()));
}
