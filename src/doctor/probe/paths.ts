import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { type Accounts, accountsOfNode } from '../../difusor/setup/accounts.ts';
import { type DifusorConfig, traerRooms } from '../../difusor/setup/config.ts';
import { codeOf } from '../../format/thrown.ts';
import { MISSING, type PathFact, type PathRule } from '../judge/paths.ts';
import { type Looker, whyUnread } from './looker.ts';

/** Looks at the owners and modes of every path that a node's configuration names. @param file the configuration's */
export async function probePaths(look: Looker, file: string, config: DifusorConfig): Promise<PathFact[]> {
  const rules = isInstalled(await ownersOf(config), accounts()) ? installedRules(file, config) : homeRules(file, config);
  const names = await namesOf(look);
  return Promise.all(rules.map(async ([path, rule]) => ({ path, rule, ...(await seenAt(path, names)) })));
}

function accounts(): Accounts | null {
  try {
    return accountsOfNode();
  } catch {
    return null; // without getent there are no accounts of the installation either
  }
}

const OTHERS_WRITE = 0o022;

/** As systemd/tmpfiles.d and `difusor init` leave it. */
function installedRules(file: string, config: DifusorConfig): [string, PathRule][] {
  const roots: PathRule = { owner: ['root'], group: null, never: OTHERS_WRITE, always: 0 };
  const key: PathRule = { owner: ['cotejo', 'root'], group: null, never: 0o077, always: 0 };
  const daemons: PathRule = { owner: ['cotejo'], group: null, never: OTHERS_WRITE, always: 0o755 };
  return [
    ...[dirname(file), file, dirname(config.anchor), config.anchor].map((path): [string, PathRule] => [path, roots]),
    [config.acuse_key, key],
    ...(config.sftp ? [[config.sftp.host_key, key] satisfies [string, PathRule]] : []),
    [config.state, daemons],
    // sshd locks an account only into a folder that is root's, with all above it.
    [dirname(dirname(config.inbox)), { ...roots, always: 0o755 }],
    [dirname(config.inbox), { ...roots, always: 0o755 }],
    [config.inbox, { owner: ['cotejo-iec'], group: 'cotejo', never: 0o007, always: 0o2770 }],
    [config.outbox, daemons],
    ...(config.traer?.enabled === false ? [] : traerRules(config)),
  ];
}

/** Those of `cotejo traer`, whose inbox the daemon empties. */
function traerRules(config: DifusorConfig): [string, PathRule][] {
  const { inbox, work, told } = traerRooms(config);
  const given: PathRule = { owner: ['cotejo-traer'], group: 'cotejo', never: 0o007, always: 0o2770 };
  return [
    [dirname(inbox), { owner: ['root'], group: null, never: OTHERS_WRITE, always: 0o755 }],
    [inbox, given],
    [work, given],
    [told, { owner: ['cotejo-traer'], group: null, never: OTHERS_WRITE, always: 0o755 }],
  ];
}

/** Under `--home` one account has everything, and nobody else writes there. */
function homeRules(file: string, config: DifusorConfig): [string, PathRule][] {
  const own: PathRule = { owner: null, group: null, never: OTHERS_WRITE, always: 0 };
  const key: PathRule = { owner: null, group: null, never: 0o077, always: 0 };
  return [
    ...[file, config.anchor, config.state, config.inbox, config.outbox].map((path): [string, PathRule] => [path, own]),
    [config.acuse_key, key],
    ...(config.sftp ? [[config.sftp.host_key, key] satisfies [string, PathRule]] : []),
  ];
}

async function ownersOf({ state, inbox, outbox }: DifusorConfig): Promise<number[]> {
  const seen = await Promise.all([state, inbox, outbox].map((path) => fs.stat(path).catch(() => null))); // told later, path by path
  return seen.flatMap((stat) => (stat ? [stat.uid] : []));
}

/** Whether it is the installation with an account for the daemon and one for the IEC: one of them owns something. */
function isInstalled(owners: readonly number[], known: Accounts | null): boolean {
  if (!known?.iec) return false;
  return owners.includes(known.daemon.uid) || owners.includes(known.iec.uid);
}

interface Names {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

async function namesOf(look: Looker): Promise<Names> {
  const of = async (file: string) => {
    const text = await look.read(file);
    const lines = 'known' in text ? text.known.split('\n').map((line) => line.split(':')) : [];
    return new Map(lines.map(([name = '', , id]) => [Number(id), name]));
  };
  return { users: await of('/etc/passwd'), groups: await of('/etc/group') };
}

async function seenAt(path: string, { users, groups }: Names): Promise<Pick<PathFact, 'seen' | 'why'>> {
  try {
    const { uid, gid, mode } = await fs.stat(path);
    const seen = { owner: users.get(uid) ?? String(uid), group: groups.get(gid) ?? String(gid), mode: mode & 0o7777 };
    return { seen, why: null };
  } catch (error) {
    return { seen: null, why: codeOf(error) === 'ENOENT' ? MISSING : whyUnread(path, error) };
  }
}
