import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { installed } from '../../disk/installed.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import type { PublicKey } from '../../format/key.ts';
import { ToldError } from '../../format/said.ts';
import { authorizedKeys, nginxSite, type Site } from './site.ts';
import { words } from './words.ts';

/** Sets up what stands around a node on its machine: sshd, nginx, the services. For root, on Debian. */

const AUTHORIZED = '/etc/cotejo/iec_authorized_keys';
const DROP_IN = '/etc/ssh/sshd_config.d/cotejo.conf';
const SNIPPET = '/etc/nginx/snippets/cotejo-public.conf';
const SITE = '/etc/nginx/sites-available/cotejo';
const ENABLED = '/etc/nginx/sites-enabled/cotejo';
const STOCK = '/etc/nginx/sites-enabled/default';

/** Long enough for a service that starts; then it is told as one that did not. */
const PATIENCE_MS = 120_000;

/** A program of the machine said no. */
export class SetupFailed extends ToldError {
  override readonly name = 'SetupFailed';
}

/** @returns whether systemd runs this machine, and not only lies on it */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** @returns which of the programs that a site needs are not there */
export function missingPrograms(): string[] {
  return ['sshd', 'nginx'].filter(
    (name) => !['/usr/sbin', '/usr/bin', '/usr/local/sbin'].some((at) => existsSync(`${at}/${name}`)),
  );
}

/**
 * Writes the configuration of sshd and nginx, and asks both whether they take it. What was there is left or, where they
 * do not take it, put back: the next start of either is what it would have been.
 * @throws UsageError where another site lies in the place; SetupFailed with what the program said
 */
export async function configurePrograms(site: Site, iecKey: PublicKey): Promise<void> {
  const text = nginxSite(readFileSync(installed('systemd/nginx/cotejo.conf'), 'utf8'), site);
  if (existsSync(SITE) && readFileSync(SITE, 'utf8') !== text) {
    throw new UsageError(words.otherSite(SITE), words.moveOrChange);
  }
  await write(AUTHORIZED, authorizedKeys(iecKey));
  const undo: (() => void)[] = [];
  for (const [file, source] of [
    [DROP_IN, 'systemd/sshd_config.d/cotejo.conf'],
    [SNIPPET, 'systemd/nginx/cotejo-public.conf'],
  ] as const) {
    if (existsSync(file)) continue;
    await write(file, readFileSync(installed(source), 'utf8'));
    undo.push(() => rmSync(file));
  }
  if (!existsSync(SITE)) undo.push(() => rmSync(SITE));
  await write(SITE, text);
  if (!isThere(ENABLED)) {
    symlinkSync('../sites-available/cotejo', ENABLED);
    undo.push(() => rmSync(ENABLED));
  }
  // Debian's own page, which would answer in the place of ours. Its text stays in sites-available.
  if (isThere(STOCK) && lstatSync(STOCK).isSymbolicLink()) {
    const target = readlinkSync(STOCK);
    rmSync(STOCK);
    undo.push(() => symlinkSync(target, STOCK));
  }
  try {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    run('sshd', '-t');
    run('nginx', '-t', '-q');
  } catch (error) {
    for (const back of undo.reverse()) back();
    throw error;
  }
}

/** sshd and nginx with their new configuration. @throws SetupFailed */
export function restartPrograms(): void {
  run('systemctl', 'enable', '--quiet', 'ssh', 'nginx');
  run('systemctl', 'reload-or-restart', 'ssh', 'nginx');
}

/**
 * Puts the units in their place, where no package did, and starts them.
 * @throws SetupFailed where one does not say that it is ready
 */
export async function startServices(builtIn: boolean): Promise<void> {
  const names = [
    'cotejo-difusor-guard',
    'cotejo-difusor',
    'cotejo-traer',
    ...(builtIn ? ['cotejo-difusor-sftp', 'cotejo-difusor-http'] : []),
  ];
  for (const name of names) {
    if (existsSync(`/usr/lib/systemd/system/${name}.service`)) continue;
    await write(`/etc/systemd/system/${name}.service`, readFileSync(installed(`systemd/${name}.service`), 'utf8'));
  }
  run('systemctl', 'daemon-reload');
  run('systemctl', 'enable', '--quiet', '--now', ...names);
}

function run(program: string, ...args: string[]): void {
  const { status, error, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  const said = (error?.message ?? stderr).trim().split('\n').slice(-5).join(' | ');
  throw new SetupFailed(words.programSaid([program, ...args].join(' '), said || words.exitStatus(String(status))));
}

async function write(file: string, text: string): Promise<void> {
  makeFolderFor(dirname(file));
  await writeDurably(file, text);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
