import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import test from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { fingerprint } from '../../../src/format/key.ts';
import { makeChain } from '../../kit/cortes.ts';
import type { RunningDifusor } from '../../kit/difusor.ts';
import { code, connected, get, iec, keyText, newClient, session, trust, withInbox } from '../../kit/inbox.ts';
import { makeKey } from '../../kit/keys.ts';

const [first] = makeChain(1, { trust });
const { STATUS_CODE } = ssh2.utils.sftp;

/** Waits until the daemon has written its status, after its first turn. */
async function hasStatus(difusor: RunningDifusor): Promise<void> {
  while (!existsSync(join(difusor.config.outbox, 'status.json'))) await pause(5);
}

test('only the IEC’s key can log in, and others learn nothing', async (t) => {
  const difusor = await withInbox(t);
  const stranger = newClient(t);
  const told: string[] = [];
  stranger.connect({
    ...difusor.sftp,
    username: 'iec',
    privateKey: await keyText(t, makeKey('a stranger')),
    hostVerifier: () => true,
  });
  const [error] = await once(stranger, 'error').catch((e: Error) => [e]);
  told.push(error.message);
  const guess = newClient(t);
  guess.connect({ ...difusor.sftp, username: 'iec', password: 'iec', hostVerifier: () => true });
  const [other] = await once(guess, 'error').catch((e: Error) => [e]);
  t.is(other.message, told[0]);
  t.regex(other.message, /authentication methods failed/);
});

test('the host key is the one of the file', async (t) => {
  const difusor = await withInbox(t);
  const client = newClient(t);
  let seen: Buffer = Buffer.alloc(0);
  const hostVerifier = (key: Buffer) => {
    seen = key;
    return true;
  };
  client.connect({ ...difusor.sftp, username: 'iec', privateKey: await keyText(t, iec), hostVerifier });
  await once(client, 'ready');
  t.is(fingerprint(`ssh-ed25519 ${seen.toString('base64')}`), fingerprint(makeKey('a host').publicKey));
});

test('no shell, command, terminal, forwarding or other subsystem', async (t) => {
  const difusor = await withInbox(t);
  const asks: Record<string, (client: ssh2.Client, done: (error?: Error) => void) => unknown> = {
    command: (client, done) => client.exec('id', done),
    shell: (client, done) => client.shell(done),
    subsystem: (client, done) => client.subsys('netconf', done),
    'forwarding to there': (client, done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, done),
    'forwarding from there': (client, done) => client.forwardIn('127.0.0.1', 0, done),
  };
  for (const [what, ask] of Object.entries(asks)) {
    const client = await connected(t, difusor);
    let isOver = false;
    client.on('close', () => (isOver = true));
    const error = await new Promise<Error | undefined>((resolve) => ask(client, resolve));
    t.true(error instanceof Error, what);
    t.false(isOver, `${what} is refused, and not for a connection that broke`);
  }
});

test('ssh2’s client delivers with fsync, several writes at once and a rename', async (t) => {
  const difusor = await withInbox(t);
  const sftp = await session(t, difusor);
  t.is(await code((done) => sftp.mkdir('inbox/.a', done)), 0);
  for (const [name, bytes] of Object.entries(first!.files)) {
    const handle = await get<Buffer>((done) => sftp.open(`inbox/.a/${name}`, 'wx', done));
    const middle = Math.floor(bytes.length / 2);
    const parts = [
      [middle, bytes.subarray(middle)],
      [0, bytes.subarray(0, middle)],
    ] as const;
    const codes = await Promise.all(parts.map(([at, part]) => code((done) => sftp.write(handle, part, 0, part.length, at, done))));
    t.deepEqual(codes, [0, 0]);
    t.is(await code((done) => sftp.ext_openssh_fsync(handle, done)), 0);
    const seen = await get<{ size: number }>((done) => sftp.fstat(handle, done));
    t.is(seen.size, bytes.length);
    t.is(await code((done) => sftp.close(handle, done)), 0);
  }
  t.is(await code((done) => sftp.rename('inbox/.a', 'inbox/jornada-000001', done)), 0);
  await difusor.until(({ event }) => event === 'admitted');
  const names = await get<{ filename: string }[]>((done) => sftp.readdir('outbox/acuses/jornada', done));
  t.deepEqual(names.map(({ filename }) => filename).sort(), ['000001.json', '000001.json.sig']);
  const acuse = await get<Buffer>((done) => sftp.readFile('outbox/acuses/jornada/000001.json', done as never));
  t.is(JSON.parse(acuse.toString()).corte, first!.sha256);
});

test('hostile requests get an SFTP status and change nothing', async (t) => {
  const difusor = await withInbox(t);
  const { inbox, outbox } = difusor.config;
  await writeFile(join(difusor.folder, 'victim'), 'victim');
  await mkdir(join(inbox, '.up'));
  await symlink(difusor.folder, join(inbox, '.link'));
  await symlink(join(difusor.folder, 'victim'), join(inbox, '.up', 'link'));
  await link(join(difusor.folder, 'victim'), join(inbox, '.up', 'hard'));
  await symlink('/etc', join(outbox, 'etc'));
  await symlink('/etc/passwd', join(outbox, 'passwd'));
  await hasStatus(difusor);
  const around = await readdir(difusor.folder);
  const sftp = await session(t, difusor);
  const { PERMISSION_DENIED: DENIED, NO_SUCH_FILE: ABSENT, OP_UNSUPPORTED: UNSUPPORTED } = STATUS_CODE;
  const denied: [string, number, (done: (error?: unknown) => void) => void][] = [
    ['open through a link in an upload', DENIED, (done) => sftp.open('inbox/.up/link', 'w', done)],
    ['open a file with another name elsewhere', DENIED, (done) => sftp.open('inbox/.up/hard', 'r+', done)],
    ['write to a hard link', DENIED, (done) => sftp.open('inbox/.up/hard', 'a', done)],
    ['create through a linked folder', ABSENT, (done) => sftp.open('inbox/.link/new', 'w', done)],
    ['read an upload', DENIED, (done) => sftp.open('inbox/.up/hard', 'r', done)],
    ['read above', ABSENT, (done) => sftp.open('../../../etc/passwd', 'r', done)],
    ['read an absolute path', ABSENT, (done) => sftp.open('/etc/passwd', 'r', done)],
    ['read through a link in the outbox', DENIED, (done) => sftp.open('outbox/passwd', 'r', done)],
    ['read below a link in the outbox', ABSENT, (done) => sftp.open('outbox/etc/passwd', 'r', done)],
    ['stat through a link in the outbox', ABSENT, (done) => sftp.stat('outbox/passwd', done)],
    ['list a link in the outbox', ABSENT, (done) => sftp.opendir('outbox/etc', done)],
    ['list a linked folder in the inbox', ABSENT, (done) => sftp.opendir('inbox/.link', done)],
    ['list a file', DENIED, (done) => sftp.opendir('inbox/.up/hard', done)],
    ['write in the outbox', DENIED, (done) => sftp.open('outbox/new', 'w', done)],
    ['write at the top', ABSENT, (done) => sftp.open('new', 'w', done)],
    ['write a file in the inbox', DENIED, (done) => sftp.open('inbox/new', 'w', done)],
    ['make a link', UNSUPPORTED, (done) => sftp.symlink('/etc/passwd', 'inbox/.up/l', done)],
    ['read a link', UNSUPPORTED, (done) => sftp.readlink('inbox/.up/link', done)],
    ['change another’s modes', DENIED, (done) => sftp.setstat('outbox/status.json', { mode: 0o777 }, done)],
    ['change modes outside', ABSENT, (done) => sftp.setstat('/../victim', { mode: 0o777 }, done)],
    ['change an owner', DENIED, (done) => sftp.setstat('inbox/.up', { uid: 1, gid: 1 }, done)],
    ['rename out of the inbox', DENIED, (done) => sftp.rename('inbox/.up', 'outbox/up', done)],
    ['rename above', ABSENT, (done) => sftp.rename('inbox/.up', '../up', done)],
    ['rename to no delivery', DENIED, (done) => sftp.rename('inbox/.up', 'inbox/up', done)],
    ['rename a file to a delivery', DENIED, (done) => sftp.rename('inbox/.up/hard', 'inbox/jornada-000001', done)],
    ['rename a link to a delivery', DENIED, (done) => sftp.rename('inbox/.link', 'inbox/jornada-000001', done)],
    ['rename out of the outbox', DENIED, (done) => sftp.rename('outbox/status.json', 'inbox/.up/s', done)],
    ['remove in the outbox', DENIED, (done) => sftp.unlink('outbox/status.json', done)],
    ['remove the inbox', DENIED, (done) => sftp.rmdir('inbox', done)],
    ['a folder in an upload', DENIED, (done) => sftp.mkdir('inbox/.up/folder', done)],
    ['a folder that is no upload', DENIED, (done) => sftp.mkdir('inbox/jornada-000001', done)],
    ['a handle that is none', ABSENT, (done) => sftp.close(Buffer.from('nonsense'), done)],
  ];
  const given: [string, number][] = [];
  for (const [what, , ask] of denied) given.push([what, await code(ask)]);
  t.deepEqual(
    given,
    denied.map(([what, expected]) => [what, expected]),
  );
  t.throws(() => sftp.ext_openssh_hardlink('inbox/.up/hard', 'inbox/.up/other', () => {}));
  t.is(await readFile(join(difusor.folder, 'victim'), 'utf8'), 'victim');
  t.deepEqual(await readdir(difusor.folder), around);
  t.is(await code((done) => sftp.stat('outbox/status.json', done)), 0);
});

test('what is uploaded is bounded: bytes, files, folders, handles', async (t) => {
  const difusor = await withInbox(t, 1024 * 1024);
  const sftp = await session(t, difusor);
  await get<void>((done) => sftp.mkdir('inbox/.a', done as never));
  const handle = await get<Buffer>((done) => sftp.open('inbox/.a/huge', 'w', done));
  const byte = Buffer.from('x');
  const failure: number = STATUS_CODE.FAILURE;
  t.is(await code((done) => sftp.write(handle, byte, 0, 1, 2 ** 40, done)), failure);
  t.is(await code((done) => sftp.write(handle, byte, 0, 1, 2 * 1024 * 1024, done)), 15, 'SSH_FX_QUOTA_EXCEEDED');
  t.is(await code((done) => sftp.write(handle, Buffer.alloc(30_000), 0, 30_000, 0, done)), 0);
  t.is(await code((done) => sftp.fsetstat(handle, { size: 2 ** 40 }, done)), STATUS_CODE.PERMISSION_DENIED);
  t.is(await code((done) => sftp.close(handle, done)), 0);

  t.is(await code((done) => sftp.open('inbox/.a/huge', 'r+', done)), STATUS_CODE.PERMISSION_DENIED);
  const opened = await Promise.all(Array.from({ length: 200 }, () => code((done) => sftp.open('inbox/.a/huge', 'w', done))));
  const handles = opened.filter((given) => given === 0).length;
  t.true(handles > 3 && handles < 100, `${handles} handles`);
  t.true(opened.every((given) => given === 0 || given === failure));

  const other = await session(t, difusor);
  let [files, end] = [0, 0];
  while (files < 1000 && end === 0) {
    let made: Buffer | null = null;
    end = await code((done) => {
      other.open(`inbox/.a/${files}`, 'w', (error, opened) => {
        made = opened;
        done(error);
      });
    });
    if (end !== 0) break;
    await code((done) => other.close(made as unknown as Buffer, done));
    files += 1;
  }
  t.true(files > 3 && files < 100, `${files} files`);
  t.is(end, failure);
  let [folders, last] = [0, 0];
  while (folders < 1000 && last === 0) {
    last = await code((done) => other.mkdir(`inbox/.f${folders}`, done));
    if (last === 0) folders += 1;
  }
  t.true(folders > 3 && folders < 1000, `${folders} folders`);
  t.is(last, failure);
});

test('a thousand connections that never log in keep nobody out', async (t) => {
  const difusor = await withInbox(t);
  const { host, port } = difusor.sftp as { host: string; port: number };
  const sockets = Array.from({ length: 1000 }, () => {
    const socket = connect({ host, port, localAddress: '127.0.0.2' }); // the flood does not come from the IEC's address
    socket.on('error', () => {});
    return socket;
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  await once(sockets.at(-1)!, 'connect');
  const sftp = await session(t, difusor);
  t.is(await code((done) => sftp.stat('outbox', done)), 0);
});

test('a session that breaks off leaves its upload, and the next one goes on with it', async (t) => {
  const difusor = await withInbox(t);
  const client = await connected(t, difusor);
  const sftp = await promisify(client.sftp.bind(client) as (cb: (e: Error | undefined, s: SFTPWrapper) => void) => void)();
  await get<void>((done) => sftp.mkdir('inbox/.a', done as never));
  const handle = await get<Buffer>((done) => sftp.open('inbox/.a/corte.tar.gz', 'w', done));
  await code((done) => sftp.write(handle, Buffer.from('0123'), 0, 4, 0, done));
  client.destroy();
  const again = await session(t, difusor);
  const { size } = await get<{ size: number }>((done) => again.stat('inbox/.a/corte.tar.gz', done));
  t.is(size, 4);
  const file = await get<Buffer>((done) => again.open('inbox/.a/corte.tar.gz', 'a', done));
  t.is(await code((done) => again.write(file, Buffer.from('45'), 0, 2, 4, done)), 0);
  t.is(await readFile(join(difusor.config.inbox, '.a/corte.tar.gz'), 'utf8'), '012345');
});

test('bytes that are no SFTP end the connection and nothing else', async (t) => {
  const difusor = await withInbox(t);
  const client = await connected(t, difusor);
  const raw = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel)));
  });
  raw.on('error', () => {});
  const closed = once(client, 'close');
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
  await closed;
  const sftp = await session(t, difusor);
  t.is(await code((done) => sftp.stat('.', done)), 0);
});
