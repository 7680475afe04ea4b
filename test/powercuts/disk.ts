import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Cut, chooseCuts, type DiskRecord, readRecord } from './record.ts';

/** A recorded file system, and the images that a power cut would have left of it. Needs root, loop devices and /dev/fuse. */

const MiB = 1024 * 1024;
export const FILE_SYSTEMS = {
  ext4: { size: 96 * MiB, make: ['mkfs.ext4', '-q', '-F'], options: 'defaults' },
  xfs: { size: 320 * MiB, make: ['mkfs.xfs', '-q', '-f'], options: 'nouuid' },
  btrfs: { size: 300 * MiB, make: ['mkfs.btrfs', '-q', '-f', '-m', 'single', '-d', 'single'], options: 'defaults' },
} as const;
export type FileSystem = keyof typeof FILE_SYSTEMS;

const RECORDER = fileURLToPath(new URL('./recorder.js', import.meta.url));

export interface Disk {
  /** where the file system is mounted while it is prepared and recorded; the second one, if there is one, at `out` in it */
  readonly live: string;
  /** where an image is mounted that a cut left */
  readonly after: string;
  /** Puts what lies there before the recording begins. */
  prepare(work: (at: string) => Promise<void>): Promise<void>;
  /** Does the work while the disk records. */
  record(work: (at: string) => Promise<void>): Promise<DiskRecord>;
  /** While it records: a mark in the record, at this moment. */
  mark(text: string): void;
  /** Cuts the power so many times. @param each is given the cut with its image mounted, or false where it does not mount */
  cut(record: DiskRecord, count: number, seed: number, each: (cut: Cut, isMounted: boolean) => Promise<void>): Promise<void>;
  /** Unmounts what is still mounted, and removes everything. */
  clean(): void;
}

/**
 * @param folder is removed first if it is there
 * @param parts file systems on the one disk: the second is another one for rename(2), and is cut at the same moment
 * @param room bytes of each of them beside what every case needs
 */
export function makeDisk(folder: string, kind: FileSystem, parts: 1 | 2, room = 0): Disk {
  const { make, options } = FILE_SYSTEMS[kind];
  const size = FILE_SYSTEMS[kind].size + room;
  const at = (name: string) => join(folder, name);
  const [live, after, fuse] = [at('live'), at('after'), at('fuse')];
  const placesOf = (root: string) => [root, join(root, 'out')].slice(0, parts);
  clean();
  for (const made of [live, after, fuse]) mkdirSync(made, { recursive: true });
  run('truncate', '-s', String(size * parts), at('base'));
  for (let i = 0; i < parts; i++) {
    const loop = attach(at('base'), i);
    const [program, ...args] = make;
    run(program, ...args, loop);
    run('losetup', '-d', loop);
  }
  if (parts === 2) {
    mount(at('base'), live, 1);
    mkdirSync(join(live, 'out'));
    unmount(live);
  }

  function attach(image: string, part: number, ...more: readonly string[]): string {
    const where = ['-o', String(part * size), '--sizelimit', String(size)];
    return run('losetup', '--find', '--show', ...more, ...where, image).trim();
  }

  function mount(image: string, root: string, count: number = parts): void {
    for (const [i, place] of placesOf(root).slice(0, count).entries()) {
      run('mount', '-o', `loop,offset=${i * size},sizelimit=${size},${options}`, image, place);
    }
  }

  function unmount(root: string): void {
    for (const place of placesOf(root).reverse()) {
      const tries = 'for i in 1 2 3 4 5 6 7 8 9; do umount "$1" && exit 0; sleep 0.4; done; exit 1';
      if (isMounted(place)) run('sh', '-c', tries, 'sh', place);
    }
  }

  function clean(): void {
    for (const place of [...placesOf(live), ...placesOf(after)].reverse()) if (isMounted(place)) run('umount', '-l', place);
    if (isMounted(fuse)) run('umount', '-l', fuse);
    rmSync(folder, { recursive: true, force: true });
  }

  return {
    live,
    after,
    async prepare(work) {
      mount(at('base'), live);
      try {
        await work(live);
      } finally {
        run('sync');
        unmount(live);
      }
    },
    async record(work) {
      const recorder = startRecorder(at('base'), at('log'), fuse);
      const ended = once(recorder, 'exit');
      while (!existsSync(join(fuse, 'disk'))) await sleep(20);
      const loops = placesOf(live).map((place, i) => {
        const loop = attach(join(fuse, 'disk'), i, '--direct-io=on');
        run('mount', '-o', options, loop, place);
        return loop;
      });
      try {
        this.mark('start');
        await work(live);
        this.mark('end');
      } finally {
        unmount(live);
        for (const loop of loops) run('losetup', '-d', loop);
        run('sh', '-c', 'i=0; until umount "$1"; do i=$((i + 1)); [ $i -lt 100 ] || exit 1; sleep 0.4; done', 'sh', fuse);
        await ended;
      }
      return readRecord(readFileSync(at('log')));
    },
    mark(text) {
      writeFileSync(join(fuse, 'mark'), text);
    },
    async cut(record, count, seed, each) {
      copySparse(at('base'), at('sure'));
      const sure = openSync(at('sure'), 'r+');
      let done = 0;
      for (const cut of chooseCuts(record, count, seed)) {
        for (; done < cut.promised; done++) {
          const entry = record.entries[done];
          if (entry?.kind === 'write') writeSync(sure, entry.data, 0, entry.data.length, entry.at);
        }
        rmSync(at('cut'), { force: true }); // a new file: nothing that is remembered of the one before is of this one
        copySparse(at('sure'), at('cut'));
        const image = openSync(at('cut'), 'r+');
        for (const { at: offset, data } of cut.kept) writeSync(image, data, 0, data.length, offset);
        closeSync(image);
        let mounted = true;
        try {
          mount(at('cut'), after);
        } catch {
          mounted = false;
        }
        try {
          await each(cut, mounted);
        } finally {
          unmount(after);
        }
      }
      closeSync(sure);
    },
    clean,
  };
}

function startRecorder(image: string, log: string, mountpoint: string): ChildProcess {
  const fuse = openSync('/dev/fuse', 'r+');
  execFileSync('mount', ['-i', '-t', 'fuse', '-o', 'fd=3,rootmode=40000,user_id=0,group_id=0', 'cotejo-powercuts', mountpoint], {
    stdio: ['ignore', 'ignore', 'inherit', fuse],
  });
  const child = spawn(process.execPath, [RECORDER, image, log, '4'], { stdio: ['ignore', 'inherit', 'inherit', fuse] });
  closeSync(fuse);
  return child;
}

function copySparse(from: string, to: string): void {
  run('cp', '--sparse=always', from, to);
}

function isMounted(place: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${place} `);
}

/** @throws Error with what the program said */
function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
