import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { type ServerPatience, startSftp } from '../../../src/serve/sftp/sftp-server.ts';
import type { Service } from '../../../src/service/listening.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';

const iec = makeKey('the IEC towards its Difusores');
const LONG = 600_000;

async function inbox(
  t: ExecutionContext,
  patience: Partial<ServerPatience>,
): Promise<{ service: Service; key: Buffer; told: number[] }> {
  const folder = await makeFolder(t);
  for (const name of ['inbox', 'outbox']) await mkdir(join(folder, name));
  const hostKey = await readFile(await writePrivateKey(makeKey('a host'), join(folder, 'host')));
  const told: number[] = [];
  const service = await startSftp(
    { inbox: join(folder, 'inbox'), outbox: join(folder, 'outbox'), now: Date.now },
    { hostKey, iecKeys: [iec.publicKey], inboxBytes: 2 ** 20, patience, refused: (attempts) => told.push(attempts) },
    { host: '127.0.0.1', port: 0 },
  );
  t.teardown(() => service.close());
  return { service, told, key: await readFile(await writePrivateKey(iec, join(folder, 'iec'))) };
}

function client(t: ExecutionContext, { service, key }: { service: Service; key: Buffer }): ssh2.Client {
  const made = new ssh2.Client();
  made.on('error', () => {});
  t.teardown(() => made.destroy());
  made.connect({ ...service.address, username: 'iec', privateKey: key, readyTimeout: 0, hostVerifier: () => true });
  return made;
}

/** A client that connects and has read the server's greeting. */
async function stranger(t: ExecutionContext, { service }: { service: Service }): Promise<Socket> {
  const socket = connect(service.address);
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  t.regex(greeting.toString(), /^SSH-2\.0-/);
  return socket.resume();
}

test('a client that does not log in is disconnected', async (t) => {
  const at = await inbox(t, { login: 50, idle: LONG });
  const socket = await stranger(t, at);
  const [hadError] = await once(socket, 'close');
  t.false(hadError);
});

test('a session without requests is closed, and may be opened again', async (t) => {
  const at = await inbox(t, { login: LONG, idle: 100 });
  for (let i = 0; i < 2; i++) {
    const one = await ready(client(t, at));
    await once(one, 'close');
  }
  t.deepEqual(at.told, [], 'none of them was a try that came to nothing');
});

function sessionOf(one: ssh2.Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => one.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));
}

function statOf(sftp: SFTPWrapper): Promise<void> {
  return new Promise((resolve, reject) => sftp.stat('inbox', (error) => (error ? reject(error) : resolve())));
}

test('of too many sessions the one that has been idle the longest is closed', async (t) => {
  const at = await inbox(t, { sessions: 2 });
  const [first, second] = [client(t, at), client(t, at)];
  await Promise.all([once(first, 'ready'), once(second, 'ready')]);
  const [one, other] = [await sessionOf(first), await sessionOf(second)];
  await statOf(other);
  await statOf(one);
  const gone = once(second, 'close');
  const third = await sessionOf(await ready(client(t, at)));
  await gone;
  for (const stays of [one, third]) await t.notThrowsAsync(statOf(stays));
});

async function ready(one: ssh2.Client): Promise<ssh2.Client> {
  await once(one, 'ready');
  return one;
}

test('of too many connections before login the oldest is closed', async (t) => {
  const at = await inbox(t, { strangers: 2, login: LONG });
  const [first, second] = [await stranger(t, at), await stranger(t, at)];
  const gone = once(first, 'close');
  const third = await stranger(t, at);
  await gone;
  t.deepEqual(
    [second, third].map(({ destroyed }) => destroyed),
    [false, false],
  );
});

test('failed logins are reported, a successful one is not', async (t) => {
  const at = await inbox(t, {});
  const good = client(t, at);
  await once(good, 'ready');
  good.end();
  await once(good, 'close');
  t.deepEqual(at.told, []);
  const bad = new ssh2.Client();
  t.teardown(() => bad.destroy());
  const failed = once(bad, 'error').catch((error: Error) => [error]);
  bad.connect({ ...at.service.address, username: 'iec', password: 'guess', hostVerifier: () => true });
  await failed;
  bad.destroy();
  while (at.told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.true(at.told[0]! > 0);
});

test('an address that is taken and an invalid host key are reported at the start', async (t) => {
  const at = await inbox(t, {});
  const folders = { inbox: '/nowhere', outbox: '/nowhere', now: Date.now };
  const settings = { hostKey: at.key, iecKeys: [iec.publicKey], inboxBytes: 2 ** 20 };
  await t.throwsAsync(startSftp(folders, settings, at.service.address), { code: 'EADDRINUSE' });
  await t.throwsAsync(startSftp(folders, { ...settings, hostKey: 'none' }, { host: '127.0.0.1', port: 0 }));
});
