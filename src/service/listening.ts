import type { Server } from 'node:net';
import { UsageError } from '../config/usage-error.ts';
import { words } from './words.ts';

/** An address that a daemon listens on, where it is asked to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Service {
  /** the actual one: port 0 asks for any */
  readonly address: Address;
  close(): Promise<void>;
}

/** @throws UsageError for anything but HOST:PORT; an IPv6 address stands in brackets */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new UsageError(words.notAddress(JSON.stringify(text)), words.addressLike);
  return { host: (match[1] ?? match[2])!, port };
}

export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * @param drop ends the open connections; the server itself is closed here
 * @throws Error where the address can't be listened on
 */
export async function listenOn(server: Server, { host, port }: Address, drop: () => void): Promise<Service> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => {}); // a connection that could not be accepted must not end the others
  const bound = server.address();
  const actual = bound !== null && typeof bound === 'object' ? bound.port : port;
  return {
    address: { host, port: actual },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      drop();
      return closed;
    },
  };
}
