import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Corrects `dist/` after a compilation. tsc writes what it compiles and never removes anything: the output of a test
 * that was moved or deleted would be run for ever. And where it compiles incrementally, it believes that what it once
 * wrote is still there.
 */

/** The folders of sources, each compiled to the folder of the same name in dist. */
const ROOTS = ['src', 'test', 'bench'] as const;
/** What one source becomes. */
const OUTPUT = /\.(js|js\.map|d\.ts|d\.ts\.map)$/;

/** @returns the outputs, as paths in the repository, that come from no source which is there now */
export function orphans(root: string): string[] {
  return ROOTS.flatMap((folder) => filesIn(join(root, 'dist', folder)).map((path) => join(folder, path)))
    .filter((path) => !sourcesOf(path).some((source) => existsSync(join(root, source))))
    .map((path) => join('dist', path));
}

/** @returns the sources of the program and its tests that have no output; src/page is bundled, not compiled */
export function uncompiled(root: string): string[] {
  return ROOTS.flatMap((folder) => filesIn(join(root, folder)).map((path) => join(folder, path))).filter(
    (path) =>
      /(?<!\.d)\.ts$/.test(path) && !path.startsWith('src/page/') && !existsSync(join(root, 'dist', path.replace(/\.ts$/, '.js'))),
  );
}

function sourcesOf(output: string): string[] {
  return OUTPUT.test(output) ? [output.replace(OUTPUT, '.ts')] : [output];
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** @returns the exit status: tsc's, where it had to run once more */
function putRight(root: string): number {
  for (const path of orphans(root)) rmSync(join(root, path));
  let status = 0;
  if (uncompiled(root).length > 0) {
    stderr.write('dist lacks some of what was compiled before: compiling all of it\n');
    rmSync(join(root, 'dist/tsconfig.tsbuildinfo'), { force: true });
    status = spawnSync('tsc', { cwd: root, stdio: 'inherit' }).status ?? 1;
  }
  chmodSync(join(root, 'dist/src/cotejo.js'), 0o755);
  return status;
}

if (argv[1] === fileURLToPath(import.meta.url)) exit(putRight(fileURLToPath(new URL('../../..', import.meta.url))));
