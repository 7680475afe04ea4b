import { type Ended, runProgram } from '../disk/program.ts';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/** The program openssl, in the C locale and with a total in time. What it prints goes into files that the caller bounds. */

/** For one run, ms. */
const TOTAL_MS = 10_000;

/** @returns its exit status and what it complained of @throws ToldError where it is not there or does not end in time */
export async function openssl(args: readonly string[]): Promise<Ended> {
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
