import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { installed } from '../../disk/installed.ts';
import { type Account, accountOf } from '../../service/account.ts';

/** Starts a process that strangers talk to, with fewer resources and rights than the daemon has. */

const LIMITS = Object.freeze({
  /** open files: more than either server allows itself */
  files: 2048,
  /** KiB of memory in all, from which large buffers come too */
  dataKiB: 1024 * 1024,
  /** MiB of JavaScript objects */
  heapMiB: 256,
});

/** The command's own entry. */
const ENTRY = installed('dist/bin/cotejo.js');

/**
 * A shell script. Its arguments: descriptors, memory, then the arguments of `setpriv`, `--`, and the command. Limits
 * that are lower already stay. It writes no core dump, which could contain a host key; a kernel without memory kills it
 * before the daemon. `setpriv` makes the kernel end it together with the daemon, whatever it is doing.
 */
const CONFINE = `ulimit -c 0 2>/dev/null; ulimit -n "$1" 2>/dev/null; ulimit -d "$2" 2>/dev/null; shift 2
{ echo 500 >/proc/$$/oom_score_adj; } 2>/dev/null
rights=
while [ "$1" != -- ]; do rights="$rights $1"; shift; done
shift
command -v setpriv >/dev/null && exec setpriv --pdeathsig KILL --no-new-privs $rights "$@"
exec "$@"`;

/** The only right of root that a child of root keeps: to listen on a port under 1024. */
const PORTS_ONLY = '-all,+net_bind_service';

/**
 * Starts `cotejo difusor …`, confined. When its standard input ends, the process ends.
 * @param account whose rights it has, where this process is root
 */
export function spawnConfined(args: readonly string[], account: Account | null): ChildProcess {
  const { files, dataKiB, heapMiB } = LIMITS;
  const command = [process.execPath, `--max-old-space-size=${heapMiB}`, ENTRY, 'difusor', ...args];
  const line = ['-c', CONFINE, 'sh', String(files), String(dataKiB), ...rightsOf(account), '--', ...command];
  // Nothing else of the daemon's environment, such as its notify socket or its credentials folder.
  const { PATH, TZ, LANG } = process.env;
  return spawn('sh', line, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH, TZ, LANG } });
}

function rightsOf(account: Account | null): string[] {
  if (process.geteuid?.() !== 0) return [];
  const rights = [`--bounding-set=${PORTS_ONLY}`, `--inh-caps=${PORTS_ONLY}`];
  if (!account) return rights;
  return [...rights, '--ambient-caps=+net_bind_service', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
}

/** The account that the node's inbox belongs to, where that is another one than root's. */
export function ownerOf(folder: string): Account | null {
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  return uid === 0 ? null : accountOf(String(uid));
}
