import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { Code } from '../../format/refusal.ts';

/** What happens at a node, one JSON object a line in `events.jsonl`: for the sysadmin, the auditor and the memoria. */
export type Event =
  | { readonly event: 'started'; readonly trust: number }
  | { readonly event: 'stopped' }
  | {
      readonly event: 'admitted';
      readonly phase: string;
      readonly number: number;
      readonly corte: string;
      readonly seconds: number;
    }
  | { readonly event: 'trust'; readonly version: number }
  | { readonly event: 'refused'; readonly delivery: string; readonly code: Code; readonly detail: string }
  | { readonly event: 'deferred'; readonly delivery: string; readonly code: Code; readonly detail: string }
  | { readonly event: 'published'; readonly phase: string; readonly public: string; readonly number: number | null }
  | { readonly event: 'revoked'; readonly phase: string; readonly from: number; readonly to: number }
  | {
      readonly event: 'altered';
      readonly phase: string;
      readonly number: number;
      readonly path: string;
      readonly restored: boolean;
    }
  | { readonly event: 'listening'; readonly what: 'sftp' | 'http'; readonly at: string }
  /** the process behind a port of ours ended, and is started again after so many seconds */
  | {
      readonly event: 'port-ended';
      readonly what: 'sftp' | 'http';
      readonly status: string;
      readonly detail: string;
      readonly again_in: number;
    }
  /** logins that came to nothing since the last time that this was told */
  | { readonly event: 'login-refused'; readonly attempts: number }
  | { readonly event: 'healed'; readonly what: string }
  | { readonly event: 'error'; readonly what: string; readonly detail: string };

export type Tell = (event: Event) => void;

/** Past this the file is put by as `events.jsonl.1`: a night makes well under a megabyte. */
const ROTATE_BYTES = 16 * 1024 * 1024;

/**
 * The log never throws: what happens must go on where it can't be written down (a full disk, of all things).
 * @param now the clock, ms
 * @param unwritten hears why an event could not be written
 */
export function eventLog(file: string, now: () => number, unwritten: (error: Error) => void): Tell {
  return (event) => {
    try {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > ROTATE_BYTES) renameSync(file, `${file}.1`);
      appendFileSync(file, `${JSON.stringify({ at: new Date(now()).toISOString(), ...event })}\n`, { mode: 0o644 });
    } catch (error) {
      unwritten(error as Error);
    }
  };
}
