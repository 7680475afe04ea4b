import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { installed } from '../disk/installed.ts';

/**
 * Joins the modules of src/ and the packages that they use into a few files: one for each role of the command, and what
 * they share. To find, read and link hundreds of modules takes longer than many commands work. The licences of the
 * packages that are inside lie beside them.
 */

/** What the first file loads. */
const MAIN = 'src/command/main.ts';

/** Looks for parts of its own that this machine may have compiled, or not; without them it works, and more slowly. */
const NATIVE = ['cpu-features', '*.node'];
/** For `dist/bin`, which lies beside the packages: kept as packages, so that what was compiled is found. */
const BESIDE_PACKAGES = ['ssh2', 'systemd-notify'];

/**
 * @param root the repository's folder, whose node_modules are there
 * @param out a folder that is made anew
 * @param external the packages that stay outside
 * @throws Error where a package that is inside has no licence file
 */
export async function joinProgram(root: string, out: string, external: readonly string[] = NATIVE): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const always = {
    absWorkingDir: root,
    outdir: out,
    bundle: true,
    // In a release node_modules is a link: what it leads to would be written into the files.
    preserveSymlinks: true,
    platform: 'node',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: 'warning',
  } satisfies BuildOptions;
  const { metafile } = await build({
    ...always,
    entryPoints: [join(root, MAIN)],
    splitting: true,
    external: [...external],
    target: 'node20.19',
    // Older packages ask for the parts of Node by a function, and for their folder by a name, that modules do not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: { __dirname: 'import.meta.dirname' },
    metafile: true,
  });
  // By itself, and in the words of a Node that is too old for the rest: it says so, and loads the rest only where it is not.
  await build({
    ...always,
    entryPoints: [join(root, 'src/cotejo.ts')],
    target: 'node12.17',
    supported: { 'dynamic-import': true },
    plugins: [
      {
        name: 'the rest stays apart',
        setup: (files) => files.onResolve({ filter: /\/main\.ts$/ }, () => ({ path: './main.js', external: true })),
      },
    ],
  });
  chmodSync(join(out, 'cotejo.js'), 0o755);
  const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => PACKAGE.exec(path) ?? []));
  if (packages.size === 0) throw new Error('no package is inside, which can not be');
  writeFileSync(
    join(out, 'LICENSES.txt'),
    [...packages]
      .sort()
      .map((folder) => licenceOf(join(root, folder)))
      .join('\n'),
  );
}

/** The folder of the package that a file is of, packages within packages included. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** @throws Error where a package has no licence file: nobody may hand on such a package */
function licenceOf(folder: string): string {
  const about: { name: string; version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  return `${about.name} ${about.version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const root = installed('');
  const place = join(root, 'dist/bin');
  // Made aside and then put in its place, since a service may be started from there at any moment.
  const aside = join(root, 'dist/bin.new');
  await joinProgram(root, aside, BESIDE_PACKAGES);
  rmSync(place, { recursive: true, force: true });
  renameSync(aside, place);
}
