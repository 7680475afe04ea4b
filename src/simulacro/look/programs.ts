import { spawnWithin } from '../../disk/program.ts';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { words } from '../words.ts';

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
    cwd: '/',
    detached: true, // a terminal's Ctrl-C is for us to act on: what undoes a fault must not die of it
  } as const;
  const ask: Programs['ask'] = (program, args, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawnWithin(program, args, PROGRAM_MS, options);
      let [stdout, stderr] = ['', ''];
      const bounded = (text: string, more: string) => {
        if (text.length + more.length <= SAID_BYTES) return text + more;
        child.kill('SIGKILL');
        reject(new ToldError(words.saysTooMuch(program)));
        return text;
      };
      child.on('error', (error) => (codeOf(error) === 'ENOENT' ? resolve(null) : reject(error)));
      child.on('close', (status, signal) => {
        if (status !== null) resolve({ status, stdout, stderr });
        else if (child.killed) resolve(null);
        else reject(new ToldError(words.endedBy(program, String(signal))));
      });
      // Without descriptors left it has no pipes.
      child.stdout?.setEncoding('utf8').on('data', (more: string) => {
        stdout = bounded(stdout, more);
      });
      child.stderr?.setEncoding('utf8').on('data', (more: string) => {
        stderr = bounded(stderr, more);
      });
      child.stdin?.on('error', () => {}).end(input); // one that reads nothing closes it
    });
  return {
    ask,
    async must(program, args, input) {
      const said = await ask(program, args, input);
      if (said === null) throw new ToldError(words.noProgram(program));
      if (said.status !== 0) {
        const [first = ''] = said.stderr.trim().split('\n');
        throw new ToldError(words.programSays([program, ...args].join(' '), first || String(said.status)));
      }
      return said.stdout;
    },
  };
}
