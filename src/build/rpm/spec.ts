/** What the RPM says of itself, in the words of rpmbuild. */

export interface SpecFacts {
  /** of package.json */
  readonly version: string;
  readonly revision: string;
  /** the licences of the program and of each package inside it, each once */
  readonly licences: readonly string[];
  /** the files, from the root, sorted */
  readonly files: readonly string[];
}

/**
 * Pure. The files lie ready in the build root: nothing is unpacked, compiled or stripped.
 * @throws Error for a version that RPM does not take, or a file whose name would be read as a pattern
 */
export function specText({ version, revision, licences, files }: SpecFacts): string {
  if (!/^[0-9][0-9A-Za-z.+~]*$/.test(version)) throw new Error(`RPM has no such version: ${version}`);
  const odd = files.find((path) => !/^[\w./+-]+$/.test(path));
  if (odd !== undefined) throw new Error(`RPM would read this name as a pattern: ${odd}`);
  return `Name: cotejo
Version: ${version}
Release: ${revision}
Summary: Verifies each corte of the preliminary election results (PREP)
License: ${licences.join(' AND ')}
BuildArch: noarch
AutoReqProv: no
Requires: nodejs >= 20.19
Recommends: openssh-clients
Recommends: ca-certificates
Recommends: openssl

%global __os_install_post %{nil}
%global _build_id_links none

%description
On election night the electoral institute publishes its preliminary results as a
corte every ten minutes, and official Difusores show it on their own web sites.
cotejo makes sure that what citizens read there is, to the byte, what the
institute made. This is the command for auditors, custodians and everybody else.

%files
%defattr(0644, root, root, 0755)
${ownFolders(files)
  .map((folder) => `%dir /${folder}\n`)
  .join('')}${files.map(fileLine).join('\n')}
`;
}

/** Those that no other package has: what goes away with this one. */
function ownFolders(files: readonly string[]): string[] {
  const all = files.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  });
  return [...new Set(all)].filter((folder) => /\/cotejo(\/|$)/.test(folder)).sort();
}

function fileLine(path: string): string {
  if (path === 'usr/bin/cotejo' || path === 'usr/lib/cotejo/node') return `%attr(0755, root, root) /${path}`;
  if (path === 'usr/share/doc/cotejo/LICENSES.txt') return `%license /${path}`;
  if (path.startsWith('usr/share/doc/') || path.startsWith('usr/share/man/')) return `%doc /${path}`;
  return `/${path}`;
}
