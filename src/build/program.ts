import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { installed } from '../disk/installed.ts';

/**
 * Joins the modules of src/ and the packages that they use into the few files of `dist/bin`: one for each role of the
 * command, and what they share. To find, read and link hundreds of modules takes longer than many commands work. The
 * licences of the packages that are inside lie beside them.
 */
const root = installed('');
const place = join(root, 'dist/bin');
/** Made aside and then put in its place, since a service may be started from there at any moment. */
const out = join(root, 'dist/bin.new');

/** Kept as packages: they look for parts of their own that the machine may have compiled, or not. */
const NOT_JOINED = ['ssh2', 'systemd-notify'];

rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(root, 'src/cotejo.ts')],
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  splitting: true,
  external: NOT_JOINED,
  // In a release node_modules is a link: what it leads to would be written into the files.
  preserveSymlinks: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Older packages ask for the parts of Node by a function that modules do not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'linked',
  sourcesContent: false,
  tsconfigRaw: {},
  metafile: true,
  logLevel: 'warning',
});
chmodSync(join(out, 'cotejo.js'), 0o755);

const inside = new Set(Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
if (inside.size === 0) throw new Error('no package is inside, which can not be');
writeFileSync(join(out, 'LICENSES.txt'), [...inside].sort().map(licenceOf).join('\n'));
rmSync(place, { recursive: true, force: true });
renameSync(out, place);

/** @throws Error where a package has no licence file: nobody may hand on such a package */
function licenceOf(folder: string): string {
  const about: { name: string; version: string } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  return `${about.name} ${about.version}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
}
