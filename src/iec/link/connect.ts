import net from 'node:net';
import { noConnection } from './no-connection.ts';
import { addressesOf, NAMES, type Names } from './resolve.ts';
import { givenUp, Trouble } from './trouble.ts';
import { words } from './words.ts';

/** TCP alone, before SSH: a host that is not there is another trouble than one that never answers. */

export interface ConnectOptions {
  /** until TCP answers, ms, from when the addresses are known */
  readonly wait: number;
  readonly names?: Names | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws Trouble that names why there is no connection */
export async function connect(host: string, port: number, { wait, names = NAMES, signal }: ConnectOptions): Promise<net.Socket> {
  const addresses = await addressesOf(host, names, signal);
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      autoSelectFamily: true,
      // An address that is far is not given up for one that has no route.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(wait / 4)),
      lookup: (_name, _options, done) => done(null, addresses),
    });
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      if (!error) return resolve(socket);
      socket.on('error', () => {}); // errors after the first one add nothing
      socket.destroy();
      reject(error);
    };
    const onAbort = () => end(givenUp());
    const timer = setTimeout(() => end(new Trouble('unreachable', words.noAnswer(`${host}:${port}`))), wait);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => end());
    socket.once('error', (error) => end(noConnection(`${host}:${port}`, error)));
  });
}
