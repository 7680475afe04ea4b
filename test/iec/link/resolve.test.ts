import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { connect } from '../../../src/iec/link/connect.ts';
import { addressesOf, type Names } from '../../../src/iec/link/resolve.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { makeFolder } from '../../kit/folders.ts';

/** From names to addresses, with a name server of the trial, which answers some questions and others never. */

/** What the name server says of each name: an address, that there is none, that it has failed; or nothing at all. */
const ZONES: Readonly<Record<string, string>> = {
  'nodo.example': '127.0.0.1',
  'nadie.example': 'none',
  'rota.example': 'fails',
};

const [A, FAILED, NONE] = [1, 2, 3];

function answerTo(query: Buffer): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const known = ZONES[labels.join('.')];
  if (known === undefined) return null;
  const isAddress = known.includes('.');
  const records = isAddress && query.readUInt16BE(at + 1) === A ? 1 : 0;
  const head = Buffer.from([
    query[0]!,
    query[1]!,
    0x81,
    0x80 | (isAddress ? 0 : known === 'none' ? NONE : FAILED),
    0,
    1,
    0,
    records,
    0,
    0,
    0,
    0,
  ]);
  const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...known.split('.').map(Number)]);
  return Buffer.concat([head, query.subarray(12, at + 5), records === 1 ? record : Buffer.alloc(0)]);
}

async function namesOf(t: ExecutionContext, changes: Partial<Names> = {}) {
  const socket = createSocket('udp4', (query, { port }) => {
    const answer = answerTo(query);
    if (answer) socket.send(answer, port, '127.0.0.1');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  const asked: string[] = [];
  const names: Names = {
    hostsFile: join(await makeFolder(t), 'hosts'),
    servers: [`127.0.0.1:${socket.address().port}`],
    system(name) {
      asked.push(name);
      return Promise.reject(Object.assign(new Error('nobody knows it'), { code: 'ENOTFOUND' }));
    },
    wait: 60_000,
    ...changes,
  };
  return { names, asked };
}

const troubleOf = async (t: ExecutionContext, host: string, names: Names) =>
  (await t.throwsAsync(addressesOf(host, names), { instanceOf: Trouble })).code;

test('names whose server does not answer hold up no other', async (t) => {
  const { names, asked } = await namesOf(t);
  const visits = Array.from({ length: 30 }, () => new AbortController());
  const slow = visits.map(({ signal }, i) => addressesOf(`muda-${i}.example`, names, signal));
  const ended = Promise.allSettled(slow);
  t.deepEqual(await addressesOf('nodo.example', names), [{ address: '127.0.0.1', family: 4 }]);
  for (const visit of visits) visit.abort();
  const codes = (await ended).map((one) => one.status === 'rejected' && (one.reason as Trouble).code);
  t.deepEqual(new Set(codes), new Set(['connection-lost']));
  t.deepEqual(asked, []);
});

test('a name that does not exist is the node’s trouble, a resolver that does not answer the IEC’s', async (t) => {
  const { names, asked } = await namesOf(t);
  t.is(await troubleOf(t, 'nadie.example', names), 'unreachable');
  t.deepEqual(asked, ['nadie.example'], 'the system may know it');
  t.is(await troubleOf(t, 'rota.example', names), 'iec-failed');
  t.is(await troubleOf(t, 'muda.example', { ...names, wait: 50 }), 'iec-failed');
  const again = () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }));
  t.is(await troubleOf(t, 'nadie.example', { ...names, system: again }), 'iec-failed');
});

test('nobody is asked for an address, or for what the hosts file has', async (t) => {
  const { names } = await namesOf(t, { servers: ['127.0.0.1:1'] });
  await writeFile(
    names.hostsFile,
    '# of the room\n192.0.2.7\tweb1 Web1.Example # here\n::7 web1.example\nweb1.example is no address\n',
  );
  t.deepEqual(await addressesOf('192.0.2.9', names), [{ address: '192.0.2.9', family: 4 }]);
  t.deepEqual(await addressesOf('::1', names), [{ address: '::1', family: 6 }]);
  t.deepEqual(await addressesOf('WEB1.example', names), [
    { address: '192.0.2.7', family: 4 },
    { address: '::7', family: 6 },
  ]);
});

test('what the system alone knows is found', async (t) => {
  const local = [{ address: '192.0.2.8', family: 4 }];
  const { names } = await namesOf(t, { system: () => Promise.resolve(local) });
  t.deepEqual(await addressesOf('nadie.example', names), local);
});

test('the time for a connection begins once the name is known', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const WAIT = 2000;
  const late = () =>
    new Promise<{ address: string; family: number }[]>((resolve) => {
      setTimeout(() => resolve([{ address: '127.0.0.1', family: 4 }]), WAIT + 500);
    });
  const { names } = await namesOf(t, { system: late });
  const socket = await connect('nadie.example', port, { wait: WAIT, names });
  t.is(socket.remotePort, port);
  socket.destroy();
});
