import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import { type KitTrust, NOW } from './election.ts';
import { makeFastFolder } from './folders.ts';
import { configIn } from './node.ts';
import type { Task } from './runner.ts';

/**
 * A node that runs as an account without rights, whose inbox another account fills: root can read and move everything, so
 * only so is it seen what the daemon can't do. Needs root.
 */

/** the daemon's account, and its group */
const NOBODY = 65534;
/** the IEC's SFTP account, and its group */
export const IEC = 65533;

/** The folders of a node, owned as the guide has them: in the inbox both accounts may write. */
export async function configOfNobody(trust: KitTrust): Promise<DifusorConfig> {
  const folder = await makeFastFolder();
  await chmod(folder, 0o755);
  const config = await configIn(folder, trust);
  for (const place of [config.state, config.inbox, config.outbox]) {
    await mkdir(place);
    await chown(place, place === config.inbox ? IEC : NOBODY, NOBODY);
  }
  await chmod(config.inbox, 0o2770);
  return config;
}

/** One start of the node and some passes over its inbox. @returns the outcome of each delivery: its code where it has one */
export function passAsNobody(config: DifusorConfig, now = NOW, passes = 1): Record<string, string> {
  const runner = fileURLToPath(new URL('runner.js', import.meta.url));
  const task = JSON.stringify({ config, now, passes } satisfies Task);
  const child = spawnSync(process.execPath, [runner, task], { uid: NOBODY, gid: NOBODY, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  const { verdicts } = JSON.parse(child.stdout) as {
    verdicts: { delivery: string; outcome: string; code: string | null }[];
  };
  return Object.fromEntries(verdicts.map(({ delivery, outcome, code }) => [delivery, code ?? outcome]));
}

/** Gives a folder the owner and mode that a delivery has as the IEC brings it: open to the node's group. */
export async function openToNode(folder: string): Promise<void> {
  await chown(folder, IEC, NOBODY);
  await chmod(folder, 0o2770);
}

/**
 * Refused deliveries as an earlier start of the node put them away.
 * @param room `refused` of its state @param locked those in which only the IEC's account can remove anything
 */
export function makeRefused(room: string, names: readonly string[], locked: readonly string[]): void {
  for (const folder of [room, ...names.flatMap((name) => [join(room, name), join(room, name, 'delivery')])]) {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, NOBODY, NOBODY);
  }
  for (const name of locked) {
    const closed = join(room, name, 'delivery', 'closed');
    mkdirSync(join(closed, 'inside'), { recursive: true });
    chownSync(closed, IEC, IEC);
    chmodSync(closed, 0o700);
  }
}

/** Makes folders as sshd makes them for the IEC's account when it asks for the mode 0700: closed to all but for entering. */
export function makeClosed(...folders: readonly string[]): void {
  const script = 'process.umask(0o407); for (const folder of process.argv.slice(1)) fs.mkdirSync(folder, { mode: 0o700 })';
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, ...folders], { uid: IEC, gid: IEC, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
