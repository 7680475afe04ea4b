import { statSync } from 'node:fs';
import { readIfThere } from '../../disk/bounded-file.ts';
import { decodeUtf8 } from '../../format/text.ts';

/**
 * Whether a daemon is at work, told from outside its process: it writes its status every 15 s, and more often when
 * something happens. Each program that asks reads the file's time by itself, since a daemon can't announce its own death.
 */
export interface AtWork {
  readonly at_work: boolean;
  /** when the daemon last wrote its status, UTC; null where it never did */
  readonly last_sign: string | null;
}

/** A daemon that has written nothing for this long is dead or stuck, ms. */
const SILENT_MS = 60_000;

/** A status is a few kilobytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * @param status the file that the daemon writes
 * @param now the clock of the machine that wrote it, ms: file times are compared with no other
 */
export function atWork(status: string, now: number = Date.now()): AtWork {
  const written = statSync(status, { throwIfNoEntry: false })?.mtimeMs;
  if (written === undefined) return { at_work: false, last_sign: null };
  // If the clock was put back, the last sign is in the future and does not count either.
  return { at_work: Math.abs(now - written) <= SILENT_MS, last_sign: new Date(written).toISOString() };
}

/**
 * The same for people, who also want to know of a daemon that was stopped: its last status says so. Servers do not ask
 * for this, since a restart takes seconds.
 */
export async function wasLeft(status: string, now: number = Date.now()): Promise<AtWork> {
  const seen = atWork(status, now);
  return (await saysLeft(status)) ? { ...seen, at_work: false } : seen;
}

async function saysLeft(status: string): Promise<boolean> {
  try {
    const said: unknown = JSON.parse(decodeUtf8((await readIfThere(status, MOST_BYTES)) ?? Buffer.alloc(0)) ?? '');
    const daemon: unknown = typeof said === 'object' && said !== null && 'daemon' in said ? said.daemon : null;
    return typeof daemon === 'object' && daemon !== null && 'at_work' in daemon && daemon.at_work === false;
  } catch {
    return false; // half a file, which a power cut may leave, says nothing
  }
}
