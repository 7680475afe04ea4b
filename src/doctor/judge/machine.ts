import { countOf, sizeOf } from '../../html/size.ts';
import { type Check, checkOf, type Found, fails, judged, meets } from '../check.ts';
import type { Known, Told } from '../known.ts';
import { words } from './words.ts';

/** The machine itself: what runs on it, how much of it there is, and its clock. */

export interface MachineFacts {
  /** of the Node that runs this, as `process.versions.node` says it */
  readonly node: string;
  readonly system: { readonly isLinux: boolean; readonly name: Told };
  readonly clock: Known<ClockFacts>;
  /** bytes of all disks together */
  readonly disks: Known<number>;
  /** bytes that Linux has to use */
  readonly memory: Known<number>;
  readonly cores: number;
  /** of the file system under the state, or under the chain */
  readonly room: Known<RoomFacts>;
}

export interface ClockFacts {
  readonly isSynchronised: boolean;
  /** from the hour of its source; null where nobody says */
  readonly offsetSeconds: number | null;
  /** the program that said so */
  readonly by: string;
}

export interface RoomFacts {
  readonly freeBytes: number;
  /** null where the file system has no limit of them */
  readonly freeInodes: number | null;
}

const LEAST = {
  node: [20, 19],
  offsetSeconds: 1,
  disks: 100e9,
  // Of 8 GB, what the kernel and the firmware keep for themselves is never seen.
  memory: 8e9 * 0.95,
  cores: 2,
  room: 60e9,
  inodes: 200_000,
} as const;

/** What every machine of cotejo needs, a Difusor's or the IEC's. */
export function judgeMachine({ node, clock, room }: MachineFacts): Check[] {
  return [
    checkOf('node', isRecent(node) ? meets(`Node ${node}`) : fails(`Node ${node}`)),
    checkOf('reloj', judged(clock, judgeClock)),
    checkOf(
      'espacio',
      judged(room, ({ freeBytes }) => atLeast(freeBytes, LEAST.room, words.free(sizeOf(freeBytes)))),
    ),
    checkOf(
      'inodos',
      judged(room, ({ freeInodes }) => {
        if (freeInodes === null) return meets(words.noInodeLimit);
        return atLeast(freeInodes, LEAST.inodes, words.free(countOf(freeInodes)));
      }),
    ),
  ];
}

/** What the convocatoria asks of a Difusor's machine. */
export function judgeSize({ system, disks, memory, cores }: MachineFacts): Check[] {
  return [
    checkOf('sistema', system.isLinux ? meets(system.name) : fails(system.name)),
    checkOf(
      'disco',
      judged(disks, (bytes) => atLeast(bytes, LEAST.disks, sizeOf(bytes))),
    ),
    checkOf(
      'memoria',
      judged(memory, (bytes) => atLeast(bytes, LEAST.memory, sizeOf(bytes))),
    ),
    checkOf('nucleos', atLeast(cores, LEAST.cores, words.cores(cores))),
  ];
}

function atLeast(value: number, least: number, said: Told): Found {
  return value >= least ? meets(said) : fails(said);
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST.node;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function judgeClock({ isSynchronised, offsetSeconds, by }: ClockFacts): Found {
  if (!isSynchronised) return fails(words.notSynchronised(by));
  if (offsetSeconds === null) return meets(words.synchronised(by));
  const said = words.synchronisedTo((Math.abs(offsetSeconds) * 1000).toFixed(1), by);
  return Math.abs(offsetSeconds) < LEAST.offsetSeconds ? meets(said) : fails(said, 'systemctl restart systemd-timesyncd');
}
