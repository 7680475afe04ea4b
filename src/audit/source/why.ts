import type { Said } from '../../format/said.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import { words } from './words.ts';

/** What the system's codes mean, in words. */
const WHY: Readonly<Record<string, (host: string) => Said>> = {
  ECONNREFUSED: () => words.refused,
  ENOTFOUND: words.noHost,
  EAI_AGAIN: words.noNameServer,
};

/** Why a host could not be reached, for people. */
export function whyOf(host: string, error: unknown): Said {
  return WHY[codeOf(error) ?? '']?.(host) ?? saidBy(error);
}
