import { type Ended, runProgram } from '../disk/program.ts';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/** The program openssl, in the C locale and with a total in time. What it prints goes into files that the caller bounds. */

/** For one run, ms. */
const TOTAL_MS = 10_000;

/** What it complains of where this machine fails it: no memory, no descriptors, a file that can't be read. */
const NOT_OF_THE_INPUT = /malloc failure|:system library:/;

/**
 * Runs it to its own end: where this machine ends it, or fails it, nothing is known of what it was given.
 * @returns its exit status and what it complained of
 * @throws ToldError where it is not there, does not end in time, is ended by a signal (the memory was short) or says that
 *   this machine fails it
 */
export async function openssl(args: readonly string[]): Promise<Ended> {
  const ended = await run(args);
  if (typeof ended.status === 'string') throw new ToldError(words.endedBy(ended.status));
  if (ended.status !== 0 && NOT_OF_THE_INPUT.test(ended.complaint)) throw new ToldError(words.opensslSays(ended.complaint));
  return ended;
}

async function run(args: readonly string[]): Promise<Ended> {
  const signal = AbortSignal.timeout(TOTAL_MS);
  try {
    const env = { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' };
    return await runProgram('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], signal, env, detached: true });
  } catch (error) {
    if (signal.aborted) throw new ToldError(words.notInTime(TOTAL_MS / 1000), { cause: error });
    if (codeOf(error) === 'ENOENT') throw new ToldError(words.noOpenssl, { cause: error });
    throw error;
  }
}

/** @throws ToldError where it does not do it */
export async function mustOpenssl(args: readonly string[]): Promise<void> {
  const { status, complaint } = await openssl(args);
  if (status !== 0) throw new ToldError(words.opensslSays(complaint));
}
