import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { ToldError } from '../../../src/format/said.ts';
import { string } from '../../../src/format/wire.ts';
import { openIdentity } from '../../../src/iec/link/ssh-identity.ts';
import { isEncrypted } from '../../../src/keys/key-form.ts';
import { silentAgent } from '../../keys/silent-agent.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';

const withAgent = requires('openssh-client', ['ssh-agent', 'ssh-add', 'ssh-keygen']);
const withKeygen = requires('openssh-client', ['ssh-keygen']);

/** The forms in which ssh-keygen writes keys, by its options. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519'],
  'another cipher': ['-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com'],
  rsa: ['-t', 'rsa', '-b', '2048'],
  'old PEM': ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
};

withKeygen('the form of a key file shows whether it is encrypted', async (t) => {
  const folder = await makeFolder(t);
  for (const [name, form] of Object.entries(FORMS)) {
    for (const passphrase of ['', 'contraseña']) {
      const file = join(folder, `${name} ${passphrase}`);
      execFileSync('ssh-keygen', ['-q', ...form, '-N', passphrase, '-C', 'encrypted', '-f', file]);
      t.is(isEncrypted(await readFile(file, 'latin1')), passphrase !== '', file);
      if (passphrase === '') {
        await t.notThrowsAsync(openIdentity(file, {}), file);
        continue;
      }
      const error = await t.throwsAsync(openIdentity(file, {}), { instanceOf: UsageError }, file);
      t.is(String(error.hint), 'put it in an ssh-agent and name its .pub', file);
    }
  }
  const text = await readFile(join(folder, 'ed25519 contraseña'), 'utf8');
  // A cipher that ssh2 does not know: the error says so, and not that the key is encrypted.
  const [, base64 = ''] = /KEY-----\n([\s\S]*)\n-----END/.exec(text) ?? [];
  const blob = Buffer.from(Buffer.from(base64, 'base64').toString('latin1').replace('aes256-ctr', 'aes256-xyz'), 'latin1');
  const unheard = join(folder, 'unheard');
  const armour = (kind: string) => `-----${kind} OPENSSH PRIVATE KEY-----\n`;
  await writeFile(unheard, `${armour('BEGIN')}${blob.toString('base64')}\n${armour('END')}`, { mode: 0o600 });
  t.is(
    String((await t.throwsAsync(openIdentity(unheard, {}), { instanceOf: UsageError })).hint),
    'put it in an ssh-agent and name its .pub',
  );

  for (const [name, broken] of Object.entries({ cut: text.slice(0, 40), nothing: '', words: 'it is encrypted' })) {
    const file = join(folder, name);
    await writeFile(file, broken, { mode: 0o600 });
    const error = await t.throwsAsync(openIdentity(file, {}), { instanceOf: UsageError }, name);
    t.is(String(error.hint), name === 'cut' ? 'take it from its backup' : 'make one with: ssh-keygen -t ed25519 -f NAME', name);
  }
});

withAgent('a key that the agent does not have is told here, and not by every node', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'k');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const agentSocket = join(folder, 'agent');
  const started = execFileSync('ssh-agent', ['-a', agentSocket, '-s']).toString();
  t.teardown(() => process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1])));
  const error = await t.throwsAsync(openIdentity(`${file}.pub`, { agentSocket }), { instanceOf: UsageError });
  t.is(String(error.hint), 'add it with: ssh-add FILE');
  execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket }, stdio: 'ignore' });
  t.true('agent' in (await openIdentity(`${file}.pub`, { agentSocket })));
  const none = await t.throwsAsync(openIdentity(`${file}.pub`, { agentSocket: join(folder, 'none') }));
  t.false(none instanceof UsageError);
});

test('an agent that says nothing is waited for within a total', async (t) => {
  const file = join(await makeFolder(t), 'k.pub');
  await writeFile(file, `${makeKey().publicKey}\n`);
  const brief = { list: 200, sign: 200 };
  const agentSocket = await silentAgent(t, () => null);
  const opening = openIdentity(file, { agentSocket, patience: { opening: brief, login: brief } });
  const error = await t.throwsAsync(opening, { instanceOf: ToldError });
  t.false(error instanceof UsageError);
});

test('a key that can not be offered to a server is told by its type', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'sk.pub');
  const blob = Buffer.concat([string('sk-ssh-ed25519@openssh.com'), string(Buffer.alloc(32, 7)), string('ssh:')]);
  await writeFile(file, `sk-ssh-ed25519@openssh.com ${blob.toString('base64')} yo@equipo\n`);
  await t.throwsAsync(openIdentity(file, {}), { instanceOf: UsageError, message: /a key on a security key/ });
});
