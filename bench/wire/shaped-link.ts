import { spawnSync } from 'node:child_process';
import { has } from '../run.ts';

/** A network namespace behind a link of so many bits a second, 10 Mbit/s as a rule. Its addresses are from the block reserved for documentation. */
export interface ShapedLink {
  /** the address on which programs inside listen */
  readonly host: string;
  /** put before a command, runs it inside the namespace */
  readonly inside: readonly string[];
  remove(): void;
}

const HOST = '198.51.100.2';
export const LINK_BITS = 10_000_000;

/** What this machine lacks to make one; null where nothing is missing. */
export function missingForLink(): string | null {
  if (process.geteuid?.() !== 0) return 'root';
  const absent = ['ip', 'tc'].filter((program) => !has(program));
  return absent.length === 0 ? null : `${absent.join(' and ')} (Debian: iproute2)`;
}

/**
 * @param bits a second, either way
 * @throws Error where the kernel won't; nothing is left behind then
 */
export function shapedLink(bits = LINK_BITS): ShapedLink {
  const space = `cotejo-wire-${process.pid}`;
  const [outer, inner] = [`cw${process.pid}o`, `cw${process.pid}i`];
  const remove = () => {
    spawnSync('ip', ['link', 'del', outer], { stdio: 'ignore' }); // its peer goes with it
    spawnSync('ip', ['netns', 'del', space], { stdio: 'ignore' });
  };
  // A burst of what the link carries in three milliseconds: a kernel's clock does not tick more finely everywhere.
  const burst = Math.max(32, Math.round((bits * 0.003) / 1000));
  const shape = (device: string) => `qdisc add dev ${device} root tbf rate ${bits / 1e6}mbit burst ${burst}kbit latency 400ms`;
  try {
    run('ip', `netns add ${space}`);
    run('ip', `link add ${outer} type veth peer name ${inner} netns ${space}`);
    run('ip', `addr add 198.51.100.1/30 dev ${outer}`);
    run('ip', `link set ${outer} up`);
    run('ip', `-n ${space} addr add ${HOST}/30 dev ${inner}`);
    run('ip', `-n ${space} link set ${inner} up`);
    const route = run('ip', `route get ${HOST}`);
    if (!route.includes(`dev ${outer} `)) throw new Error(`${HOST} is taken on this machine: ${route}`);
    run('tc', shape(outer));
    run('tc', `-n ${space} ${shape(inner)}`);
  } catch (error) {
    remove();
    throw error;
  }
  process.once('exit', remove);
  return {
    host: HOST,
    inside: ['ip', 'netns', 'exec', space],
    remove() {
      process.off('exit', remove);
      remove();
    },
  };
}

function run(program: string, args: string): string {
  const { status, stdout, stderr } = spawnSync(program, args.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args}: ${stderr.trim()}`);
  return stdout.trim();
}
