import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { fingerprint } from '../../../src/format/key.ts';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import type { RunningDifusor } from '../../kit/difusor.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { code, connected, get, iec, keyText, newClient, session, trust, withInbox } from '../../kit/inbox.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';

const [first, second] = makeChain(2, { trust });
const { STATUS_CODE } = ssh2.utils.sftp;

const withClient = requires('openssh-client', ['sftp', 'ssh', 'ssh-keygen']);

/** OpenSSH's client with a batch of commands; `-` before one lets it fail. */
async function openssh(t: ExecutionContext, difusor: RunningDifusor, commands: readonly string[], program = 'sftp') {
  const folder = await makeFolder(t);
  const identity = await writePrivateKey(iec, join(folder, 'iec'));
  const { host, port } = difusor.sftp as { host: string; port: number };
  await writeFile(join(folder, 'known'), `[${host}]:${port} ${makeKey('a host').publicKey}\n`);
  const options = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${folder}/known`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
  const flags = ['-F', 'none', '-i', identity, ...options.flatMap((option) => ['-o', option])];
  const port_ = program === 'sftp' ? ['-P', String(port), '-b', '-'] : ['-p', String(port)];
  const rest = program === 'sftp' ? [] : commands;
  if (program === 'ssh') flags.push('-v'); // shows the login
  const child = spawn(program, [...flags, ...port_, `iec@${host}`, ...rest], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  child.stdin.end(program === 'sftp' ? `${commands.join('\n')}\n` : '');
  const [status] = await once(child, 'close');
  return { status: status as number, output };
}

withClient('OpenSSH’s sftp delivers a corte: a folder aside, then one rename', async (t) => {
  const difusor = await withInbox(t);
  const source = await writeDelivery(join(await makeFolder(t), 'out'), first!);
  const { status, output } = await openssh(t, difusor, [
    'cd inbox',
    `put -r ${source} .sending`,
    'rename .sending jornada-000001',
    'ls -l /outbox',
  ]);
  t.is(status, 0, output);
  t.regex(output, /status\.json/);
  await difusor.until(({ event }) => event === 'admitted');
  const acuse = await openssh(t, difusor, [`get /outbox/acuses/jornada/000001.json ${dirname(source)}/acuse.json`]);
  t.is(acuse.status, 0, acuse.output);
  t.is(JSON.parse(await readFile(join(dirname(source), 'acuse.json'), 'utf8')).corte, first!.sha256);
});

withClient('OpenSSH’s sftp can put with fsync, go on where it stopped and keep times', async (t) => {
  const difusor = await withInbox(t);
  const source = await writeDelivery(join(await makeFolder(t), 'out'), first!);
  const half = join(dirname(source), 'half');
  await writeFile(half, first!.files['corte.tar.gz'].subarray(0, 100));
  const { status, output } = await openssh(t, difusor, [
    'mkdir inbox/.x',
    `put ${half} inbox/.x/corte.tar.gz`,
    `reput -f ${source}/corte.tar.gz inbox/.x/corte.tar.gz`,
    `put -pf ${source}/corte.json inbox/.x/corte.json`,
    `put -pf ${source}/SHA256SUMS inbox/.x/SHA256SUMS`,
    `put -pf ${source}/corte.json.sig inbox/.x/part`,
    'rename inbox/.x/part inbox/.x/corte.json.sig',
    'rename inbox/.x inbox/jornada-000001',
  ]);
  t.is(status, 0, output);
  await difusor.until(({ event }) => event === 'admitted');
});

withClient('OpenSSH’s clients can do nothing but deliver', async (t) => {
  const difusor = await withInbox(t);
  await writeDelivery(difusor.config.inbox, second!); // waits for the first corte
  await writeFile(join(difusor.folder, 'secret'), 'secret');
  const here = await makeFolder(t);
  await writeFile(join(here, 'mine'), 'mine');
  // The daemon writes in its state all the time; these folders are the account's.
  const own = async () => ({ ...(await treeOf(difusor.config.inbox)), ...(await treeOf(join(difusor.config.outbox, 'acuses'))) });
  await mkdir(join(difusor.config.outbox, 'acuses'));
  await difusor.until(({ event }) => event === 'deferred');
  await hasStatus(difusor);
  const before = await own();
  const refused = [
    `get /inbox/jornada-000002/corte.json ${here}/never`,
    `get /../secret ${here}/never`,
    'ls /state',
    `put ${here}/mine /hostname`,
    `put ${here}/mine /outbox/status.json`,
    `put ${here}/mine /inbox/file`,
    `put ${here}/mine /inbox/jornada-000002/extra`,
    'mkdir /inbox/jornada-000001',
    'mkdir /outbox/folder',
    `put ${here}/mine /outbox/acuses/x`,
    'rm /outbox/status.json',
    'rm /inbox/jornada-000002/corte.json',
    'rmdir /inbox/jornada-000002',
    'rename /inbox/jornada-000002 /inbox/.mine',
    'rename /outbox/status.json /inbox/.x',
    'symlink /etc/passwd /inbox/.link',
    'ln /outbox/status.json /outbox/other',
    'chmod 777 /outbox/status.json',
    'chown 0 /inbox',
    'df /',
  ];
  for (const command of refused) {
    // The first line shows that the client was let in: otherwise a failed login would pass for a refusal.
    const { status, output } = await openssh(t, difusor, ['pwd', command]);
    t.regex(output, /^Remote working directory: \/$/m, command);
    t.is(status, 1, `${command}: ${output}`);
  }
  t.deepEqual(await own(), before);
  t.deepEqual(await readdir(here), ['mine'], 'nothing was read');
  t.is(await readFile(join(difusor.folder, 'secret'), 'utf8'), 'secret');
  for (const command of [['id'], []]) {
    const { status, output } = await openssh(t, difusor, command, 'ssh');
    t.regex(output, /^Authenticated to 127\.0\.0\.1 /m);
    t.not(status, 0, output);
    t.notRegex(output, /uid=/);
  }
});

/** Waits until the daemon has written its status, after its first turn. */
async function hasStatus(difusor: RunningDifusor): Promise<void> {
  while (!existsSync(join(difusor.config.outbox, 'status.json'))) await pause(5);
}

withClient('OpenSSH’s sftp, which does not know the status of a full inbox, shows a failure and goes on', async (t) => {
  const difusor = await withInbox(t, 100_000);
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'large'), Buffer.alloc(200_000));
  await writeFile(join(folder, 'small'), 'small');
  const put = (file: string) => `put ${folder}/${file} inbox/.x/${file}`;
  const { status, output } = await openssh(t, difusor, ['mkdir inbox/.x', `-${put('large')}`, put('small')]);
  t.is(status, 0, output);
  t.is(await readFile(join(difusor.config.inbox, '.x/small'), 'utf8'), 'small');
  const alone = await openssh(t, difusor, [put('large')]);
  t.not(alone.status, 0, alone.output);
});

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
