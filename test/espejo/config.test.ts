import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { parseEspejoConfig, readCredentials } from '../../src/espejo/config.ts';
import { makeFolder } from '../kit/folders.ts';

const WHOLE = `state = "state"
anchor = "1.json"
phase = "jornada"
endpoint = "https://s3.example"
bucket = "prep"
credentials = "claves.toml"
public = "https://prep.example/copia"
`;

test('what is left out has its usual value, and paths are relative to the file', (t) => {
  const config = parseEspejoConfig(WHOLE, '/etc/cotejo/espejo.toml');
  t.like(config, {
    state: '/etc/cotejo/state',
    prefix: '',
    connections: 32,
    every_seconds: 15,
    keep_hours: 25,
    addressing: 'path',
  });
  t.is(config.public, 'https://prep.example/copia/');
  t.is(config.endpoint, 'https://s3.example/');
});

test('what is wrong is told by its line', (t) => {
  const lines = [
    'prefix = "/a"',
    'prefix = "../"',
    'keep_hours = 23',
    'connections = 0',
    'sample = 1.5',
    'otra = 1',
    'addressing = "dns"',
    'region = "A"',
  ];
  for (const line of lines) {
    const error = t.throws(() => parseEspejoConfig(`${WHOLE}${line}\n`, 'espejo.toml'), { instanceOf: UsageError });
    t.regex(error?.message ?? '', /espejo\.toml:8/, line);
  }
  for (const [from, to] of [
    ['https://s3.example', 'https://clave:secreto@s3.example'],
    ['https://s3.example', 's3.example'],
    ['"prep"', '"Prep"'],
    ['jornada', 'La jornada'],
  ] as const) {
    t.throws(() => parseEspejoConfig(WHOLE.replace(from, to), 'espejo.toml'), { instanceOf: UsageError });
  }
});

test('credentials are in a file of their own that nobody else may read', async (t) => {
  const file = join(await makeFolder(t), 'claves.toml');
  await writeFile(file, 'access_key_id = "AKIA"\nsecret_access_key = "s/+="\n', { mode: 0o600 });
  t.deepEqual(await readCredentials(file, false), { accessKeyId: 'AKIA', secretAccessKey: 's/+=', sessionToken: null });
  await chmod(file, 0o640);
  await t.throwsAsync(readCredentials(file, false), { message: /may be read by others/ });
  t.is((await readCredentials(file, true)).accessKeyId, 'AKIA', 'what systemd gives is guarded by systemd');
  await writeFile(file, 'access_key_id = "AKIA"\n');
  await t.throwsAsync(readCredentials(file, true), { instanceOf: UsageError });
});
