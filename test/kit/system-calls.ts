import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a process asks of the disk, and in which order, as the kernel sees it. Needs the Debian package strace. */

export interface DiskCall {
  /** `sync` makes a whole file system durable, `fsync` a file or a folder; `unlink` also stands for what removes a folder */
  readonly name: 'fsync' | 'sync' | 'rename' | 'link' | 'unlink';
  /** what it is done to: of a rename and of a link the new name */
  readonly path: string;
  /** of a rename and of a link the name before */
  readonly from: string | null;
  /** the error's name, null where it succeeded */
  readonly error: string | null;
}

const NAMES: Readonly<Record<string, DiskCall['name']>> = {
  fsync: 'fsync',
  fdatasync: 'fsync',
  syncfs: 'sync',
  rename: 'rename',
  renameat: 'rename',
  renameat2: 'rename',
  link: 'link',
  linkat: 'link',
  unlink: 'unlink',
  unlinkat: 'unlink',
};

/**
 * Runs Node with arguments, and whatever it starts.
 * @param folder where the trace is written
 * @returns the calls in an order that can be relied on: each sync where it ended, everything else where it began
 * @throws Error where the process ends with another status than 0, or is killed
 */
export async function diskCalls(args: readonly string[], folder: string): Promise<DiskCall[]> {
  const file = join(folder, `strace-${process.hrtime.bigint()}`);
  const options = ['-f', '--seccomp-bpf', '-qq', '-y', '-s', '4096', '-e', `trace=${Object.keys(NAMES).join(',')}`, '-o', file];
  await promisify(execFile)('strace', [...options, process.execPath, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return parse(await readFile(file, 'utf8'));
}

function parse(trace: string): DiskCall[] {
  const calls: DiskCall[] = [];
  /** by process: what began and has not ended */
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(text)?.[1];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
    if (unfinished !== undefined) {
      begun.set(pid, unfinished);
      if (!isSync(unfinished)) add(calls, `${unfinished}) = 0`);
    } else if (resumed !== undefined) {
      const start = begun.get(pid) ?? '';
      if (isSync(start)) add(calls, `${start}${resumed}`);
    } else add(calls, text);
  }
  return calls;
}

function isSync(text: string): boolean {
  return /^(?:f|fdata)sync|^syncfs/.test(text);
}

function add(calls: DiskCall[], text: string): void {
  const [, called = '', args = '', result = ''] = /^(\w+)\((.*)\) += (.*)$/.exec(text) ?? [];
  const name = NAMES[called];
  if (!name) return;
  const paths = isSync(text)
    ? [/<(.*)>$/.exec(args)?.[1] ?? '']
    : [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => path as string);
  const error = /^-1 (\w+)/.exec(result)?.[1] ?? null;
  calls.push({ name, path: paths.at(-1) ?? '', from: paths.length > 1 ? (paths[0] as string) : null, error });
}
