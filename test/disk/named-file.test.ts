import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeNamed } from '../../src/disk/named-file.ts';
import { sh } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresRoot } from '../kit/requires.ts';

const MODULE = join(repository(), 'dist/src/disk/named-file.js');

/** A program that writes so many bytes to a file, and may write no file longer than a kilobyte. */
const bounded = (file: string, bytes: number) =>
  `trap '' XFSZ; ulimit -f 1; exec ${process.execPath} --input-type=module -e '
    const { writeNamed } = await import("${MODULE}");
    await writeNamed("${file}", "n".repeat(${bytes}));'`;

test('a writing that fails leaves what was there before, and nothing beside it', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'informe.html');
  t.not((await sh(bounded(file, 1_000_000), folder)).status, 0);
  t.deepEqual(readdirSync(folder), []);
  writeFileSync(file, 'el de ayer');
  t.not((await sh(bounded(file, 1_000_000), folder)).status, 0);
  t.deepEqual(readdirSync(folder), ['informe.html']);
  t.is(readFileSync(file, 'utf8'), 'el de ayer');
});

test('what a killed process had begun is removed by the next, and others’ files are not', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'informe.html');
  const gone = execFileSync('sh', ['-c', 'echo $$']).toString().trim();
  writeFileSync(`${file}.${gone}.new`, 'medio');
  writeFileSync(`${file}.1.new`, 'de otro que vive');
  writeFileSync(join(folder, `otro.${gone}.new`), 'de otro informe');
  await writeNamed(file, 'entero');
  t.deepEqual(readdirSync(folder).sort(), ['informe.html', 'informe.html.1.new', `otro.${gone}.new`].sort());
  t.is(readFileSync(file, 'utf8'), 'entero');
});

test('a link stays and leads to the new bytes, and a file keeps the mode that it had', async (t) => {
  const folder = await makeFolder(t);
  const [file, link] = [join(folder, 'informe.html'), join(folder, 'hoy.html')];
  writeFileSync(file, 'viejo');
  chmodSync(file, 0o600);
  symlinkSync('informe.html', link);
  await writeNamed(link, 'nuevo');
  t.true(lstatSync(link).isSymbolicLink());
  t.is(readFileSync(file, 'utf8'), 'nuevo');
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('a new file has the mode that it is given, whatever the umask, and else what the umask leaves', async (t) => {
  const folder = await makeFolder(t);
  const write = (name: string, options: string) =>
    sh(
      `umask 077; exec ${process.execPath} --input-type=module -e '
        const { writeNamed } = await import("${MODULE}");
        await writeNamed("${name}", "x", ${options});'`,
      folder,
    );
  t.is((await write('acta.txt', '{ mode: 0o644 }')).status, 0);
  t.is((await write('informe.html', '{}')).status, 0);
  t.is(statSync(join(folder, 'acta.txt')).mode & 0o777, 0o644);
  t.is(statSync(join(folder, 'informe.html')).mode & 0o777, 0o600);
});

test('what is no file is written into, and not replaced', async (t) => {
  const folder = await makeFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = sh(`cat ${pipe}`, folder);
  await writeNamed(pipe, 'por el tubo');
  t.is((await read).stdout, 'por el tubo');
  t.true(lstatSync(pipe).isFIFO());
  await writeNamed('/dev/null', 'nada');
  t.true(lstatSync('/dev/null').isCharacterDevice());
});

test('a link that leads nowhere yet stays, and leads to the new file', async (t) => {
  const folder = await makeFolder(t);
  mkdirSync(join(folder, 'informes/hoy'), { recursive: true });
  symlinkSync('informes/hoy', join(folder, 'carpeta'));
  symlinkSync('carpeta/../nuevo.html', join(folder, 'segundo.html')); // `..` of informes/hoy
  symlinkSync(join(folder, 'segundo.html'), join(folder, 'primero.html'));
  await writeNamed(join(folder, 'primero.html'), 'nuevo');
  for (const link of ['primero.html', 'segundo.html']) t.true(lstatSync(join(folder, link)).isSymbolicLink());
  t.is(readFileSync(join(folder, 'informes/nuevo.html'), 'utf8'), 'nuevo');
  t.deepEqual(readdirSync(join(folder, 'informes')).sort(), ['hoy', 'nuevo.html']);
});

test('a name that asks for a folder makes no file', async (t) => {
  const folder = await makeFolder(t);
  await t.throwsAsync(writeNamed(join(folder, 'informe/'), 'nuevo'), { code: 'ENOENT' });
  t.deepEqual(readdirSync(folder), []);
});

/** A program that writes to a name and prints afterwards how often it was told that the new bytes come. */
const telling = (name: string) =>
  `${process.execPath} --input-type=module -e '
    const { writeNamed } = await import("${MODULE}");
    let told = 0;
    await writeNamed("${name}", "página\\n", { before: async () => { told += 1; } });
    console.log("después", told);'`;

test('what is printed after a page that went into the same file is there too', async (t) => {
  const folder = await makeFolder(t);
  for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    t.is((await sh(`${telling(name)} > informe.html`, folder)).status, 0);
    t.is(readFileSync(join(folder, 'informe.html'), 'utf8'), 'página\ndespués 1\n', name);
  }
  t.is((await sh(`echo antes > informe.html; ${telling('/dev/stdout')} >> informe.html`, folder)).status, 0);
  t.is(readFileSync(join(folder, 'informe.html'), 'utf8'), 'antes\npágina\ndespués 1\n');
  t.deepEqual(readdirSync(folder), ['informe.html']);
});

const mounting = requiresRoot(requires('util-linux', ['setpriv', 'unshare']));

mounting('a file that no other can replace is written into', async (t) => {
  const folder = await makeFolder(t);
  const [file, other] = [join(folder, 'informe.html'), join(folder, 'otro.html')];
  writeFileSync(file, 'uno más largo que el nuevo');
  writeFileSync(other, '');
  const mounted = await sh(`unshare --mount sh -c 'mount --bind otro.html informe.html && exec "$@"' - ${telling(file)}`, folder);
  t.is(mounted.stdout, 'después 1\n');
  t.is(readFileSync(other, 'utf8'), 'página\n');
  t.is(readFileSync(file, 'utf8'), 'uno más largo que el nuevo');
  t.deepEqual(readdirSync(folder).sort(), ['informe.html', 'otro.html']);
  chmodSync(folder, 0o555);
  // Root, held to the folder's mode as any other account.
  const held = 'setpriv --bounding-set=-dac_override,-dac_read_search';
  t.is((await sh(`${held} ${telling(file)}`, folder)).stdout, 'después 1\n');
  t.is(readFileSync(file, 'utf8'), 'página\n');
  t.not((await sh(`${held} ${telling(join(folder, 'nuevo.html'))}`, folder)).status, 0);
  chmodSync(folder, 0o755);
  t.deepEqual(readdirSync(folder).sort(), ['informe.html', 'otro.html']);
});
