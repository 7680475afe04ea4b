import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, cwd, env, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compileCommit, readCommit } from '../release/archive.ts';
import { type Control, controlsOf } from './control.ts';
import { layNode, layProgram, layServices } from './layout.ts';
import { ARCHITECTURES, type Architecture } from './node.ts';
import { packDeb, type Stamp } from './pack.ts';
import { debsIn, makeRepository } from './repository.ts';

/**
 * `npm run deb`: makes the Debian packages of the clone's commit in a folder, and with `--repository` a repository of them
 * for apt. Packages that are made twice of one commit are the same, to the byte. Exit 0: made; 2: wrong usage; 3: could not.
 */

const USAGE = `usage: npm run deb -- --out DIR [--revision N] [--architecture amd64,arm64] [--quick]   the packages
       npm run deb -- --out DIR … --repository DIR [--key KEY --url https://…]   and a repository of them; KEY is gpg's
`;

export interface Wanted {
  readonly out: string;
  readonly architectures: readonly Architecture[];
  /** keeps the Node that was fetched */
  readonly cache: string;
}

/**
 * @param root a folder of the repository in which everything was built
 * @returns the paths of the packages
 */
export async function makeDebs(root: string, stamp: Stamp, { out, architectures, cache }: Wanted): Promise<string[]> {
  mkdirSync(out, { recursive: true });
  const place = mkdtempSync(join(tmpdir(), 'cotejo-deb-'));
  const lay = async ({ package: name, architecture }: Control, tree: string): Promise<void> => {
    if (name === 'cotejo') return layProgram(root, tree, stamp);
    if (architecture !== 'all') return layNode(architecture, cache, tree, stamp);
    return layServices(root, tree, name === 'cotejo-iec' ? name : 'cotejo-difusor', stamp);
  };
  try {
    const made: string[] = [];
    for (const control of controlsOf(stamp.version, architectures)) {
      const tree = join(place, `${control.package}-${control.architecture}`);
      await lay(control, tree);
      made.push(packDeb(control, tree, out, stamp));
    }
    return made;
  } finally {
    rmSync(place, { recursive: true });
  }
}

interface Asked {
  out?: string;
  revision?: string;
  architecture?: string;
  repository?: string;
  key?: string;
  url?: string;
  quick?: boolean;
}

/** @returns null for wrong usage */
function readArguments(): (Asked & { out: string; architectures: Architecture[]; revision: string }) | null {
  const text = { type: 'string' } as const;
  const options = {
    out: text,
    revision: text,
    architecture: text,
    repository: text,
    key: text,
    url: text,
    quick: { type: 'boolean' } as const,
  };
  let asked: Asked;
  try {
    asked = parseArgs({ args: argv.slice(2), options }).values;
  } catch {
    return null;
  }
  const { out, revision = '1', architecture = 'amd64', repository, key, url } = asked;
  const names = architecture.split(',');
  const architectures = ARCHITECTURES.filter((known) => names.includes(known));
  const isWhole = out !== undefined && /^[0-9][0-9a-z.+~]*$/.test(revision) && architectures.length === names.length;
  const isSigned = (key === undefined) === (url === undefined) && (key === undefined || repository !== undefined);
  return isWhole && isSigned ? { ...asked, out, revision, architectures } : null;
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (asked === null) {
    stderr.write(USAGE);
    return 2;
  }
  const out = resolve(asked.out);
  mkdirSync(out, { recursive: true });
  if (readdirSync(out).length > 0) throw new Error(`${out} is not empty`);
  const { version, epoch } = readCommit(cwd(), env.SOURCE_DATE_EPOCH);
  const cache = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cotejo');
  const place = mkdtempSync(join(tmpdir(), 'cotejo-deb-'));
  try {
    compileCommit(cwd(), place, 'cotejo', { keepsPackages: true });
    const stamp = { version: `${version}-${asked.revision}`, epoch, quick: asked.quick ?? false };
    const made = await makeDebs(join(place, 'cotejo'), stamp, { out, architectures: asked.architectures, cache });
    stdout.write(made.map((path) => `${path}\n`).join(''));
  } finally {
    rmSync(place, { recursive: true });
  }
  if (asked.repository !== undefined) {
    const { key, url } = asked;
    const signing = key !== undefined && url !== undefined ? { key, url } : null;
    makeRepository(resolve(asked.repository), debsIn(out), asked.architectures, epoch, signing);
    stdout.write(`${resolve(asked.repository)}\n`);
    if (signing === null) stderr.write('the repository is not signed: no --key\n');
  }
  return 0;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    exit(await main());
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    exit(3);
  }
}
