import { HintedError } from '../config/hinted-error.ts';
import { nearest } from '../config/nearest.ts';
import type { Said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { SYSTEM_HINTS, TERMINAL } from './words.ts';

/** What to do about an error that says only what happened: one line as after `cotejo: hint:`. */

/** @returns null where nothing better is known than what the error says */
export function hintFor(error: unknown): Said | null {
  if (error instanceof HintedError) return error.hint;
  if (!(error instanceof Error)) return null;
  // A port of its own process tells its failure in words alone.
  const code = codeOf(error) ?? /\bEADDR(?:INUSE|NOTAVAIL)\b/.exec(error.message)?.[0];
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '.';
  if (!isHinted(code)) return null;
  const hint = SYSTEM_HINTS[code];
  return typeof hint === 'function' ? hint(path) : hint;
}

function isHinted(code: string | undefined): code is keyof typeof SYSTEM_HINTS {
  return code !== undefined && Object.hasOwn(SYSTEM_HINTS, code);
}

/**
 * What to do where an option or an argument is missing: it may be there, mistyped, since what is unknown is looked at last.
 * @param message commander's, which names what is missing
 * @param args those of the command line
 */
export function hintForMissing(message: string, args: readonly string[]): Said {
  const typed = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/=.*$/s, ''));
  const flag = /--[\w-]+/.exec(message)?.[0];
  const slip = flag === undefined ? null : nearest(flag, typed);
  if (flag !== undefined && slip !== null && slip !== flag) return TERMINAL.meant(flag, slip);
  const words = args.slice(0, 2).filter((arg) => /^[a-z][a-z-]*$/.test(arg));
  return TERMINAL.exampleOf(`cotejo ${[...words, '--help'].join(' ')}`);
}
