import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** What a proxy was asked for: a tunnel, or an address in the clear. */
interface Asked {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
}

export interface TestProxy {
  readonly port: number;
  readonly asked: readonly Asked[];
}

/**
 * A small forward proxy: CONNECT to anywhere, and GET of an address as it stands.
 * @param answer what it says in its own name instead; `silence` is that it says nothing
 */
export async function serveProxy(
  t: Pick<ExecutionContext, 'teardown'>,
  answer: number | 'silence' | null = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestProxy> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // whoever leaves early is part of the trial
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const note = ({ method = '', url = '', headers: of }: IncomingMessage) =>
    asked.push({ method, target: url, authorization: of['proxy-authorization'] });
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    note(incoming);
    if (answer === 'silence') return;
    if (answer !== null) {
      response.writeHead(answer, headers).end('the proxy speaks');
      return;
    }
    const onward = request(incoming.url ?? '', { headers: incoming.headers }, (from) => {
      response.writeHead(from.statusCode ?? 0, from.headers);
      from.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    onward.end();
  });
  server.on('connection', keep);
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    if (answer === 'silence') return;
    if (answer !== null) {
      client.end(`HTTP/1.1 ${answer} no\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const site = keep(
      connect(Number(port || 80), hostname.replace(/^\[(.*)\]$/, '$1'), () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        site.pipe(client);
        client.pipe(site);
      }),
    );
    site.on('close', () => client.destroy());
    client.on('close', () => site.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}
