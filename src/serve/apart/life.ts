import type { ChildProcess } from 'node:child_process';
import { type Said, said } from '../../format/said.ts';
import { bounded, onLines, type PortEvent, parseWord } from './words.ts';

/** One life of a port's process, from its start to its end. */
export interface Life {
  /** resolves with how it ended, and never rejects */
  readonly ended: Promise<End>;
  /** Asks it to end, and kills it if it does not. */
  close(): Promise<void>;
}

/** How a life ended. */
export interface End {
  /** `0`, `3`, `SIGKILL`; a word where it could not even be started */
  readonly status: string;
  /** what it wrote about the reason, cut to a length */
  readonly detail: Said;
}

/** ms between two checks for a sign of life, and how many checks in a row may find none: more while it starts. */
const LOOK = { every: 5000, starting: 36, patience: 12 };
/** ms that it has to end by itself. */
const FAREWELL_MS = 5000;
/** Characters kept of its standard error, where Node says why it crashed. */
const LAST_WORDS = 2000;

/**
 * @param child just started, with pipes
 * @param hostKey given to it, where it needs one
 */
export function lifeOf(child: ChildProcess, hostKey: Buffer | null, told: (event: PortEvent) => void): Life {
  let silent = 0;
  let hasSpoken = false;
  let failed: Said | null = null;
  let lastWords = '';
  const kill = () => child.kill('SIGKILL');
  const looking = setInterval(() => {
    silent += 1;
    if (silent > (hasSpoken ? LOOK.patience : LOOK.starting)) kill();
  }, LOOK.every);
  const ended = new Promise<End>((resolve) => {
    const end = (status: string) => {
      clearInterval(looking);
      resolve({ status, detail: failed ?? said(bounded(lastWords.trim().split('\n').at(-1) ?? '')) });
    };
    // Where no descriptor or process is left there is an error instead of a process, perhaps without pipes.
    child.on('error', (error) => end(bounded(error.message)));
    child.on('close', (code, signal) => end(signal ?? String(code)));
  });
  if (child.stdout) {
    const hear = (line: string) => {
      const word = parseWord(line);
      if (word === null) {
        kill();
        return;
      }
      silent = 0;
      hasSpoken = true;
      if ('event' in word) told(word);
      else if (word.word === 'failed') failed = word.detail;
    };
    onLines(child.stdout, hear, kill);
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  child.stdin?.on('error', () => {}); // it ended before it read
  child.stdin?.write(`${hostKey?.toString('base64') ?? ''}\n`);
  return {
    ended,
    async close() {
      child.stdin?.end();
      const late = setTimeout(kill, FAREWELL_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
