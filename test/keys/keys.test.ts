import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { ToldError } from '../../src/format/said.ts';
import { isSignatureOver, parseSignature } from '../../src/format/sshsig.ts';
import { openIdentity } from '../../src/iec/link/ssh-identity.ts';
import { openAgentKey } from '../../src/keys/agent.ts';
import { generateKey } from '../../src/keys/generate.ts';
import { openKeyFile } from '../../src/keys/key-file.ts';
import { publicKeyIn, readPublicKey } from '../../src/keys/public-key.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';
import { silentAgent } from './silent-agent.ts';

const MESSAGE = Buffer.from('{"type": "a message"}\n');
const NOBODY = { passphrase: () => Promise.reject(new Error('nobody is asked')) };
const withKeygen = requires('openssh-client', ['ssh-keygen']);
const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();

/** What ssh-keygen itself makes of the message with a key file. */
async function signedByKeygen(folder: string, key: string): Promise<Buffer> {
  const file = join(folder, 'message');
  await writeFile(file, MESSAGE);
  keygen('-Y', 'sign', '-n', 'trust@cotejo', '-f', key, file);
  return readFile(`${file}.sig`);
}

withKeygen('a key of ssh-keygen signs byte for byte as ssh-keygen does', async (t) => {
  const folder = await makeFolder(t);
  keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'a comment', '-f', join(folder, 'k'));
  const key = await openKeyFile(join(folder, 'k'), NOBODY);
  t.is(key.publicKey, await readPublicKey(join(folder, 'k.pub')));
  t.deepEqual(Buffer.from(await key.sign(MESSAGE, 'trust@cotejo')), await signedByKeygen(folder, join(folder, 'k')));
});

withKeygen('an encrypted key is opened by its passphrase and by no other', async (t) => {
  const folder = await makeFolder(t);
  for (const cipher of ['aes256-ctr', 'aes256-cbc', 'aes256-gcm@openssh.com']) {
    const file = join(folder, cipher);
    keygen('-q', '-t', 'ed25519', '-N', 'contraseña', '-Z', cipher, '-a', '2', '-f', file);
    const key = await openKeyFile(file, { passphrase: () => Promise.resolve('contraseña') });
    t.true(isSignatureOver(parseSignature(await key.sign(MESSAGE, 'corte@cotejo'), 'corte@cotejo'), MESSAGE), cipher);
    for (const passphrase of ['contrasena', '']) {
      await t.throwsAsync(openKeyFile(file, { passphrase: () => Promise.resolve(passphrase) }), { instanceOf: UsageError }, cipher);
    }
  }
});

withKeygen('what can not be opened here is told as what it is, and nobody is asked for its passphrase', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'chacha');
  keygen('-q', '-t', 'ed25519', '-N', 'secreto', '-Z', 'chacha20-poly1305@openssh.com', '-a', '2', '-f', file);
  const chacha = await t.throwsAsync(openKeyFile(file, NOBODY), { instanceOf: UsageError });
  t.regex(chacha.message, /encrypted with chacha20-poly1305@openssh\.com, which can't be opened here/);
  t.regex(String(chacha.hint), /-Z aes256-ctr/);
  keygen('-q', '-t', 'rsa', '-b', '2048', '-N', 'secreto', '-a', '2', '-f', join(folder, 'rsa'));
  await t.throwsAsync(openKeyFile(join(folder, 'rsa'), NOBODY), { instanceOf: UsageError, message: /type ssh-rsa/ });

  keygen('-q', '-t', 'ed25519', '-N', 'secreto', '-a', '2', '-f', join(folder, 'k'));
  const lines = (await readFile(join(folder, 'k'), 'latin1')).split('\n');
  await writeFile(join(folder, 'damaged'), [...lines.slice(0, 4), ...lines.slice(5)].join('\n'), { mode: 0o600 });
  const passphrase = () => Promise.resolve('secreto');
  await t.throwsAsync(openKeyFile(join(folder, 'damaged'), { passphrase }), { message: /cut or damaged/ });
  await writeFile(join(folder, 'crlf'), lines.join('\r\n'), { mode: 0o600 });
  await t.notThrowsAsync(openKeyFile(join(folder, 'crlf'), { passphrase }));
});

withKeygen('a passphrase is its bytes, and a comment means nothing, in whatever encoding', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'k');
  execFileSync('sh', ['-c', `ssh-keygen -q -t ed25519 -a 2 -N "$(printf 'contrase\\361a')" -C x -f "$0"`, file]);
  const key = await openKeyFile(file, { passphrase: () => Promise.resolve(Buffer.from('contrase\u00f1a', 'latin1')) });
  await writeFile(`${file}.pub`, Buffer.from(`${key.publicKey} Pe\u00f1a\n`, 'latin1'));
  t.is(await readPublicKey(`${file}.pub`), key.publicKey);
});

withKeygen('only ssh-ed25519 private keys are taken', async (t) => {
  const folder = await makeFolder(t);
  keygen('-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', join(folder, 'rsa'));
  keygen('-q', '-t', 'ecdsa', '-N', '', '-f', join(folder, 'ecdsa'));
  keygen('-q', '-t', 'rsa', '-m', 'PEM', '-b', '2048', '-N', '', '-f', join(folder, 'pem'));
  keygen('-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'k'));
  await writeFile(join(folder, 'empty'), '', { mode: 0o600 });
  await writeFile(join(folder, 'cut'), (await readFile(join(folder, 'k'))).subarray(0, 200), { mode: 0o600 });
  await writeFile(join(folder, 'huge'), Buffer.alloc(1 << 20), { mode: 0o600 });
  await chmod(join(folder, 'k.pub'), 0o600);
  for (const name of ['rsa', 'ecdsa', 'pem', 'empty', 'cut', 'k.pub', '.']) {
    await t.throwsAsync(openKeyFile(join(folder, name), NOBODY), { instanceOf: UsageError }, name);
  }
  await t.throwsAsync(openKeyFile(join(folder, 'huge'), NOBODY), { code: 'too-large' });
  await t.throwsAsync(openKeyFile(join(folder, 'none'), NOBODY), { code: 'ENOENT' });
});

test('a private key that others may read is refused, unless systemd guards its folder', async (t) => {
  const folder = await makeFolder(t);
  const file = await writePrivateKey(makeKey(), join(folder, 'k'));
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(file, mode);
    const error = await t.throwsAsync(openKeyFile(file, NOBODY), { instanceOf: UsageError });
    t.is(error.hint?.en, `chmod 600 ${file}`);
  }
  await t.notThrowsAsync(openKeyFile(file, { ...NOBODY, credentials: folder }));
  // A link out of that folder is not in it.
  const elsewhere = join(folder, 'credentials');
  await mkdir(elsewhere);
  await symlink(file, join(elsewhere, 'k'));
  await t.throwsAsync(openKeyFile(join(elsewhere, 'k'), { ...NOBODY, credentials: elsewhere }), { instanceOf: UsageError });
});

test('a private key file that holds no key is told as what it is', async (t) => {
  const file = await writePrivateKey(makeKey(), join(await makeFolder(t), 'k'));
  const [, base64 = ''] = /KEY-----\n([^]*)\n-----END/.exec(await readFile(file, 'utf8')) ?? [];
  const blob = Buffer.from(base64, 'base64');
  blob.writeUInt32BE(0, 'openssh-key-v1\0'.length + 8 + 8 + 4); // after cipher, kdf and its options: how many keys
  await writeFile(file, `-----BEGIN OPENSSH PRIVATE KEY-----\n${blob.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`);
  await t.throwsAsync(openKeyFile(file, NOBODY), { instanceOf: UsageError });
  await t.throwsAsync(openIdentity(file, {}), { instanceOf: UsageError });
});

test('a key whose halves do not match signs nothing', async (t) => {
  const folder = await makeFolder(t);
  const [one, other] = [makeKey(), makeKey()];
  const mixed = { ...one, point: other.point, publicKey: other.publicKey };
  const key = await openKeyFile(await writePrivateKey(mixed, join(folder, 'k')), NOBODY);
  await t.throwsAsync(key.sign(MESSAGE, 'trust@cotejo'), { message: /does not verify/ });
});

requires('openssh-client', ['ssh-agent', 'ssh-add', 'ssh-keygen'])('a key in an ssh-agent signs like its file', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'k');
  keygen('-q', '-t', 'ed25519', '-N', '', '-f', file);
  const socket = join(folder, 'agent');
  const started = execFileSync('ssh-agent', ['-a', socket, '-s']).toString();
  t.teardown(() => process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1])));
  const key = await readPublicKey(`${file}.pub`);
  await t.throwsAsync(openAgentKey(key, socket), { instanceOf: UsageError }, 'before it is added');
  spawnSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  const inAgent = await openAgentKey(key, socket);
  t.deepEqual(Buffer.from(await inAgent.sign(MESSAGE, 'trust@cotejo')), await signedByKeygen(folder, file));
  spawnSync('ssh-add', ['-q', '-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  await t.throwsAsync(inAgent.sign(MESSAGE, 'trust@cotejo'), { message: /did not sign/ });
});

test('an agent that is not there is an error, not a wrong key', async (t) => {
  const folder = await makeFolder(t);
  const error = await t.throwsAsync(openAgentKey(makeKey().publicKey, join(folder, 'none')));
  t.false(error instanceof UsageError);
});

test('an agent that takes what it is asked and says nothing is waited for within a total', async (t) => {
  const { publicKey } = makeKey();
  let held: string | null = null;
  const socket = await silentAgent(t, () => held);
  const patience = { list: 200, sign: 200 };
  const unlisted = await t.throwsAsync(openAgentKey(publicKey, socket, patience), { instanceOf: ToldError });
  t.false(unlisted instanceof UsageError);
  held = publicKey;
  const key = await openAgentKey(publicKey, socket, { ...patience, list: 10_000 });
  await t.throwsAsync(key.sign(MESSAGE, 'corte@cotejo'), { instanceOf: ToldError });
});

withKeygen('a generated key is whole, private, and understood by ssh-keygen', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'acuse');
  const key = await generateKey(file, 'vanguardia web1', makeKey('seed').seed);
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.is(await readFile(`${file}.pub`, 'utf8'), `${key} vanguardia web1\n`);
  t.is(keygen('-y', '-f', file), `${key} vanguardia web1\n`);
  t.deepEqual(
    Buffer.from(await (await openKeyFile(file, NOBODY)).sign(MESSAGE, 'trust@cotejo')),
    await signedByKeygen(folder, file),
  );
});

test('a generated key never takes the place of another', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'acuse');
  const key = await generateKey(file, '', makeKey('one').seed);
  await t.throwsAsync(generateKey(file, '', makeKey('two').seed), { code: 'EEXIST' });
  t.is((await openKeyFile(file, NOBODY)).publicKey, key);
  t.is(await readPublicKey(`${file}.pub`), key);
});

test('a public key is one line of ssh-ed25519, with or without a comment', (t) => {
  const { publicKey } = makeKey();
  t.is(publicKeyIn(`${publicKey} persona@equipo y más\r\n`), publicKey);
  t.is(publicKeyIn(publicKey), publicKey);
  for (const text of ['', `${publicKey}\n${publicKey}\n`, publicKey.slice(0, -4), `from="*" ${publicKey}`, 'ssh-rsa AAAA']) {
    t.is(publicKeyIn(text), null);
  }
});
