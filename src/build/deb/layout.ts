import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { joinProgram } from '../program.ts';
import { billOfMaterials } from '../release/sbom.ts';
import { MAINTAINER } from './control.ts';
import { type Architecture, NODE_VERSION, unpackNode } from './node.ts';
import type { Stamp } from './pack.ts';
import { forPackage } from './rewrite.ts';

/** Lays out what each package installs, below a folder that stands for the root. */

const LIB = 'usr/lib/cotejo';

/** Starts the program by Node: the one of the package cotejo-node where it is installed, else the machine's. */
const NODE = `#!/bin/sh
own=/${LIB}/cotejo-node/node
[ -x "$own" ] || own=node
exec "$own" "$@"
`;
const COMMAND = `#!/bin/sh
exec /${LIB}/node /${LIB}/dist/bin/cotejo.js "$@"
`;

/** @param root a folder of the repository in which everything was built */
export async function layProgram(root: string, tree: string, stamp: Stamp): Promise<void> {
  const put = putIn(tree);
  const { name, version, type, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  put(`${LIB}/package.json`, `${JSON.stringify({ name, version, type, license, engines }, null, 2)}\n`);
  await joinProgram(root, join(tree, LIB, 'dist/bin'));
  // It is started by the script beside it, and names no Node by itself.
  chmodSync(join(tree, LIB, 'dist/bin/cotejo.js'), 0o644);
  for (const page of ['cotejo.html', 'marco.html', 'insignia.html', 'marco.js']) {
    put(`${LIB}/dist/${page}`, readFileSync(join(root, 'dist', page)));
  }
  put(`${LIB}/node`, NODE, 0o755);
  put('usr/bin/cotejo', COMMAND, 0o755);
  put('usr/share/man/man1/cotejo.1.gz', packed(readFileSync(join(root, 'docs/cotejo.1'))));
  put('usr/share/man/es/man1/cotejo.1.gz', packed(readFileSync(join(root, 'docs/cotejo.es.1'))));
  // In one language, whatever that of the account is that builds.
  const completion = (shell: string) =>
    execFileSync(process.execPath, [join(root, 'dist/bin/cotejo.js'), 'completion', shell, '--lang', 'en']);
  put('usr/share/bash-completion/completions/cotejo', completion('bash'));
  put('usr/share/zsh/vendor-completions/_cotejo', completion('zsh'));
  put('usr/share/fish/vendor_completions.d/cotejo.fish', completion('fish'));
  const docs = 'usr/share/doc/cotejo';
  for (const file of readdirSync(join(root, 'docs'))) {
    if (!file.endsWith('.1')) put(`${docs}/${file}`, readFileSync(join(root, 'docs', file)));
  }
  for (const file of ['README.md', 'SECURITY.md', 'keys/README.md']) {
    put(`${docs}/${file === 'keys/README.md' ? 'keys.md' : file}`, readFileSync(join(root, file)));
  }
  put(`${docs}/cotejo.cdx.json`, billOfMaterials(root, stamp.epoch));
  const inside = readFileSync(join(tree, LIB, 'dist/bin/LICENSES.txt'), 'utf8');
  layAbout(put, 'cotejo', stamp, COPYRIGHT + copyrightOf(inside), readFileSync(join(root, 'CHANGELOG.md')));
}

/** The packages that have services: what of systemd/ each of them installs. */
const SERVICES = {
  'cotejo-difusor': {
    units: /^cotejo-(?:difusor.*|espejo|traer)\.service$/,
    accounts: 'cotejo.conf',
    placed: {
      'sshd_config.d/cotejo.conf': 'etc/ssh/sshd_config.d/cotejo.conf',
      'nginx/cotejo-public.conf': 'etc/nginx/snippets/cotejo-public.conf',
      'logrotate/cotejo': 'etc/logrotate.d/cotejo',
      'nginx.service.d/cotejo.conf': 'usr/lib/systemd/system/nginx.service.d/cotejo.conf',
    },
  },
  'cotejo-iec': { units: /^cotejo-iec(?:-sellar)?\.(?:service|timer)$/, accounts: 'cotejo-iec.conf', placed: {} },
} as const;

/** What a package does not put into the program's folder: its own scripts. */
const NOT_INSTALLED = /^debian(\/|$)/;

export function layServices(root: string, tree: string, name: keyof typeof SERVICES, stamp: Stamp): void {
  const put = putIn(tree);
  const { units, accounts, placed } = SERVICES[name];
  const source = join(root, 'systemd');
  const text = (path: string) => forPackage(readFileSync(join(source, path), 'utf8'), path);
  for (const unit of readdirSync(source).filter((file) => units.test(file))) put(`usr/lib/systemd/system/${unit}`, text(unit));
  put(`usr/lib/sysusers.d/${name}.conf`, text(`sysusers.d/${accounts}`));
  put(`usr/lib/tmpfiles.d/${name}.conf`, text(`tmpfiles.d/${accounts}`));
  for (const [from, to] of Object.entries<string>(placed)) put(to, text(from));
  // The program looks for these where it lies itself, as in a clone: to set up a site, and to see what was changed.
  const own = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .filter((path) => !NOT_INSTALLED.test(path) && isOf(name, path));
  for (const path of own) put(`${LIB}/systemd/${path}`, text(path));
  layAbout(put, name, stamp, COPYRIGHT);
  for (const script of readdirSync(join(source, 'debian'))) {
    if (!script.startsWith(`${name}.`)) continue;
    const role = script.slice(name.length + 1);
    put(`DEBIAN/${role}`, readFileSync(join(source, 'debian', script)), role === 'templates' ? 0o644 : 0o755);
  }
}

/** What does not say that it is the institute's is a Difusor's. */
function isOf(name: keyof typeof SERVICES, path: string): boolean {
  return (name === 'cotejo-iec') === basename(path).startsWith('cotejo-iec');
}

/** @param cache a folder for what was fetched of the registry */
export function layNode(architecture: Architecture, cache: string, tree: string, stamp: Stamp): void {
  const place = join(tree, LIB, 'cotejo-node');
  const aside = join(dirname(tree), `${basename(tree)}-unpacked`);
  unpackNode(architecture, cache, aside);
  const put = putIn(tree);
  mkdirSync(place, { recursive: true });
  cpSync(join(aside, 'bin/node'), join(place, 'node'));
  const licence = `Files: *\nCopyright: the Node.js contributors, and others as told below\nLicense: Node.js\n${copyrightText(readFileSync(join(aside, 'LICENSE'), 'utf8'))}`;
  layAbout(put, 'cotejo-node', stamp, `${FORMAT}Comment: Node ${NODE_VERSION}\n\n${licence}`);
}

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: cotejo\n';
const COPYRIGHT = `${FORMAT}
Files: *
Copyright: the authors of cotejo
License: Apache-2.0
 On Debian systems the text of this licence is in /usr/share/common-licenses/Apache-2.0.
`;

/** @param licences of the packages that are inside the program, one after the other */
function copyrightOf(licences: string): string {
  return `
Files: usr/lib/cotejo/dist/bin/*
Copyright: the authors of cotejo, and of each package named below
License: as told for each package
${copyrightText(licences)}`;
}

/** Any text as the inside of a field of Debian's control files. */
function copyrightText(text: string): string {
  const lines = text.trimEnd().split('\n');
  return `${lines.map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`)).join('\n')}\n`;
}

type Put = (path: string, content: string | Uint8Array, mode?: number) => void;

function putIn(tree: string): Put {
  return (path, content, mode = 0o644) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content, { mode });
  };
}

function layAbout(put: Put, name: string, { version, epoch }: Stamp, copyright: string, changes?: Uint8Array): void {
  const docs = `usr/share/doc/${name}`;
  put(`${docs}/copyright`, copyright);
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  const entry = `cotejo (${version}) unstable; urgency=medium\n\n  * As CHANGELOG.md tells.\n\n -- ${MAINTAINER}  ${date}\n`;
  put(`${docs}/changelog.Debian.gz`, packed(Buffer.from(entry)));
  if (changes) put(`${docs}/changelog.gz`, packed(changes));
}

/** Without a name or an hour: the same text gives the same bytes. */
function packed(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9 });
}
