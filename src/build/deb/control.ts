import type { Architecture } from './node.ts';

/** What each package says of itself (deb-control(5)). */

export const MAINTAINER = 'The engineers of cotejo <cotejo@example.invalid>';

export interface Control {
  readonly package: string;
  readonly architecture: 'all' | Architecture;
  readonly section: string;
  readonly depends: readonly string[];
  readonly recommends?: readonly string[];
  readonly suggests?: readonly string[];
  /** one line, without an article or a full stop */
  readonly synopsis: string;
  /** paragraphs, each a line of any length */
  readonly description: readonly string[];
}

/** Node 20.19 is the first that the program runs on; apt takes the second where Debian's own is older. */
const NODE = 'nodejs (>= 20.19) | cotejo-node';

/** @param version of the packages, as Debian writes it */
export function controlsOf(version: string, architectures: readonly Architecture[]): Control[] {
  const same = `cotejo (= ${version})`;
  return [
    {
      package: 'cotejo',
      architecture: 'all',
      section: 'net',
      depends: [NODE],
      recommends: ['openssh-client', 'ca-certificates', 'openssl'],
      synopsis: 'verifies each corte of the preliminary election results (PREP)',
      description: [
        'On election night the electoral institute publishes its preliminary results as a corte every ten minutes, and official Difusores show it on their own web sites. cotejo makes sure that what citizens read there is, to the byte, what the institute made.',
        'This package has the command for auditors, custodians and everybody else. A Difusor installs cotejo-difusor, the institute cotejo-iec.',
      ],
    },
    {
      package: 'cotejo-difusor',
      architecture: 'all',
      section: 'net',
      depends: [same, 'systemd (>= 252)', 'passwd', 'debconf (>= 0.5) | debconf-2.0'],
      recommends: ['openssh-server', 'nginx', 'curl'],
      suggests: ['prometheus-node-exporter'],
      synopsis: 'node of a Difusor of the preliminary election results (PREP)',
      description: [
        'Verifies the signature and the hashes of each corte before anything is extracted, switches the public folder to it in one step, and shows a notice when no corte comes. Services, accounts, and configuration for sshd and nginx.',
        'Nothing is started before it is configured: cotejo difusor init.',
      ],
    },
    {
      package: 'cotejo-iec',
      architecture: 'all',
      section: 'net',
      depends: [same, 'systemd (>= 252)', 'openssh-client', 'debconf (>= 0.5) | debconf-2.0'],
      recommends: ['openssl'],
      synopsis: 'packs, signs and delivers the cortes of the PREP to its Difusores',
      description: [
        'The electoral institute’s night: packs and signs a corte at every period, brings it to all Difusores over SFTP, collects their receipts, and writes the panel and the list of links.',
        'Nothing is started before it is configured: cotejo iec init.',
      ],
    },
    ...architectures.map(
      (architecture): Control => ({
        package: 'cotejo-node',
        architecture,
        section: 'javascript',
        depends: ['libc6 (>= 2.28)', 'libstdc++6', 'libgcc-s1', 'libatomic1'],
        synopsis: 'Node for cotejo, where the release has an older one',
        description: [
          'A Node of a current long-term line under the program’s own folder, for releases of Debian whose nodejs is older than cotejo needs. No other program finds it.',
        ],
      }),
    ),
  ];
}

/** @param installedKiB what the files of the package take, as dpkg tells it */
export function controlText(control: Control, version: string, installedKiB: number): string {
  const fields: [string, string | undefined][] = [
    ['Package', control.package],
    ['Version', version],
    ['Architecture', control.architecture],
    ['Maintainer', MAINTAINER],
    ['Installed-Size', String(installedKiB)],
    ['Depends', control.depends.join(', ')],
    ['Recommends', control.recommends?.join(', ')],
    ['Suggests', control.suggests?.join(', ')],
    ['Section', control.section],
    ['Priority', 'optional'],
    ['Description', [control.synopsis, ...control.description.flatMap(paragraph)].join('\n ')],
  ];
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`])).join('');
}

/** @returns lines of at most 78 characters; an empty one, which Debian writes as a dot, stands before all but the first */
function paragraph(text: string, index: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > 77) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return index === 0 ? lines : ['.', ...lines];
}
