import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { textOf } from '../../src/config/read-text.ts';
import { UsageError } from '../../src/config/usage-error.ts';
import { readDifusorConfig } from '../../src/difusor/setup/config.ts';
import { addDifusor } from '../../src/iec/setup/add-difusor.ts';
import { readIecConfig } from '../../src/iec/setup/config.ts';
import { sh } from '../kit/command.ts';
import { makeFolder, treeOf } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';

const LATIN = Buffer.from('# uno\ntitle = "Coahuila, M\u00e9xico"\n', 'latin1');

test('text in another encoding is told with its line, and how to convert it', (t) => {
  const told = (bytes: Uint8Array) => t.throws(() => textOf(bytes, 'plan.toml'), { instanceOf: UsageError });
  t.is(told(LATIN)?.message, 'plan.toml:2: not UTF-8 text');
  t.regex(String(told(LATIN)?.hint), /iconv -f WINDOWS-1252/);
  t.regex(String(told(Buffer.from('\ufefftitle = "x"', 'utf16le'))?.hint), /iconv -f UTF-16 /);
  t.is(told(Buffer.from('a = 1\nb = 2\ntitle = "M\ufffdxico"\n'))?.message.slice(0, 12), 'plan.toml:3:');
});

test('UTF-8 is read as it is, with or without a BOM', (t) => {
  t.is(textOf(Buffer.from('México \u{1f5f3}\r\n'), 'x'), 'México \u{1f5f3}\r\n');
  t.is(textOf(Buffer.from('\ufeffMéxico'), 'x'), 'México');
  t.is(textOf(Buffer.from(''), 'x'), '');
});

const CONFIG = `phase = "jornada"\n${['chain', 'source', 'key', 'ssh_key', 'panel'].map((key) => `${key} = "${key}"\n`).join('')}`;

const COTEJO = `"${process.execPath}" "${join(repository(), 'dist/bin/cotejo.js')}"`;

/** What is given in Windows-1252, and the command that reads it. */
const GIVEN: Readonly<Record<string, string>> = {
  'a note': `iec pack . --chain . --phase jornada --key k --note "$(printf 'Se corrigi\\363')"`,
  'a plan': 'trust draft latin.toml --out out.json',
  'an introduction': 'iec add-difusor - --config utf8.toml --host h --url https://x.example/ <latin.json',
};
for (const [what, command] of Object.entries(GIVEN)) {
  test(`${what} in Windows-1252 is wrong usage, and nothing is made of it`, async (t) => {
    const folder = await makeFolder(t);
    await writeFile(join(folder, 'latin.toml'), LATIN);
    await writeFile(join(folder, 'latin.json'), Buffer.from('{"difusor": "peri\u00f3dico"}', 'latin1'));
    await writeFile(join(folder, 'utf8.toml'), CONFIG);
    const before = await treeOf(folder);
    const { status, stderr } = await sh(`${COTEJO} ${command}`, folder);
    t.is(status, 2, stderr);
    t.regex(stderr, /not UTF-8 text/);
    t.deepEqual(await treeOf(folder), before);
  });
}

test('a configuration in Windows-1252 is not read, and not written again', async (t) => {
  const file = join(await makeFolder(t), 'IEC.toml');
  const bytes = Buffer.concat([Buffer.from(CONFIG), Buffer.from('# M\u00e9xico\n', 'latin1')]);
  await writeFile(file, bytes);
  await t.throwsAsync(readIecConfig(file), { instanceOf: UsageError, message: /:7: not UTF-8 text/ });
  await t.throwsAsync(readDifusorConfig(file), { instanceOf: UsageError, message: /:7: not UTF-8 text/ });
  const intro = {
    difusor: 'vanguardia',
    node: 'web1',
    acuse_key: makeKey('web1').publicKey,
    host_key: null,
    sftp_host_key: `SHA256:${'A'.repeat(43)}`,
    inbox: 'inbox',
    outbox: 'outbox',
  };
  const arrival = { host: '192.0.2.1', url: 'https://x.example/' };
  await t.throwsAsync(addDifusor(file, JSON.stringify(intro), arrival), { message: /:7: not UTF-8 text/ });
  t.deepEqual(await readFile(file), bytes);
});
