import { statSync } from 'node:fs';
import type { DifusorConfig } from '../difusor/setup/config.ts';
import { UsageError } from '../terminal/shell.ts';
import { DIFUSOR } from './words/difusor.ts';

/** Refuses to run as root: the daemon can't replace files that root makes in its folders. */
export function forbidRoot({ state }: DifusorConfig): void {
  const owner = statSync(state, { throwIfNoEntry: false })?.uid;
  if (process.geteuid?.() === 0 && owner !== undefined && owner !== 0) {
    throw new UsageError(DIFUSOR.otherUser(state), DIFUSOR.runAsUser);
  }
}
