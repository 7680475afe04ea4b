import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Code } from '../../../src/format/refusal.ts';
import { dataFiles, writeFiles } from '../../../src/memoria/folder/files.ts';
import { sealFolder } from '../../../src/memoria/folder/seal.ts';
import { verifyMemoria } from '../../../src/memoria/folder/verify.ts';
import { madeWhole } from '../../../src/memoria/folder/whole.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { memoria } from '../example.ts';

/** A memoria is, to the byte, what its node signed: whatever is altered, taken away or put in is refused. */

const KEY = makeKey('vanguardia-web1');
const quiet = () => {};

async function sealed(t: ExecutionContext, key = KEY): Promise<string> {
  const place = join(await makeFolder(t), 'memoria');
  await mkdir(place, 0o700);
  writeFiles(place, { ...dataFiles(memoria), 'memoria.html': '<!doctype html>\n' });
  await sealFolder(place, key, quiet);
  return place;
}

test('a whole folder is verified by us, by ssh-keygen and by sha256sum', async (t) => {
  const place = await sealed(t);
  const { about, key, files, bytes } = await verifyMemoria(place, KEY.publicKey, quiet);
  t.is(key, KEY.publicKey);
  t.deepEqual(about, memoria.about);
  t.is(files, 18);
  t.true(bytes > 10_000);
  t.is((await verifyMemoria(place, null, quiet)).key, KEY.publicKey);
  await writeFile(join(place, '..', 'signers'), `nodo ${KEY.publicKey}\n`);
  const args = ['-Y', 'verify', '-n', 'memoria@cotejo', '-f', '../signers', '-I', 'nodo', '-s', 'SHA256SUMS.sig'];
  const input = await readFile(join(place, 'SHA256SUMS'));
  t.regex(execFileSync('ssh-keygen', args, { cwd: place, input, encoding: 'utf8' }), /^Good/);
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: place });
  const modes = Object.values(await treeOf(place)).map((what) => what.split(' ').slice(0, 2).join(' '));
  t.deepEqual([...new Set(modes)].toSorted(), ['file 0600', 'folder 0700']);
});

const damages: [name: string, code: Code, damage: (place: string) => Promise<void>][] = [
  ['a byte more', 'content-mismatch', (place) => appendFile(join(place, 'datos/por-hora.csv'), ' ')],
  ['a document that is altered', 'content-mismatch', (place) => writeFile(join(place, 'memoria.html'), 'x')],
  ['a file that is missing', 'content-missing', (place) => rm(join(place, 'incidentes.json'))],
  ['a file too many', 'content-mismatch', (place) => writeFile(join(place, 'datos/otra.csv'), '')],
  ['a folder too many', 'content-mismatch', (place) => mkdir(join(place, 'vacia'))],
  [
    'a file under another name',
    'content-missing',
    (place) => rename(join(place, 'datos/cortes.csv'), join(place, 'datos/corte.csv')),
  ],
  [
    'a link in the place of a file',
    'content-mismatch',
    async (place) => {
      await rename(join(place, 'memoria.html'), join(place, '..', 'away.html'));
      await symlink('../away.html', join(place, 'memoria.html'));
    },
  ],
  ['a list that is altered', 'signature-invalid', (place) => appendFile(join(place, 'SHA256SUMS'), `${'0'.repeat(64)}  z\n`)],
  ['no signature in its place', 'signature-malformed', (place) => writeFile(join(place, 'SHA256SUMS.sig'), 'none')],
  [
    'a signature for something else',
    'signature-malformed',
    async (place) =>
      writeFile(join(place, 'SHA256SUMS.sig'), await KEY.sign(await readFile(join(place, 'SHA256SUMS')), 'acuse@cotejo')),
  ],
  [
    "another key's signature",
    'signer-unknown',
    async (place) =>
      writeFile(
        join(place, 'SHA256SUMS.sig'),
        await makeKey('otra').sign(await readFile(join(place, 'SHA256SUMS')), 'memoria@cotejo'),
      ),
  ],
];

for (const [name, code, damage] of damages) {
  test(`${name} is refused: ${code}`, async (t) => {
    const place = await sealed(t);
    await damage(place);
    await t.throwsAsync(verifyMemoria(place, KEY.publicKey, quiet), { code });
  });
}

test('who signs with a key that the memoria does not name, or what says nothing of whose it is, is refused', async (t) => {
  const other = await sealed(t, makeKey('otra'));
  await t.throwsAsync(verifyMemoria(other, null, quiet), { code: 'content-mismatch' });
  for (const text of ['{', 'null', '{"type":"cotejo/memoria"}']) {
    const place = join(await makeFolder(t), 'memoria');
    await mkdir(place);
    await writeFile(join(place, 'memoria.json'), text);
    await sealFolder(place, KEY, quiet);
    await t.throwsAsync(verifyMemoria(place, null, quiet), { code: 'content-mismatch' });
  }
  await t.throwsAsync(verifyMemoria(join(other, 'datos'), null, quiet), { code: 'ENOENT' });
});

test('a folder is made whole or not at all, and never over another one', async (t) => {
  const folder = await makeFolder(t);
  const place = join(folder, 'memoria');
  const fails = (within: string) => writeFile(join(within, 'half'), 'x').then(() => Promise.reject(new Error('the disk')));
  await t.throwsAsync(madeWhole(place, 0o700, fails), { message: 'the disk' });
  t.deepEqual(await treeOf(folder), {});
  await t.throwsAsync(
    madeWhole(place, 0o700, async (within) => {
      await writeFile(join(within, 'half'), 'x');
      await mkdir(place); // somebody else was faster
    }),
    { name: 'UsageError' },
  );
  t.deepEqual(Object.keys(await treeOf(folder)), ['memoria']);
  await t.throwsAsync(
    madeWhole(place, 0o700, () => Promise.resolve()),
    { name: 'UsageError' },
  );
  await t.throwsAsync(
    madeWhole(join(folder, 'none/memoria'), 0o700, () => Promise.resolve()),
    { name: 'UsageError' },
  );
  await rm(place, { recursive: true });
  t.is(await madeWhole(place, 0o700, () => Promise.resolve(7)), 7);
});
