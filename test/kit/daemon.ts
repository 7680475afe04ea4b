import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { cotejo } from './command.ts';
import { type KitTrust, writeAnchor } from './election.ts';
import { makeFolder } from './folders.ts';
import { makeKey, writePrivateKey } from './keys.ts';
import { repository } from './programs.ts';

/** The real command, as an administrator runs it. */

/** A node that `difusor init` made, by default with the IEC's key. */
export async function initialised(t: ExecutionContext, trust: KitTrust, withKey = true) {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(trust, folder);
  const iec = await writePrivateKey(makeKey('the IEC towards its Difusores'), join(folder, 'iec'));
  const config = join(folder, 'difusor.toml');
  const args = ['--config', config, '--difusor', 'vanguardia', '--node', 'web1', '--anchor', anchor, '--home', folder, '--json'];
  const { stdout } = await cotejo(['difusor', 'init', ...args, ...(withKey ? ['--iec-key', `${iec}.pub`] : [])]);
  return { folder, config, iec, intro: JSON.parse(stdout) as Record<string, string> };
}

/** `difusor run` as a process of its own. */
export function run(t: ExecutionContext, config: string, args: readonly string[]) {
  const bin = join(repository(), 'dist/bin/cotejo.js');
  const child = spawn(process.execPath, [bin, 'difusor', 'run', '--config', config, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (part) => (stderr += part));
  child.stdout.on('data', (part) => (stdout += part));
  const closed = once(child, 'close');
  const ended = closed.then(() => 'ended' as const);
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(stdout);
      if (match) return match;
      if ((await Promise.race([once(child.stdout, 'data'), ended])) === 'ended') throw new Error(`it ended: ${stdout}${stderr}`);
    }
  };
  return { child, until, closed, output: () => stdout + stderr };
}
