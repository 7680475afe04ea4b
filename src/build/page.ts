import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { replaceFile } from '../disk/durable.ts';
import { installed } from '../disk/installed.ts';
import { sourceHash } from '../html/page.ts';
import { OF_THE_PADRON, unsaid } from './unsaid.ts';

/**
 * Makes the pages of src/page: each is one file that needs no other, whose only scripts and style are those whose hashes
 * stand in its policy. The same sources give the same bytes on any machine, so that anyone can compare the page that he was
 * served with the one that he built.
 */

interface Plan {
  readonly template: string;
  readonly script: string;
  /** a script of few bytes that runs before the other one is read */
  readonly first?: string;
  /** whether the script runs where it stands in the page, and not only when all of it is read */
  readonly isAtOnce?: boolean;
  readonly style: string;
  /** sentences of the checks that it does not tell, which are left out of its script */
  readonly unsaid?: RegExp;
  /** what the page may read */
  readonly connect: string;
  /** what it may have in a frame; nothing where it is absent */
  readonly frame?: string;
  /** whether it may start a service worker of its own site; its script's address then passes the one policy `cotejo` */
  readonly hasWorker?: boolean;
}

const PAGES = {
  // It must be able to read other sites.
  'cotejo.html': { template: 'page.html', script: 'main.ts', style: 'page.css', unsaid: OF_THE_PADRON, connect: '*' },
  'marco.html': {
    template: 'marco/marco.html',
    script: 'marco/main.ts',
    style: 'marco/marco.css',
    connect: "'self'",
    frame: "'self'",
  },
  'insignia.html': {
    template: 'insignia/insignia.html',
    script: 'insignia/main.ts',
    style: 'insignia/insignia.css',
    connect: "'self'",
  },
  'lector.html': {
    template: 'lector/shell.html',
    first: 'lector/marco.ts',
    script: 'lector/shell.ts',
    isAtOnce: true,
    style: 'lector/shell.css',
    connect: "'none'",
    frame: "'self'",
    hasWorker: true,
  },
} as const satisfies Readonly<Record<string, Plan>>;

export type PageName = keyof typeof PAGES;

/** The script for the pages of portals. */
const PORTAL_SCRIPT = 'marco.js';

/** @param root the repository's folder */
export async function buildPage(root: string, name: PageName): Promise<Buffer> {
  const folder = join(root, 'src/page');
  const plan: Plan = PAGES[name];
  const [template, first, script, style] = await Promise.all([
    readFile(join(folder, plan.template), 'utf8'),
    plan.first === undefined ? '' : bundle(root, join(folder, plan.first), 'iife'),
    bundle(root, join(folder, plan.script), plan.isAtOnce ? 'iife' : 'esm', plan.unsaid ? [unsaid(root, plan.unsaid)] : []),
    bundle(root, join(folder, plan.style)),
  ]);
  const scripts = plan.first === undefined ? [script] : [first, script];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map((text) => `'${sourceHash(text)}'`).join(' ')}`,
    `style-src '${sourceHash(style)}'`,
    `connect-src ${plan.connect}`,
    ...(plan.frame === undefined ? [] : [`frame-src ${plan.frame}`]),
    ...(plan.hasWorker ? ["worker-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${plan.hasWorker ? 'cotejo' : "'none'"}`,
  ].join('; ');
  const parts: Readonly<Record<string, string>> = { policy, first, script, style };
  return Buffer.from(template.replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? ''));
}

/** @param root the repository's folder */
export async function buildPortalScript(root: string): Promise<Buffer> {
  const script = await bundle(root, join(root, 'src/page/marco/portal.ts'), 'iife');
  return Buffer.from(`/* cotejo, Apache-2.0 */\n${script}\n`);
}

/** The lector's service worker, without what it is built with: `cotejo lector build` puts that before it. */
const LECTOR_WORKER = 'lector-worker.js';

/** @param root the repository's folder */
export async function buildLectorWorker(root: string): Promise<Buffer> {
  const script = await bundle(root, join(root, 'src/page/lector/worker.ts'), 'iife', [unsaid(root)]);
  return Buffer.from(`/* cotejo, Apache-2.0. With @noble/hashes, tweetnacl, valibot, p-limit (MIT, Unlicense). */\n${script}\n`);
}

async function bundle(root: string, entry: string, format: 'esm' | 'iife' = 'esm', plugins: Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    plugins,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format,
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

/** Writes them into `dist`, where the built-in web server takes them from. @returns each by its name there */
export async function writePages(root: string): Promise<ReadonlyMap<string, Buffer>> {
  const made = new Map<string, Buffer>();
  for (const name of ['cotejo.html', 'marco.html', 'insignia.html', 'lector.html'] as const)
    made.set(name, await buildPage(root, name));
  made.set(PORTAL_SCRIPT, await buildPortalScript(root));
  made.set(LECTOR_WORKER, await buildLectorWorker(root));
  await mkdir(join(root, 'dist'), { recursive: true });
  for (const [name, bytes] of made) await replaceFile(join(root, 'dist', name), bytes);
  return made;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of await writePages(installed(''))) {
    stdout.write(`${createHash('sha256').update(bytes).digest('hex')}  dist/${name}\n`);
  }
}
