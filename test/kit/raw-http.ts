import { once } from 'node:events';
import { connect } from 'node:net';

/** HTTP as bytes: for requests that no client library would send, and all that comes back. */

export interface RawAnswer {
  /** 0 where the answer is not HTTP/1 */
  readonly status: number;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends the bytes and reads until the server ends the connection. @param request latin1 */
export async function askRaw(port: number, request: string): Promise<RawAnswer> {
  return parse(await readAll(port, request));
}

async function readAll(port: number, request: string): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.write(Buffer.from(request, 'latin1'));
  await once(socket, 'close');
  return Buffer.concat(parts);
}

/** The last of the answers that came, since `100 Continue` may come before it. */
function parse(all: Buffer): RawAnswer {
  const end = all.indexOf('\r\n\r\n');
  const [line = '', ...lines] = all.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
  if (status === 100) return parse(all.subarray(end + 4));
  const headers = Object.fromEntries(
    lines.map((header) => [header.split(':', 1)[0]?.toLowerCase() ?? '', header.slice(header.indexOf(':') + 1).trim()]),
  );
  return { status, headers, body: status === 0 ? all : all.subarray(end + 4) };
}
