import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { replaceFile } from '../disk/durable.ts';
import { installed } from '../disk/installed.ts';
import { sourceHash } from '../html/page.ts';

/**
 * Makes `cotejo.html` of src/page: one file that needs no other, whose only script and style are those whose hashes stand
 * in its policy. The same sources give the same bytes on any machine, so that anyone can compare the page that he was
 * served with the one that he built.
 */

/** @param root the repository's folder */
export async function buildCotejoHtml(root: string): Promise<Buffer> {
  const folder = join(root, 'src/page');
  const [template, script, style] = await Promise.all([
    readFile(join(folder, 'page.html'), 'utf8'),
    bundle(root, join(folder, 'main.ts')),
    bundle(root, join(folder, 'page.css')),
  ]);
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    // The page must be able to read other sites.
    'connect-src *',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const parts: Readonly<Record<string, string>> = { policy, script, style };
  return Buffer.from(template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? ''));
}

async function bundle(root: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: false,
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  // The text is put between two tags and must not end the first one.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${entry}: its text would end the element that holds it`);
  return text;
}

/** Writes `dist/cotejo.html`, where the built-in web server takes it from. */
export async function writePage(root: string): Promise<Buffer> {
  const page = await buildCotejoHtml(root);
  await mkdir(join(root, 'dist'), { recursive: true });
  await replaceFile(join(root, 'dist/cotejo.html'), page);
  return page;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const page = await writePage(installed(''));
  stdout.write(`${createHash('sha256').update(page).digest('hex')}  dist/cotejo.html\n`);
}
