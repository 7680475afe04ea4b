import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  /** its exit status, or the signal that ended it */
  readonly status: number | string;
  /** what it said on its standard error, where that was a pipe; its beginning, if it said much */
  readonly complaint: string;
}

const MOST_COMPLAINT = 2000;

/**
 * Runs a program of the machine and waits for its end. Where no descriptor or process is left, the child that Node gives
 * has no pipes, and tells why by an event that ends the whole process if nobody hears it: so it is heard first.
 * @throws Error where it could not be started; AbortError where its signal came first
 */
export async function runProgram(program: string, args: readonly string[], { signal, ...options }: SpawnOptions): Promise<Ended> {
  // Node leaves its own listener on the signal of a program that did not start, and a daemon may try many times.
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await ended(program, args, { ...options, signal: stop.signal });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * Starts a program with a total of time. Node's own `timeout` waits for an exit that never comes of a program that could not
 * be started, and keeps the process alive until it is over.
 * @returns the child; `killed` where its time was over
 */
export function spawnWithin(program: string, args: readonly string[], ms: number, options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, options);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  for (const over of ['error', 'exit']) child.once(over, () => clearTimeout(timer));
  return child;
}

function ended(program: string, args: readonly string[], options: SpawnOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { timeout, ...others } = options;
    const child = timeout === undefined ? spawn(program, args, others) : spawnWithin(program, args, timeout, others);
    child.on('error', reject);
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < MOST_COMPLAINT) complaint += text;
    });
    child.on('close', (code, signal) => resolve({ status: signal ?? code ?? 'an unknown end', complaint: complaint.trim() }));
  });
}
