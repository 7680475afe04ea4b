import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../format/thrown.ts';
import { type Known, known, type Told, unknown } from '../known.ts';
import { words } from './words.ts';

/**
 * How the doctor looks at a machine: programs and files, each with a limit in time and in bytes, and all together with
 * one total. Nothing here throws: what can't be had is unknown, with its reason.
 */
export interface Looker {
  /** Runs a program, without a shell, in the C locale. What it says ends at a MiB, and it at ten seconds. */
  ask(program: string, args: readonly string[]): Promise<Known<Said>>;
  /** The beginning of a file of the machine, as text. */
  read(path: string): Promise<Known<string>>;
  /** ms that are left of the total; 0 where none are */
  left(): number;
}

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM_MS = 10_000;
const SAID_BYTES = 1024 * 1024;
const FILE_BYTES = 1024 * 1024;

/** Where the programs of administrators are, which `su` without `-` leaves out of PATH. */
const SYSTEM = '/usr/local/sbin:/usr/sbin:/sbin';

export interface LookerPlan {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** of all looks together */
  readonly totalMs: number;
  /** the machine's `/`; another folder in tests */
  readonly root?: string;
}

export function lookerOf({ env, totalMs, root = '/' }: LookerPlan): Looker {
  const ends = performance.now() + totalMs;
  const left = () => Math.max(0, Math.floor(ends - performance.now()));
  const path = [env.PATH, SYSTEM].filter(Boolean).join(':');
  return {
    left,
    ask(program, args) {
      const timeout = Math.min(PROGRAM_MS, left());
      if (timeout === 0) return Promise.resolve(unknown(words.noTime(program)));
      const options = {
        env: { ...env, PATH: path, LC_ALL: 'C', LANGUAGE: 'C' },
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: SAID_BYTES,
        cwd: '/',
      } as const;
      return new Promise((resolve) => {
        try {
          const child = execFile(program, args, options, (error, stdout, stderr) => {
            const status = error === null ? 0 : error.code;
            if (typeof status === 'number') resolve(known({ status, stdout, stderr }));
            else resolve(unknown(whyNot(program, error)));
          });
          child.stdin?.on('error', () => {}).end(); // one that asks is answered with the end
        } catch (error) {
          resolve(unknown(whyNot(program, error)));
        }
      });
    },
    read: (file) => readBeginning(join(root, file)),
  };
}

function whyNot(program: string, error: unknown): Told {
  switch (codeOf(error)) {
    case 'ENOENT':
      return words.noProgram(program);
    case 'EACCES':
      return words.mayNotRun(program);
    case 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER':
      return words.saysTooMuch(program);
    default:
      return error instanceof Error && 'killed' in error && error.killed === true ? words.tooLate(program) : words.notRun(program);
  }
}

/** Of a file that says it has no bytes, as those of /proc do, and of one that grows, what fits. */
async function readBeginning(path: string): Promise<Known<string>> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // opening a FIFO must not wait for its writer
    try {
      if (!(await handle.stat()).isFile()) return unknown(words.noFile(path));
      const room = Buffer.alloc(FILE_BYTES);
      let length = 0;
      for (let bytes = -1; bytes !== 0 && length < room.length; length += bytes) {
        ({ bytesRead: bytes } = await handle.read(room, length, room.length - length, null));
      }
      return known(room.toString('utf8', 0, length));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return unknown(whyUnread(path, error));
  }
}

/** For the report. */
export function whyUnread(path: string, error: unknown): Told {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return words.notThere(path);
    case 'EACCES':
    case 'EPERM':
      return words.mayNotRead(path);
    default:
      return words.notRead(path);
  }
}
