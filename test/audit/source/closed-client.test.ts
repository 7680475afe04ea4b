import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { httpClient } from '../../../src/audit/source/http-get.ts';
import { ToldError } from '../../../src/format/said.ts';
import { boundedClient } from '../../../src/iec/outside/bounded-client.ts';
import { type Answering, serve } from '../../kit/web.ts';

/** A client that is closed asks nothing any more, and leaves no connection. */

/** A server of which is known who is connected, and what it was asked in all. */
async function counted(t: ExecutionContext, answer: Answering) {
  const connected = new Set<Socket>();
  const seen = { asked: 0, connections: 0 };
  const address = await serve(t, (request, response) => {
    seen.asked += 1;
    const { socket } = request;
    if (!connected.has(socket)) {
      seen.connections += 1;
      connected.add(socket);
      socket.once('close', () => connected.delete(socket));
    }
    answer(request, response);
  });
  return { address, connected, seen };
}

/** Waits at most some seconds. */
async function until(t: ExecutionContext, isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 500) return t.fail('it never came');
    await sleep(20);
  }
}

/** Two requests without an answer, and for whatever else is asked a body without an end. */
const withheld: Answering = ({ url }, response) => {
  if (url !== '/first') response.writeHead(200, { 'content-length': '1000000' }).write('x'.repeat(1000));
};

const PATIENT = { stall: 120_000, slowest: 1, tries: 3, pause: 1 };
const BOUNDS = { totalMs: 120_000, bytes: 1e6, stallMs: 120_000, connections: 2 };

for (const [name, open] of [
  ['the client', () => httpClient(2, PATIENT)],
  ['the bounded client', () => boundedClient(BOUNDS)],
] as const) {
  test(`${name} that is closed ends what waits for a connection too, and makes no other`, async (t) => {
    const { address, connected, seen } = await counted(t, withheld);
    const client = open();
    const asked = ['first', 'first', 'a', 'b', 'c', 'd'].map((path) => client.patiently(() => client.get(new URL(path, address))));
    const ends = Promise.allSettled(asked);
    await until(t, () => seen.asked === 2);
    client.close();
    t.true((await ends).every(({ status }) => status === 'rejected'));
    await until(t, () => connected.size === 0);
    // An agent that goes on asks as soon as its connections have ended; a later request of the test's own shows that it had the time.
    const later = httpClient(1, PATIENT);
    t.teardown(() => later.close());
    (await later.get(new URL('later', address))).leave();
    await until(t, () => connected.size === 0);
    t.deepEqual(seen, { asked: 3, connections: 3 });
    await t.throwsAsync(client.get(new URL('after', address)), { instanceOf: ToldError });
    t.is(seen.asked, 3);
  });
}

test('a body that nobody reads, and one that is being read, end with the client', async (t) => {
  const { address, connected } = await counted(t, withheld);
  const client = httpClient(2, PATIENT);
  await client.get(new URL('left', address));
  const { body } = await client.get(new URL('read', address));
  const read = (async () => {
    for await (const chunk of body) if (chunk.length > 0) client.close();
  })();
  await t.throwsAsync(read);
  await until(t, () => connected.size === 0);
});
