import { HintedError } from '../config/hinted-error.ts';
import { nearest } from '../config/nearest.ts';
import type { Said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';

/** What to do about an error that says only what happened: one line as after `cotejo: hint:`. */

/** What an administrator does about a failure of the system, by its code; `%` stands for the path, where one is known. */
const OF_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'whose it is: ls -ld %; what a service owns is done as its account: runuser -u cotejo -- cotejo …',
  EPERM: 'whose it is: ls -ld %; what a service owns is done as its account: runuser -u cotejo -- cotejo …',
  EISDIR: 'that is a folder: name a file',
  ENOTDIR: 'a part of that path is a file: name a folder',
  EROFS: 'that file system is mounted read-only: findmnt -T %',
  ENOSPC: 'what is full, space or inodes: df -h % and df -i %',
  EDQUOT: "the account's quota is used up: quota -s",
  EADDRINUSE: 'who listens there: ss -ltnp; choose another port, or stop that one',
  EADDRNOTAVAIL: 'this machine has no such address: ip address',
};

/** @returns null where nothing better is known than what the error says */
export function hintFor(error: unknown): string | Said | null {
  if (error instanceof HintedError) return error.hint;
  if (!(error instanceof Error)) return null;
  // A port of its own process tells its failure in words alone.
  const code = codeOf(error) ?? /\bEADDR(?:INUSE|NOTAVAIL)\b/.exec(error.message)?.[0];
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '.';
  return (code !== undefined && Object.hasOwn(OF_SYSTEM, code) && OF_SYSTEM[code]?.replaceAll('%', path)) || null;
}

/**
 * What to do where an option or an argument is missing: it may be there, mistyped, since what is unknown is looked at last.
 * @param message commander's, which names what is missing
 * @param args those of the command line
 */
export function hintForMissing(message: string, args: readonly string[]): string {
  const typed = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/=.*$/s, ''));
  const flag = /--[\w-]+/.exec(message)?.[0];
  const slip = flag === undefined ? null : nearest(flag, typed);
  if (slip !== null && slip !== flag) return `did you mean ${flag}, and not ${slip}?`;
  const words = args.slice(0, 2).filter((arg) => /^[a-z][a-z-]*$/.test(arg));
  return `an example of it: cotejo ${[...words, '--help'].join(' ')}`;
}
