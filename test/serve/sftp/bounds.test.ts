import { once } from 'node:events';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { startSftp } from '../../../src/serve/sftp/sftp-server.ts';
import { makeChain } from '../../kit/cortes.ts';
import { makeFolder } from '../../kit/folders.ts';
import { ANY, code, get, iec, keyText, session, trust, withInbox } from '../../kit/inbox.ts';
import { makeKey } from '../../kit/keys.ts';

/** What the IEC's account can cause at a node, and what a stranger can cause before login. */

const [first, second] = makeChain(2, { trust });
const { STATUS_CODE } = ssh2.utils.sftp;
const MIB = 1024 * 1024;
const DENIED: number = STATUS_CODE.PERMISSION_DENIED;

async function fill(sftp: SFTPWrapper, handle: Buffer, bytes: number): Promise<number> {
  const part = Buffer.alloc(30_000, 'x');
  for (let at = 0; at < bytes; at += part.length) {
    const given = await code((done) => sftp.write(handle, part, 0, Math.min(part.length, bytes - at), at, done));
    if (given !== 0) return given;
  }
  return 0;
}

const opened = (sftp: SFTPWrapper, path: string) => get<Buffer>((done) => sftp.open(path, 'w', done));

async function upload(sftp: SFTPWrapper, folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await get<void>((done) => sftp.mkdir(folder, done as never));
  for (const [name, bytes] of Object.entries(files)) {
    const handle = await opened(sftp, `${folder}/${name}`);
    await get<void>((done) => sftp.write(handle, Buffer.from(bytes), 0, bytes.length, 0, done as never));
    await get<void>((done) => sftp.close(handle, done as never));
  }
}

test('nothing more is written to a file that was removed while it is open', async (t) => {
  const difusor = await withInbox(t, 4 * MIB);
  const [sftp, other] = [await session(t, difusor), await session(t, difusor)];
  await get<void>((done) => sftp.mkdir('inbox/.a', done as never));
  let written = 0;
  for (let n = 0; n < 10; n += 1) {
    const handle = await opened(sftp, 'inbox/.a/x');
    if ((await fill(sftp, handle, MIB)) === 0) written += 1;
    t.is(await code((done) => other.unlink('inbox/.a/x', done)), 0);
    t.is(await fill(sftp, handle, 100), DENIED, 'a handle that outlives its file');
    // Its client did not close it, but its room is free.
  }
  t.is(written, 10);
  const over = await opened(sftp, 'inbox/.a/old');
  await upload(other, 'inbox/.b', {});
  const fresh = await opened(other, 'inbox/.a/new');
  t.is(await code((done) => other.ext_openssh_rename('inbox/.a/new', 'inbox/.a/old', done)), 0);
  t.is(await fill(sftp, over, 100), DENIED, 'replaced');
  t.is(await fill(other, fresh, 100), 0, 'its file has another name');
  t.is(await code((done) => sftp.close(over, done)), 0);
});

test('nobody can still write into a delivery', async (t) => {
  const difusor = await withInbox(t);
  const [sftp, other] = [await session(t, difusor), await session(t, difusor)];
  await upload(sftp, 'inbox/.b', second!.files); // waits for the first corte, so it stays where it is
  const handle = await get<Buffer>((done) => sftp.open('inbox/.b/SHA256SUMS', 'a', done));
  const another = await get<Buffer>((done) => other.open('inbox/.b/corte.json', 'a', done));
  t.is(await code((done) => other.rename('inbox/.b', 'inbox/jornada-000002', done)), 0);
  const before = await readFile(join(difusor.config.inbox, 'jornada-000002/SHA256SUMS'));
  for (const [client, writer] of [
    [sftp, handle],
    [other, another],
  ] as const) {
    t.is(await fill(client, writer, 100), DENIED);
    t.is(await code((done) => client.ext_openssh_fsync(writer, done)), DENIED);
    t.is(await code((done) => client.fsetstat(writer, { size: 0 }, done)), DENIED);
    t.is(await code((done) => client.close(writer, done)), 0);
  }
  t.deepEqual(await readFile(join(difusor.config.inbox, 'jornada-000002/SHA256SUMS')), before);
});

test('an upload that lacks a file can not be renamed to a delivery', async (t) => {
  const difusor = await withInbox(t);
  const sftp = await session(t, difusor);
  await get<void>((done) => sftp.mkdir('inbox/.q', done as never));
  for (const name of ['trust-2', 'jornada-000001', 'jornada-000003']) {
    t.is(await code((done) => sftp.rename('inbox/.q', `inbox/${name}`, done)), DENIED, name);
  }
  const { 'corte.json.sig': _, ...unsigned } = first!.files;
  await upload(sftp, 'inbox/.a', unsigned);
  t.is(await code((done) => sftp.rename('inbox/.a', 'inbox/jornada-000001', done)), DENIED);
  await upload(sftp, 'inbox/.t', { '2.json': Buffer.from('{}') });
  t.is(await code((done) => sftp.rename('inbox/.t', 'inbox/trust-2', done)), DENIED);
  t.deepEqual((await readdir(difusor.config.inbox)).sort(), ['.a', '.q', '.t']);
  await get<void>((done) => sftp.rmdir('inbox/.q', done as never));
  await upload(sftp, 'inbox/.c', first!.files);
  t.is(await code((done) => sftp.rename('inbox/.c', 'inbox/jornada-000001', done)), 0);
  await difusor.until(({ event }) => event === 'admitted');
});

test('an account sees the names and sizes of what it sent, and can not read it back', async (t) => {
  const difusor = await withInbox(t);
  const sftp = await session(t, difusor);
  await upload(sftp, 'inbox/.b', second!.files);
  t.is(await code((done) => sftp.rename('inbox/.b', 'inbox/jornada-000002', done)), 0);
  await upload(sftp, 'inbox/.a', { x: Buffer.from('1234') });
  const list = async (path: string) => {
    const found = await get<{ filename: string; attrs: { size: number } }[]>((done) => sftp.readdir(path, done));
    return Object.fromEntries(found.map(({ filename, attrs }) => [filename, attrs.size]));
  };
  t.deepEqual(Object.keys(await list('inbox')).sort(), ['.a', 'jornada-000002']);
  t.deepEqual(await list('inbox/.a'), { x: 4 });
  t.is(Object.keys(await list('inbox/jornada-000002')).length, 4);
  t.is(await code((done) => sftp.open('inbox/.a/x', 'r', done)), DENIED);
  t.is(await code((done) => sftp.open('inbox/jornada-000002/corte.json', 'r', done)), DENIED);
});

test('refused deliveries count towards the bytes that the account may cause', async (t) => {
  const total = 4 * MIB;
  const difusor = await withInbox(t, total);
  const sftp = await session(t, difusor);
  const junk = { ...first!.files, 'corte.json.sig': Buffer.from('junk'), 'corte.tar.gz': Buffer.alloc(0) };
  let last = difusor.events.at(-1);
  let most = 0;
  for (let n = 0; n < 8; n += 1) {
    await upload(sftp, `inbox/.j${n}`, junk);
    const handle = await opened(sftp, `inbox/.j${n}/corte.tar.gz`);
    t.is(await fill(sftp, handle, 0.8 * MIB), 0);
    await get<void>((done) => sftp.close(handle, done as never));
    t.is(await code((done) => sftp.rename(`inbox/.j${n}`, 'inbox/jornada-000001', done)), 0);
    last = await difusor.until(({ event }) => event === 'refused', last);
    while ((await bytesUnder(join(difusor.config.state, 'refused'))) > total / 4) await pause(20);
    most = Math.max(most, await bytesUnder(join(difusor.config.state, 'refused')));
  }
  t.true(most > 0.7 * MIB, 'the newest is kept');
  t.is((await readdir(join(difusor.config.state, 'refused'))).length, 8, 'so is every reason');
  await get<void>((done) => sftp.mkdir('inbox/.big', done as never));
  t.not(await fill(sftp, await opened(sftp, 'inbox/.big/x'), total), 0);
  t.true((await bytesUnder(difusor.config.inbox)) + (await bytesUnder(join(difusor.config.state, 'refused'))) <= total);
});

/** Of what goes away meanwhile, for the node is at work there, nothing counts. */
async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? bytesUnder(path) : ((await lstat(path).catch(() => null))?.size ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test('before login every byte and every message counts', async (t) => {
  const folder = await makeFolder(t);
  const hostKey = await keyText(t, makeKey('a host'));
  const folders = { inbox: folder, outbox: folder, now: Date.now };
  const settings = { hostKey, iecKeys: [iec.publicKey], inboxBytes: 64 * MIB, patience: { login: 600_000 } };
  const service = await startSftp(folders, settings, ANY);
  t.teardown(() => service.close());
  const { host, port } = service.address;

  // Bytes: before the handshake, text that never becomes a packet.
  const raw = connect({ host, port });
  raw.on('error', () => {});
  await once(raw, 'data');
  raw.write('SSH-2.0-stranger\r\n');
  const closed = once(raw, 'close');
  const packet = Buffer.alloc(32); // IGNORE, unencrypted
  packet.writeUInt32BE(28, 0);
  packet[4] = 4;
  packet[5] = 2;
  for (let n = 0; n < 10_000 && !raw.destroyed; n += 1) raw.write(packet);
  await closed;

  // Messages: a client that asks for ever without a try that would count as failed.
  const client = new ssh2.Client();
  t.teardown(() => client.destroy());
  let asked = 0;
  client.on('error', () => {});
  const over = once(client, 'close');
  const privateKey = await keyText(t, makeKey('a stranger'));
  client.connect({
    host,
    port,
    hostVerifier: () => true,
    username: 'iec',
    authHandler: (_left, _partial, next) => {
      asked += 1;
      next(
        (asked % 2 === 0 ? { type: 'none', username: 'iec' } : { type: 'publickey', username: 'iec', key: privateKey }) as never,
      );
    },
  });
  await over;
  t.true(asked > 3 && asked < 64, `${asked} requests`);
});
