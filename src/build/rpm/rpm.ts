import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { argv, cwd, env, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layProgram } from '../deb/layout.ts';
import { filesIn, settle } from '../deb/pack.ts';
import { compileCommit, readCommit } from '../release/archive.ts';
import { specText } from './spec.ts';

/**
 * `npm run rpm`: makes an RPM of the command, for auditors and custodians whose system takes RPMs. A node and the
 * institute's machine have none: their places for nginx and the labels of SELinux are others there, and nobody here can
 * try them. Made twice of one commit it is the same, to the byte. Exit 0: made; 2: wrong usage; 3: could not.
 */

const USAGE = 'usage: npm run rpm -- --out DIR [--revision N] [--key KEY]   KEY is gpg’s\n';

/** Where RPM's world has what Debian has elsewhere; null where it has nothing of the kind. */
const ELSEWHERE: Readonly<Record<string, string | null>> = {
  'usr/share/zsh/vendor-completions': 'usr/share/zsh/site-functions',
  'usr/share/doc/cotejo/copyright': null,
  'usr/share/doc/cotejo/changelog.Debian.gz': null,
};

export interface RpmStamp {
  readonly version: string;
  readonly revision: string;
  /** seconds since the epoch that every file bears */
  readonly epoch: number;
}

/**
 * @param root a folder of the repository in which everything was built
 * @param out an empty folder
 * @returns the path of the RPM
 */
export async function makeRpm(root: string, { version, revision, epoch }: RpmStamp, out: string): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'cotejo-rpm-'));
  try {
    const tree = join(place, 'tree');
    await layProgram(root, tree, { version, epoch });
    const licences = join(tree, 'usr/lib/cotejo/dist/bin/LICENSES.txt');
    cpSync(licences, join(tree, 'usr/share/doc/cotejo/LICENSES.txt'));
    for (const [from, to] of Object.entries(ELSEWHERE)) {
      if (to === null) rmSync(join(tree, from));
      else {
        mkdirSync(dirname(join(tree, to)), { recursive: true });
        renameSync(join(tree, from), join(tree, to));
      }
    }
    settle(tree, epoch);
    const spec = join(place, 'cotejo.spec');
    writeFileSync(spec, specText({ version, revision, licences: licencesIn(root), files: filesIn(tree) }));
    const macros = {
      _topdir: join(place, 'rpmbuild'),
      _rpmdir: place,
      _build_name_fmt: '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm',
      _buildhost: 'cotejo',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
      _binary_payload: 'w9.gzdio',
    };
    execFileSync(
      'rpmbuild',
      ['-bb', ...Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]), '--buildroot', tree, spec],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...env, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C.UTF-8' } },
    );
    const name = `cotejo-${version}-${revision}.noarch.rpm`;
    mkdirSync(out, { recursive: true });
    cpSync(join(place, name), join(out, name));
    return join(out, name);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Signs it with a key that gpg has; whoever has the public half looks by `rpm --checksig`. */
export function signRpm(path: string, key: string): void {
  // Debian's rpm looks for gpg under a name that Debian's gpg does not have.
  const gpg = existsSync('/usr/bin/gpg2') ? [] : ['--define', '__gpg /usr/bin/gpg'];
  execFileSync('rpmsign', [...gpg, '--define', `_gpg_name ${key}`, '--addsign', path], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @returns SPDX names: the program's own first, then those of the packages inside it */
function licencesIn(root: string): string[] {
  const inside = readFileSync(join(root, 'dist/bin/LICENSES.txt'), 'utf8');
  const named = [...inside.matchAll(/^(@?[\w./-]+) \d+\.\d+\.\d+\S*$/gm)].map(([, name]) => name ?? '');
  if (named.length === 0) throw new Error('no package is inside, which can not be');
  const about = (folder: string): string => {
    const { license }: { license?: string } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    if (license === undefined) throw new Error(`${folder} names no licence`);
    return license;
  };
  return [...new Set([about('.'), ...named.map((name) => about(`node_modules/${name}`))])];
}

interface Asked {
  readonly out?: string;
  readonly revision?: string;
  readonly key?: string;
}

/** @returns null for wrong usage */
function readArguments(): (Asked & { readonly out: string; readonly revision: string }) | null {
  const text = { type: 'string' } as const;
  let asked: Asked;
  try {
    asked = parseArgs({ args: argv.slice(2), options: { out: text, revision: text, key: text } }).values;
  } catch {
    return null;
  }
  const { out, revision = '1' } = asked;
  return out !== undefined && /^[0-9][0-9a-z.+~]*$/.test(revision) ? { ...asked, out, revision } : null;
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
  const { version, epoch } = readCommit(cwd(), env['SOURCE_DATE_EPOCH']);
  const place = mkdtempSync(join(tmpdir(), 'cotejo-rpm-'));
  try {
    compileCommit(cwd(), place, 'cotejo', { keepsPackages: true });
    const made = await makeRpm(join(place, 'cotejo'), { version, revision: asked.revision, epoch }, out);
    if (asked.key === undefined) stderr.write('it is not signed: no --key\n');
    else signRpm(made, asked.key);
    stdout.write(`${made}\n`);
  } finally {
    rmSync(place, { recursive: true });
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
