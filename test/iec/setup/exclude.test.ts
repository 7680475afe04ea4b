import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { parseIecConfig } from '../../../src/iec/setup/config.ts';
import { excludeOf, whyNoExclude } from '../../../src/iec/setup/exclude.ts';
import { cotejo } from '../../kit/command.ts';
import { makeTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { makeInstitute } from '../institute.ts';

const leftOut = test.macro((t, names: readonly string[], paths: readonly string[], kept: readonly string[]) => {
  for (const name of names) t.is(whyNoExclude(name), null, name);
  const exclude = excludeOf(names);
  t.deepEqual(paths.filter(exclude), [...paths]);
  t.deepEqual(kept.filter(exclude), []);
});

test(
  'a name wherever it stands',
  leftOut,
  ['.gitkeep', 'Thumbs.db'],
  ['.gitkeep', 'a/b/.gitkeep', 'a/Thumbs.db'],
  ['x.gitkeep', '.gitkeepx', 'a/.gitkeep.txt', 'thumbs.db'],
);
test('a path below the source', leftOut, ['./datos/pruebas/'], ['datos/pruebas'], ['pruebas', 'x/datos/pruebas', 'datos/pruebasx']);
test(
  'a star stands for anything but a slash',
  leftOut,
  ['*~', '*.tm*', 'a/*.csv'],
  ['x~', 'b/y~', 'z.tmp', 'a/x.csv'],
  ['x~.txt', 'a/b/x.csv', 'x.csv'],
);
test(
  'what means something to a pattern is a character here',
  leftOut,
  ['a+(b).[c]', '$x'],
  ['a+(b).[c]', 'd/$x'],
  ['ab.c', 'a+(b)xc'],
);
test('an accent is one, however it was typed', leftOut, ['an\u0303o'], ['a\u00f1o', 'x/an\u0303o'], ['ano']);
test('nothing is left out if nothing is named', leftOut, [], [], ['.gitkeep', '']);

test('what names no file, or everything, is told', (t) => {
  for (const name of ['', '/', './', '*', '.', '..', 'a/../b', '/a', 'a//b']) t.not(whyNoExclude(name), null, name);
});

test('the configuration has a list of such names', (t) => {
  const read = (exclude: string) =>
    parseIecConfig(`chain = "c"\nsource = "s"\nphase = "jornada"\nkey = "k"\nssh_key = "s"\npanel = "p"\n${exclude}\n`, 'IEC.toml');
  t.deepEqual(read('').exclude, []);
  t.deepEqual(read('exclude = [".gitkeep", "*.tmp"]').exclude, ['.gitkeep', '*.tmp']);
  t.throws(() => read('exclude = ["/etc"]'), { instanceOf: UsageError, message: /^IEC\.toml:7: .*"\/etc": / });
});

test('the command takes names to leave out, and warns of what not every site shows', async (t) => {
  const iec = await makeInstitute(t);
  const now = Date.now();
  const trust = signTrust(makeTrust({ now }));
  await writeTrust(trust, join(iec.folder, 'own/trust/1.json'));
  const key = await writePrivateKey(makeKey('firma-1'), join(iec.folder, 'firma-1'));
  for (const path of ['index.html', '.gitkeep', 'datos/.gitkeep', 'datos/uno.csv', 'cotejo/nuestro.html']) {
    await mkdir(dirname(join(iec.source, path)), { recursive: true });
    await writeFile(join(iec.source, path), path);
  }
  const pack = (...more: string[]) =>
    cotejo(
      ['iec', 'pack', iec.source, '--chain', join(iec.folder, 'own'), '--phase', 'jornada', '--key', key, '--json', ...more],
      iec.folder,
    );
  const refused = await pack();
  t.is(refused.status, 1, refused.stderr);
  t.regex(refused.stderr, /path-forbidden: "cotejo\/nuestro\.html"/);
  const warned = await pack('--exclude', 'cotejo', '--exclude', 'datos/.git*');
  t.is(warned.status, 0, warned.stderr);
  t.regex(warned.stderr, /warning: not every site shows "\.gitkeep"$/m);
  t.regex(warned.stderr, /warning: without --config no node is asked/);
  t.is(JSON.parse(warned.stdout).manifest.files, 3);
  t.is((await pack('--exclude', '../x')).status, 2);
});
