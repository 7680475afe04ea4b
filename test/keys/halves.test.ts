import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { readPlan } from '../../src/custodian/plan.ts';
import { readDifusorConfig } from '../../src/difusor/setup/config.ts';
import { said } from '../../src/format/said.ts';
import { openIdentity } from '../../src/iec/link/ssh-identity.ts';
import { parseIecConfig } from '../../src/iec/setup/config.ts';
import { openKeyFile } from '../../src/keys/key-file.ts';
import { readPublicKey, whyNoPublicKey } from '../../src/keys/public-key.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';

/** One half of a key where the other is wanted: it is said, with the file that is wanted, and nothing secret is shown. */

const NOBODY = { passphrase: () => Promise.reject(new Error('nobody is asked')) };

test('a public key where a private one is wanted is told as that, whoever may read it', async (t) => {
  const file = await writePrivateKey(makeKey(), join(await makeFolder(t), 'k'));
  const pub = `${file}.pub`; // 0644, as every public key
  const opened = [openKeyFile(pub, { ...NOBODY, otherwise: said('add --agent') }), openIdentity(pub, {})];
  for (const opening of opened) {
    const error = await t.throwsAsync(opening, { instanceOf: UsageError, message: /k\.pub is the public half of a key/ });
    t.true(String(error.hint).startsWith(`name its private half: ${file}; or `), String(error.hint));
  }
  await rm(file);
  const alone = await t.throwsAsync(openKeyFile(pub, NOBODY), { instanceOf: UsageError });
  t.regex(String(alone.hint), /is not here$/);
  // Under another name it is the same.
  await writeFile(file, await readFile(pub), { mode: 0o644 });
  await t.throwsAsync(openKeyFile(file, NOBODY), { instanceOf: UsageError, message: /is the public half/ });
});

test('public keys of other forms and types are public keys too', async (t) => {
  const file = join(await makeFolder(t), 'k.pub');
  const forms = [
    'ssh-rsa AAAAB3Nz',
    'sk-ssh-ed25519@openssh.com AAAAG',
    '---- BEGIN SSH2 PUBLIC KEY ----',
    '-----BEGIN PUBLIC KEY-----',
  ];
  for (const text of forms) {
    await writeFile(file, `${text}\n`);
    await t.throwsAsync(openKeyFile(file, NOBODY), { instanceOf: UsageError, message: /is the public half/ }, text);
  }
});

test('a private key where a public one is wanted is told as that, and not shown', async (t) => {
  const folder = await makeFolder(t);
  const file = await writePrivateKey(makeKey(), join(folder, 'k'));
  const secret = await readFile(file, 'utf8');
  const [, line = ''] = secret.split('\n');
  const there = await t.throwsAsync(readPublicKey(file), { instanceOf: UsageError, message: /k is a private key/ });
  t.is(String(there.hint), `name its public half: ${file}.pub`);
  await rm(`${file}.pub`);
  const alone = await t.throwsAsync(readPublicKey(file), { instanceOf: UsageError });
  t.is(String(alone.hint), `write its public half: ssh-keygen -y -f ${file} > ${file}.pub`);

  const toml = join(folder, 'it.toml');
  for (const pasted of [secret, line]) {
    await writeFile(toml, `[[custodians]]\nname = "a"\nkey = ${JSON.stringify(pasted)}\n`);
    const inPlan = await t.throwsAsync(readPlan(toml), { instanceOf: UsageError, message: /toml:3: .*this is a private key/ });
    await writeFile(
      toml,
      `difusor="a"\nnode="b"\nanchor="c"\nstate="d"\ninbox="e"\noutbox="f"\nacuse_key="g"\n[sftp]\nhost_key="h"\niec_keys=[${JSON.stringify(pasted)}]\n`,
    );
    const inNode = await t.throwsAsync(readDifusorConfig(toml), {
      instanceOf: UsageError,
      message: /toml:10: .*this is a private key/,
    });
    const iec = `chain="a"\nsource="b"\nphase="c"\nkey="d"\nssh_key="e"\npanel="f"\n[[difusor]]\nname="a"\ntitle="a"\nurl="https://a.example/"\n[[difusor.node]]\nname="a"\nhost="a"\nuser="a"\nhost_key="SHA256:${'A'.repeat(43)}"\nacuse_key=${JSON.stringify(pasted)}\ninbox="a"\noutbox="a"\n`;
    const inIec = t.throws(() => parseIecConfig(iec, toml), {
      instanceOf: UsageError,
      message: /toml:16: .*this is a private key/,
    });
    for (const error of [inPlan, inNode, inIec]) t.false(`${error?.message}${String(error?.hint)}`.includes(line.slice(0, 20)));
  }
});

test('what else is no public key is told as what it is', (t) => {
  t.regex(whyNoPublicKey('ssh-rsa AAAAB3NzaC1yc2E').en, /another one$/);
  t.regex(whyNoPublicKey('ssh-ed25519 AAAAC3NzaC1lZDI1').en, /cut or damaged/);
  t.regex(whyNoPublicKey('ssh_iec.pub').en, /^expected a key as ssh-ed25519/);
});
