import { once } from 'node:events';
import net from 'node:net';
import type { ExecutionContext } from 'ava';

/** A TCP relay in front of a node: it can stop forwarding without closing, cut connections, and count bytes. */
export interface Relay {
  readonly port: number;
  /** bytes from the IEC to the node so far */
  sent(): number;
  /** how many connections were cut so far */
  severed(): number;
  /** Forwards nothing more and closes nothing; new connections are accepted and never answered. */
  stall(): void;
  /** New connections are forwarded again; those that stalled stay as they are. */
  heal(): void;
  /** Every connection is reset; new ones are served. */
  cut(): void;
  /** Closes the port. */
  close(): void;
  /** Stalls or cuts by itself once this many more bytes have gone to the node. */
  after(bytes: number, what: 'stall' | 'cut'): void;
}

export async function startRelay(t: Pick<ExecutionContext, 'teardown'>, to: number): Promise<Relay> {
  const sockets = new Set<net.Socket>();
  let stalled = false;
  let sent = 0;
  let severed = 0;
  let trap: { at: number; what: 'stall' | 'cut' } | null = null;
  const server = net.createServer((client) => {
    keep(client);
    if (stalled) return;
    const node = keep(net.connect(to, '127.0.0.1'));
    let dead = false;
    client.on('data', (chunk) => {
      dead ||= stalled;
      if (dead) return;
      sent += chunk.length;
      node.write(chunk);
      if (!trap || sent < trap.at) return;
      const { what } = trap;
      trap = null;
      relay[what]();
    });
    node.on('data', (chunk) => {
      dead ||= stalled;
      if (!dead) client.write(chunk);
    });
    client.on('close', () => node.destroy());
    node.on('close', () => dead || client.destroy());
  });
  const keep = (socket: net.Socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => {}); // cutting connections is its purpose
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: Relay = {
    port: (server.address() as net.AddressInfo).port,
    sent: () => sent,
    severed: () => severed,
    stall() {
      stalled = true;
    },
    heal() {
      stalled = false;
    },
    cut() {
      severed += sockets.size;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close() {
      relay.cut();
      server.close();
    },
    after(bytes, what) {
      trap = { at: sent + bytes, what };
    },
  };
  t.teardown(() => relay.close());
  return relay;
}
