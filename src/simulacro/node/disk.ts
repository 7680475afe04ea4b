import { randomBytes } from 'node:crypto';
import { promises as fs, lstatSync, readFileSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beneath } from '../../disk/beneath.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { runProgram } from '../../disk/program.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Sight } from '../judge.ts';
import { until } from '../look/clock.ts';
import { FILLER } from '../undo/undo.ts';
import { deviceText, hasOwnRoom } from './mounts.ts';
import { type Actor, type Stage, watchedSight, whileWatched } from './stage.ts';

/**
 * A disk that is full: only where the node's state has a file system of its own, since a full disk of the machine stops
 * more than a drill may stop.
 */

/** What is left free, bytes: the daemon may still write its status, and the IEC's upload finds no room. */
const LEFT = 512 * 1024;
/** No filler is larger: in memory, and on a disk. */
const MOST_IN_MEMORY = 256 * 1024 ** 2;
const MOST = 64 * 1024 ** 3;
const TMPFS = 0x01021994;

/** The root folder of the state's file system, where that is the state itself or the folder that holds it; null otherwise. */
function ownRoot(state: string): string | null {
  // What a link leads to may be moved under a drill's feet.
  if (lstatSync(state).isSymbolicLink()) return null;
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  const root = (folder: string) => {
    const real = realpathSync(folder);
    return hasOwnRoom(mounts, real, deviceText(statSync(real, { bigint: true }).dev));
  };
  if (root(state)) return state;
  const holder = dirname(state);
  // The folder above may hold something else that is the machine's: only one that is made for the node will do.
  return holder.includes('cotejo') && statSync(state).dev === statSync(holder).dev && root(holder) ? holder : null;
}

export const FULL_DISK: Actor = {
  async lacks({ rooms, programs }) {
    const root = ownRoot(rooms.state);
    if (root === null) return 'el estado del nodo no tiene un sistema de archivos propio: no se llena el de la máquina';
    const { bavail, bsize, type } = statfsSync(root);
    const most = type === TMPFS ? MOST_IN_MEMORY : MOST;
    if (bavail * bsize > most) return `le queda más de lo que un simulacro llena (${Math.round(most / 1024 ** 2)} MiB)`;
    if (process.geteuid?.() !== 0) return 'sólo root puede hacerlo';
    return (await programs.ask('fallocate', ['--version'])) === null ? 'no está el programa fallocate' : null;
  },
  async act(stage, within) {
    const { seen, watched } = await whileWatched(stage, async () => {
      const begun = stage.clock.elapsed();
      const at = Date.now();
      await fill(stage);
      const told = await until(stage.clock, begun, within, async () => {
        const status = await statusNow(stage);
        return status !== null && status.at > at && status.free < 2 * 1024 ** 2 ? status.free : null;
      });
      const again = await until(stage.clock, begun, within, async () =>
        ((await statusNow(stage))?.at ?? 0) > at + 1000 ? true : null,
      );
      return { told, again };
    });
    const { told, again } = seen;
    return [
      told === null
        ? { what: 'el estado del nodo no dice que esté lleno', met: false, after: null }
        : { what: `el nodo dice cuánto le queda: ${Math.round(told.seen / 1024)} KiB`, met: true, after: told.after },
      again === null
        ? { what: 'el servicio dejó de dar señales', met: false, after: null }
        : { what: 'el servicio siguió dando señales', met: true, after: again.after },
      watchedSight(watched),
    ];
  },
  after(stage) {
    const { bavail, bsize } = statfsSync(stage.rooms.state);
    const free: Sight = {
      what: `volvió a haber ${Math.round((bavail * bsize) / 1024 ** 2)} MiB`,
      met: bavail * bsize > 2 * LEFT,
      after: null,
    };
    return Promise.resolve([free]);
  },
};

/** Takes all the room but a little, by one file that is made anew: nobody's file is ever written to. */
async function fill({ rooms, will, stop }: Stage): Promise<void> {
  const root = ownRoot(rooms.state);
  if (root === null) throw new Error('el estado no tiene un sistema de archivos propio');
  const name = `${FILLER}${randomBytes(8).toString('hex')}`;
  await beneath(root, [], async (at) => {
    const handle = await fs.open(at(name), 'wx', 0o600);
    try {
      const { dev, ino } = await handle.stat({ bigint: true });
      await will({ undo: 'filler', path: join(root, name), inode: `${dev}:${ino}` });
      const { bavail, bsize, type } = statfsSync(root);
      const bytes = Math.min(bavail * bsize, type === TMPFS ? MOST_IN_MEMORY : MOST) - LEFT;
      if (bytes > 0) await allocate(handle.fd, bytes, stop);
    } finally {
      await handle.close();
    }
  });
}

/** Room is set aside at once; a disk that takes longer than this is not what is tried. */
const ALLOCATE_MS = 60_000;

/** util-linux's fallocate, on the open file: its name may mean another one by now. */
async function allocate(fd: number, bytes: number, signal: AbortSignal): Promise<void> {
  const { status } = await runProgram('fallocate', ['-l', String(bytes), '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    detached: true, // a terminal's Ctrl-C is for us to act on
    timeout: ALLOCATE_MS,
    signal,
  });
  if (status !== 0) throw new Error(`fallocate terminó con ${status}`);
}

/** What the daemon last wrote of itself. */
async function statusNow({ rooms }: Stage): Promise<{ readonly at: number; readonly free: number } | null> {
  try {
    const said: unknown = JSON.parse((await readBounded(rooms.status, 1024 * 1024)).toString());
    if (typeof said !== 'object' || said === null || !('at' in said) || !('free_bytes' in said)) return null;
    return { at: Date.parse(String(said.at)), free: Number(said.free_bytes) };
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null; // half a file, or none
    throw error;
  }
}
