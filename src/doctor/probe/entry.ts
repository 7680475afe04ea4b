import { promises as fs } from 'node:fs';
import net from 'node:net';
import { dirname } from 'node:path';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import { visible } from '../../format/text.ts';
import { codeOf } from '../../format/thrown.ts';
import { publicKeyIn } from '../../keys/public-key.ts';
import type { AuthorizedKeys, EntryFacts, SshSettings } from '../judge/entry.ts';
import { type Known, known, unknown } from '../known.ts';
import type { Looker } from './looker.ts';
import { words } from './words.ts';

/** The account by which the IEC delivers under sshd (systemd/sysusers.d). */
const ACCOUNT = 'cotejo-iec';

export interface EntryPlan {
  readonly config: DifusorConfig;
  /** the built-in inbox, and its port where that is known; null for sshd */
  readonly builtIn: { readonly port: number | null } | null;
  /** whence the IEC would come: rules of sshd may depend on it */
  readonly from: string;
}

/** Looks at the IEC's entrance. @returns the facts, and the ports on which it is */
export async function probeEntry(
  look: Looker,
  { config, builtIn, from }: EntryPlan,
): Promise<EntryFacts & { readonly ports: number[] }> {
  const iecKeys = config.sftp?.iec_keys ?? [];
  const jail = dirname(config.inbox);
  if (builtIn) {
    const none = unknown(words.notSshd);
    const { port } = builtIn;
    const banner = port === null ? unknown(words.noPort) : await bannerOf(port, look.left());
    return { kind: 'integrada', settings: none, authorized: none, iecKeys, jail, banner, ports: port === null ? [] : [port] };
  }
  const settings = await settingsOf(look, from);
  const ports = 'known' in settings ? portsIn(settings.known) : [];
  const [port = 22] = ports;
  const [authorized, banner] = await Promise.all([authorizedBy(look, settings), bannerOf(port, look.left())]);
  const parsed: Known<SshSettings> = 'known' in settings ? known(settingsIn(settings.known)) : settings;
  return { kind: 'sshd', settings: parsed, authorized, iecKeys, jail, banner, ports: ports.length > 0 ? ports : [port] };
}

async function settingsOf(look: Looker, from: string): Promise<Known<string>> {
  const said = await look.ask('sshd', ['-T', '-C', `user=${ACCOUNT},host=${from},addr=${from}`]);
  if (!('known' in said)) return said;
  const { status, stdout, stderr } = said.known;
  if (status === 0) return known(stdout);
  if (/no hostkeys available|Permission denied/i.test(stderr)) return unknown(words.onlyRootSshd);
  return unknown(`sshd -T: ${visible(stderr.trim().split('\n')[0] ?? '').slice(0, 120)}`);
}

/** Of `sshd -T`: the first of what is said twice is what sshd goes by. @internal */
export function settingsIn(text: string): SshSettings {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, value.trim());
  }
  return found;
}

function portsIn(text: string): number[] {
  return [...text.matchAll(/^port (\d+)$/gm)].map(([, port]) => Number(port));
}

async function authorizedBy(look: Looker, settings: Known<string>): Promise<Known<AuthorizedKeys>> {
  if (!('known' in settings)) return settings;
  const said = settingsIn(settings.known).get('authorizedkeysfile') ?? 'none';
  const [file = 'none', ...more] = said.split(/\s+/);
  if (more.length > 0 || !file.startsWith('/') || file.includes('%')) {
    // In its own folder, or in several: the account could let others in.
    return known({ file: said, keys: [], isRootsAlone: false });
  }
  const text = await look.read(file);
  if (!('known' in text)) return text;
  return known({ file, keys: keysIn(text.known), isRootsAlone: await isRootsAlone(file) });
}

/** Of a file of authorized keys: what stands before the key is its options. @internal */
export function keysIn(text: string): AuthorizedKeys['keys'] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ key: publicKeyIn(/(?:^|\s)(ssh-ed25519 \S+)/.exec(line)?.[1] ?? ''), line }));
}

async function isRootsAlone(file: string): Promise<boolean> {
  const seen = await Promise.all([file, dirname(file)].map((path) => fs.stat(path).catch(() => null)));
  return seen.every((stat) => stat !== null && stat.uid === 0 && (stat.mode & 0o022) === 0);
}

const BANNER_MS = 5000;
const BANNER_BYTES = 255;

/** What a port of this machine says first. */
function bannerOf(port: number, left: number): Promise<Known<{ port: number; says: string }>> {
  return new Promise((resolve) => {
    let said = '';
    const socket = net.connect({ host: '127.0.0.1', port });
    const end = (says: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(known({ port, says: visible(says.split(/\r?\n/)[0] ?? '').slice(0, BANNER_BYTES) }));
    };
    const timer = setTimeout(() => end(said), Math.min(BANNER_MS, left));
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (said.includes('\n') || said.length > BANNER_BYTES) end(said);
    });
    socket.on('end', () => end(said));
    socket.on('error', (error) => end(codeOf(error) === 'ECONNREFUSED' ? '' : said));
  });
}
