import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from './folders.ts';
import type { Answering } from './web.ts';

/** A web server by https, whose certificate is made for the trial by `openssl`. @returns its address and its certificate's file */
export async function serveHttps(t: ExecutionContext, answer: Answering): Promise<{ address: URL; certificate: string }> {
  const folder = await makeFolder(t);
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=trial', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate, ...subject];
  execFileSync('openssl', made, { stdio: 'ignore' });
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { address: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`), certificate };
}
