import type { Bond, DiskArray, RedundancyFacts, Ups } from '../judge/redundancy.ts';
import { andThen, type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { words } from './words.ts';

/** Looks at what lies under the state, at bonded interfaces, and at what nut knows. */
export async function probeRedundancy(look: Looker, state: string): Promise<RedundancyFacts> {
  const [arrays, bonds, ups] = await Promise.all([arraysUnder(look, state), bondsOf(look), upsOf(look)]);
  return { arrays, bonds, ups };
}

async function arraysUnder(look: Looker, path: string): Promise<Known<readonly DiskArray[]>> {
  const mount = await look.ask('findmnt', ['-nro', 'SOURCE,FSTYPE', '-T', path]);
  if (!('known' in mount)) return mount;
  const [source = '', type = ''] = mount.known.stdout.trim().split('\n')[0]?.split(' ') ?? [];
  if (mount.known.status !== 0 || source === '') return unknown(words.noFindmnt);
  if (type === 'zfs') {
    const pool = source.split('/')[0] ?? source;
    return andThen(await look.ask('zpool', ['status', pool]), ({ status, stdout }) =>
      status === 0 ? known(zpoolIn(pool, stdout)) : unknown(words.noZpool),
    );
  }
  if (type === 'btrfs') {
    const [usage, devices] = await Promise.all([
      look.ask('btrfs', ['filesystem', 'df', path]),
      look.ask('btrfs', ['device', 'stats', '-c', path]),
    ]);
    if (!('known' in usage)) return usage;
    if (usage.known.status !== 0) return unknown(words.noBtrfs);
    const own = btrfsIn(usage.known.stdout, 'known' in devices && devices.known.status === 0);
    // One with a single copy may lie on an array below it.
    if (own.some(({ isRedundant }) => isRedundant)) return known(own);
  }
  // A file system of btrfs is named with its subvolume.
  const below = await look.ask('lsblk', ['-snro', 'NAME,TYPE', source.replace(/\[.*\]$/, '')]);
  if (!('known' in below)) return below;
  if (below.known.status !== 0) return unknown(words.noLsblk);
  const mdstat = await look.read('/proc/mdstat');
  const lvs = await look.ask('lvs', ['--noheadings', '--separator', ';', '-o', 'lv_dm_path,lv_layout,lv_health_status']);
  return known(
    arraysIn(
      below.known.stdout,
      'known' in mdstat ? mdstat.known : '',
      'known' in lvs && lvs.known.status === 0 ? lvs.known.stdout : '',
    ),
  );
}

/**
 * The arrays among what `lsblk -s` prints, each a name and a type a line, with their health by /proc/mdstat or lvs.
 * @internal
 */
export function arraysIn(below: string, mdstat: string, lvs: string): DiskArray[] {
  const found = new Map<string, DiskArray>();
  const volumes = lvs.split('\n').map((line) => line.trim().split(';'));
  for (const line of below.split('\n')) {
    const [name = '', type = ''] = line.split(' ');
    const volume = type === 'lvm' ? volumes.find(([path]) => path === `/dev/mapper/${name}`) : undefined;
    const layout = volume?.[1] ?? '';
    if (/^raid\d+$/.test(type)) {
      found.set(name, { name: `${name} (${type})`, isRedundant: type !== 'raid0', isHealthy: isWholeIn(mdstat, name) });
    } else if (/raid|mirror/.test(layout)) {
      const isRedundant = !/\braid0\b/.test(layout);
      found.set(name, { name: `${name} (${layout})`, isRedundant, isHealthy: (volume?.[2] ?? '') === '' });
    }
  }
  return [...found.values()];
}

/** Whether /proc/mdstat shows every disk of an array in its place: `[2/2] [UU]`. */
function isWholeIn(mdstat: string, name: string): boolean {
  const lines = mdstat.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${name} : `));
  if (at < 0) return false;
  const state = `${lines[at]} ${lines[at + 1] ?? ''}`;
  return / : active /.test(state) && /\[U+\]/.test(state) && !/\(F\)/.test(state);
}

/** Of `zpool status`. @internal */
export function zpoolIn(pool: string, text: string): DiskArray[] {
  const [kind] = /\b(mirror|raidz\d?|draid\d?)-\d+/.exec(text)?.slice(1) ?? [];
  const isHealthy = /^\s*state: ONLINE$/m.test(text);
  return [{ name: kind === undefined ? words.noMirror(pool) : `${pool} (${kind})`, isRedundant: kind !== undefined, isHealthy }];
}

/** Of `btrfs filesystem df`: the profile of the data, and no errors of a device. @internal */
export function btrfsIn(text: string, isHealthy: boolean): DiskArray[] {
  const [, profile = 'single'] = /^Data, (\w+):/m.exec(text) ?? [];
  return [{ name: `btrfs (${profile})`, isRedundant: /^RAID(1|10|5|6|1C3|1C4)$/i.test(profile), isHealthy }];
}

async function bondsOf(look: Looker): Promise<Known<readonly Bond[]>> {
  const masters = await look.read('/sys/class/net/bonding_masters');
  if (!('known' in masters)) return known([]); // without the module there is no such file
  const names = masters.known.split(/\s+/).filter((name) => /^[\w.-]{1,15}$/.test(name));
  const texts = await Promise.all(names.map((name) => look.read(`/proc/net/bonding/${name}`)));
  return known(names.flatMap((name, i) => bondIn(name, texts[i] ?? known(''))));
}

function bondIn(name: string, text: Known<string>): Bond[] {
  return 'known' in text ? [{ name, members: bondMembersIn(text.known) }] : [];
}

/** Of /proc/net/bonding/NAME: each interface, and whether it has a link. @internal */
export function bondMembersIn(text: string): Bond['members'] {
  return [...text.matchAll(/^Slave Interface: (\S+)\nMII Status: (\w+)/gm)].map(([, name = '', state]) => ({
    name,
    isUp: state === 'up',
  }));
}

/** nut's units are at most this many here: each is asked. */
const MOST_UPS = 8;

async function upsOf(look: Looker): Promise<Known<readonly Ups[]>> {
  const listed = await look.ask('upsc', ['-l']);
  if (!('known' in listed)) return listed;
  if (listed.known.status !== 0) return unknown(words.noNut);
  const names = listed.known.stdout
    .split('\n')
    .filter((line) => /^[\w.@:-]+$/.test(line))
    .slice(0, MOST_UPS);
  const found: Ups[] = [];
  for (const name of names) {
    const said = await look.ask('upsc', [name, 'ups.status']);
    const status = 'known' in said && said.known.status === 0 ? said.known.stdout.trim() : words.silent;
    found.push({ name, status });
  }
  return known(found);
}
