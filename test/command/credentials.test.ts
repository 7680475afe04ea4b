import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { fromCredential } from '../../src/command/credentials.ts';
import { openAcuseKey, readHostKey } from '../../src/command/node-keys.ts';
import { HintedError } from '../../src/config/hinted-error.ts';
import { UsageError } from '../../src/config/usage-error.ts';
import { cotejo } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

/** A service whose key is nowhere names the file and the unit's line that should give it. */

test("the unit's credential is taken before the configured file", async (t) => {
  const [folder, credentials] = [await makeFolder(t), await makeFolder(t)];
  await writePrivateKey(makeKey('unit'), join(credentials, 'acuse_key'));
  const acuse_key = await writePrivateKey(makeKey('file'), join(folder, 'acuse_key'));
  const env = { CREDENTIALS_DIRECTORY: credentials };
  t.is((await openAcuseKey({ env }, { acuse_key })).publicKey, makeKey('unit').publicKey);
  t.is((await openAcuseKey({ env: {} }, { acuse_key })).publicKey, makeKey('file').publicKey);
  await t.notThrowsAsync(readHostKey({ env }, acuse_key), 'a unit without this credential goes by the file');
});

test('a service with neither is told which file it is, and the line of its unit', async (t) => {
  const file = join(await makeFolder(t), 'acuse_key');
  for (const env of [{ CREDENTIALS_DIRECTORY: await makeFolder(t) }, { INVOCATION_ID: '0123' }]) {
    const error = await t.throwsAsync(openAcuseKey({ env }, { acuse_key: file }), { instanceOf: HintedError });
    t.true(error.message.includes(file) && error.message.includes('no credential acuse_key'), error.message);
    t.regex(String(error.hint), /cotejo-difusor\.service: LoadCredential=acuse_key:FILE/);
  }
  const host = await t.throwsAsync(readHostKey({ env: { INVOCATION_ID: '0123' } }, file), { instanceOf: HintedError });
  t.regex(String(host.hint), /cotejo-difusor-sftp\.service: LoadCredential=host_key:FILE/);
});

test('by hand the file is told, and who makes it', async (t) => {
  const file = join(await makeFolder(t), 'acuse_key');
  const error = await t.throwsAsync(openAcuseKey({ env: {} }, { acuse_key: file }), { instanceOf: HintedError });
  t.true(error.message.includes(file));
  t.regex(String(error.hint), /difusor init/);
});

test('a file that is closed to the service is the one for the line of its unit', async (t) => {
  const path = '/etc/cotejo/firma';
  // As the system says it; root, who may run this, is never told so.
  const closed = () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES', errno: -13, path }));
  const open = (env: Record<string, string>) => fromCredential({ env }, 'signing_key', path, closed);
  const error = await t.throwsAsync(open({ INVOCATION_ID: '0123' }), { instanceOf: HintedError });
  t.regex(error.message, /signing_key: \/etc\/cotejo\/firma: permission denied, /);
  t.regex(String(error.hint), /cotejo-iec\.service: LoadCredential=signing_key:\/etc\/cotejo\/firma;/);
  const byHand = await t.throwsAsync(open({}), { instanceOf: HintedError });
  t.regex(String(byHand.hint), /account/);
});

test('what is wrong with a key that is there is told as before', async (t) => {
  const file = await writePrivateKey(makeKey(), join(await makeFolder(t), 'acuse_key'));
  await chmod(file, 0o644);
  await t.throwsAsync(openAcuseKey({ env: { INVOCATION_ID: '0123' } }, { acuse_key: file }), { instanceOf: UsageError });
});

requires('openssh-client', ['ssh-keygen'])('a night whose key has a passphrase ends, and says how to take it off', async (t) => {
  const folder = await makeFolder(t);
  for (const name of ['chain', 'publicacion']) await mkdir(join(folder, name));
  const key = await writePrivateKey(makeKey('firma-1'), join(folder, 'firma'));
  execFileSync('ssh-keygen', ['-q', '-p', '-N', 'una frase', '-f', key]);
  await writePrivateKey(makeKey(), join(folder, 'ssh_iec'));
  const lines = { chain: 'chain', source: 'publicacion', phase: 'jornada', key: 'firma', ssh_key: 'ssh_iec', panel: 'panel' };
  const toml = Object.entries(lines).map(([name, value]) => `${name} = "${value}"\n`);
  await writeFile(join(folder, 'IEC.toml'), toml.join(''));
  const { status, stderr } = await cotejo(['iec', 'run', '--config', join(folder, 'IEC.toml')]);
  t.is(status, 2);
  t.true(stderr.includes(`ssh-keygen -p -N '' -f ${key} `), stderr);
});
