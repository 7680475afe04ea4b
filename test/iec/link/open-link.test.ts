import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import { fingerprint } from '../../../src/format/key.ts';
import { openLink } from '../../../src/iec/link/open-link.ts';
import { openIdentity } from '../../../src/iec/link/ssh-identity.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { generateKey } from '../../../src/keys/generate.ts';
import { silentAgent } from '../../keys/silent-agent.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';

/** What a connection that fails is called, and so who is asked to mend it. */

const PATIENCE = { connect: 60_000, handshake: 60_000, stall: 60_000 };

/** An SSH server that lets nobody in. */
async function serveSsh(
  t: ExecutionContext,
  folder: string,
  algorithms: ssh2.ServerConfig['algorithms'],
  others: readonly string[] = [],
) {
  const file = join(folder, 'host');
  const key = await generateKey(file, '', makeKey('host').seed);
  const server = new ssh2.Server({ hostKeys: [await readFile(file), ...others], ...(algorithms && { algorithms }) }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (login) => login.reject(['publickey']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port, user: 'iec', host_key: fingerprint(key) };
}

test('a server with which there is no algorithm in common is told as that', async (t) => {
  const folder = await makeFolder(t);
  const target = await serveSsh(t, folder, { cipher: ['aes256-cbc'] });
  const identity = { privateKey: await readFile(join(folder, 'host')) };
  const error = await t.throwsAsync(openLink(target, { identity, patience: PATIENCE, windowBytes: 65_536 }), {
    instanceOf: Trouble,
  });
  t.is(error.code, 'no-agreement', error.message);
});

test('a pinned key of another type than the one that a server prefers is found', async (t) => {
  const folder = await makeFolder(t);
  const ofType = (type: 'rsa' | 'ec') =>
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' });
  const printOf = (pem: string) => {
    const key = ssh2.utils.parseKey(pem);
    if (key instanceof Error) throw key;
    return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
  };
  const others = [String(ofType('rsa')), String(ofType('ec'))];
  const target = await serveSsh(t, folder, undefined, others);
  const identity = { privateKey: await readFile(join(folder, 'host')) };
  const codeOf = async (host_key: string) => {
    const link = openLink({ ...target, host_key }, { identity, patience: PATIENCE, windowBytes: 65_536 });
    return (await t.throwsAsync(link, { instanceOf: Trouble })).code;
  };
  // Nobody is let in; who gets as far as that has found the pinned key.
  for (const pem of others) t.is(await codeOf(printOf(pem)), 'login-refused');
  t.is(await codeOf(target.host_key), 'login-refused');
  t.is(await codeOf(`SHA256:${'A'.repeat(43)}`), 'host-key-changed');
});

test('an impostor who says nothing when he is asked again has shown another key all the same', async (t) => {
  const folder = await makeFolder(t);
  const { port } = await serveSsh(t, folder, undefined);
  let visits = 0;
  const impostor = net.createServer((socket) => {
    visits += 1;
    socket.on('error', () => {});
    if (visits > 1) return socket.destroy();
    const onward = net.connect(port, '127.0.0.1').on('error', () => {});
    return socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void impostor.close());
  const target = {
    host: '127.0.0.1',
    port: (impostor.address() as net.AddressInfo).port,
    user: 'iec',
    host_key: `SHA256:${'A'.repeat(43)}`,
  };
  const identity = { privateKey: await readFile(join(folder, 'host')) };
  const link = openLink(target, { identity, patience: PATIENCE, windowBytes: 65_536 });
  t.is((await t.throwsAsync(link, { instanceOf: Trouble })).code, 'host-key-changed');
  t.true(visits > 1);
});

requires('openssh-client', ['ssh-agent', 'ssh-add', 'ssh-keygen'])(
  'an agent that lost the key is the IEC’s trouble, and no node is blamed',
  async (t) => {
    const folder = await makeFolder(t);
    const target = await serveSsh(t, folder, undefined);
    const file = join(folder, 'k');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const agentSocket = join(folder, 'agent');
    const started = execFileSync('ssh-agent', ['-a', agentSocket, '-s']).toString();
    t.teardown(() => process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1])));
    const add = (...args: string[]) =>
      execFileSync('ssh-add', ['-q', ...args], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket }, stdio: 'ignore' });
    add(file);
    const identity = await openIdentity(`${file}.pub`, { agentSocket });
    const link = () => openLink(target, { identity, patience: PATIENCE, windowBytes: 65_536 });
    t.is((await t.throwsAsync(link(), { instanceOf: Trouble })).code, 'login-refused');
    add('-D');
    t.is((await t.throwsAsync(link(), { instanceOf: Trouble })).code, 'iec-failed');
  },
);

test('an agent that falls silent is the IEC’s trouble, before a node could be blamed for it', async (t) => {
  const folder = await makeFolder(t);
  const target = await serveSsh(t, folder, undefined);
  const { publicKey } = makeKey();
  const file = join(folder, 'k.pub');
  await writeFile(file, `${publicKey}\n`);
  let held: string | null = publicKey;
  const agentSocket = await silentAgent(t, () => held);
  const patience = { opening: { list: 10_000, sign: 200 }, login: { list: 200, sign: 200 } };
  const identity = await openIdentity(file, { agentSocket, patience });
  held = null;
  const link = openLink(target, { identity, patience: PATIENCE, windowBytes: 65_536 });
  t.is((await t.throwsAsync(link, { instanceOf: Trouble })).code, 'iec-failed');
});
