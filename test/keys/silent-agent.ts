import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { string } from '../../src/format/wire.ts';
import { makeFolder } from '../kit/folders.ts';

const LIST = 11;
const ANSWER = 12;

/**
 * An ssh-agent that takes all that it is asked and signs nothing.
 * @param held the public half of the key that it lists now, as `ssh-ed25519 AAAA…`; null while it does not even list
 * @returns its socket
 */
export async function silentAgent(t: ExecutionContext, held: () => string | null): Promise<string> {
  const socket = join(await makeFolder(t), 'agent');
  const open = new Set<Socket>();
  const server = createServer((one) => {
    open.add(one);
    one
      .on('error', () => {})
      .on('data', (asked) => {
        const line = held();
        if (line === null || asked[4] !== LIST) return;
        const key = Buffer.from(line.split(' ')[1] ?? '', 'base64');
        one.write(string(Buffer.concat([Buffer.from([ANSWER, 0, 0, 0, 1]), string(key), string('k')])));
      });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => {
    for (const one of open) one.destroy();
    server.close();
  });
  return socket;
}
