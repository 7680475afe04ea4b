import { execFile } from 'node:child_process';
import { codeOf } from '../../format/thrown.ts';

/** The programs of the machine, each with a total in time and in what it says. */
export interface Programs {
  /** @returns null where there is no such program, or it did not end in time */
  ask(program: string, args: readonly string[], input?: string): Promise<Answered | null>;
  /** As {@link ask}. @returns what it printed @throws Error where it fails, with what it said */
  must(program: string, args: readonly string[], input?: string): Promise<string>;
}

interface Answered {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Long enough for a service that starts, ms. */
const PROGRAM_MS = 120_000;
const SAID_BYTES = 1024 * 1024;
/** Where the programs of administrators are, which `su` without `-` leaves out of PATH. */
const SYSTEM = '/usr/local/sbin:/usr/sbin:/sbin';

export function programsOf(env: Readonly<Record<string, string | undefined>>): Programs {
  const path = [env['PATH'], SYSTEM].filter(Boolean).join(':');
  const options = {
    env: { ...env, PATH: path, LC_ALL: 'C', LANGUAGE: 'C' },
    timeout: PROGRAM_MS,
    killSignal: 'SIGKILL',
    maxBuffer: SAID_BYTES,
    cwd: '/',
  } as const;
  const ask: Programs['ask'] = (program, args, input = '') =>
    new Promise((resolve, reject) => {
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const status = error === null ? 0 : error.code;
        if (typeof status === 'number') resolve({ status, stdout, stderr });
        else if (codeOf(error) === 'ENOENT' || error?.killed === true) resolve(null);
        else reject(error instanceof Error ? error : new Error(program));
      });
      child.stdin?.on('error', () => {}).end(input); // one that reads nothing closes it
    });
  return {
    ask,
    async must(program, args, input) {
      const said = await ask(program, args, input);
      if (said === null) throw new Error(`${program} is not there, or did not end in time`);
      if (said.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${said.stderr.trim().split('\n')[0] || said.status}`);
      return said.stdout;
    },
  };
}
