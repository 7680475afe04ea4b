import { setTimeout as sleep } from 'node:timers/promises';
import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import { type Supervisor } from '../service/supervisor.ts';
import type { EspejoConfig } from './config.ts';
import { keyOf } from './local.ts';
import type { Passes, Result } from './pass.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** `cotejo espejo` as a service: a pass whenever the node switches, and a look at the pointer in between. */

export type EspejoEvent =
  | { readonly event: 'published' | 'repaired' | 'behind'; readonly result: Result }
  | { readonly event: 'trouble'; readonly code: string; readonly detail: Said }
  | { readonly event: 'well-again' };

export interface RunPlan {
  readonly config: EspejoConfig;
  readonly passes: Passes;
  readonly supervisor: Supervisor;
  readonly heard: (event: EspejoEvent) => void;
  readonly random: () => number;
  /** ms between two tries while there is trouble: the first, and what it is doubled up to */
  readonly retryMs?: readonly [first: number, longest: number];
}

/** How often the node is looked at for something new, ms. */
const LOOK_MS = 1000;
const RETRY_MS = [5000, 60_000] as const;

/** Runs until the signal; no trouble ends it. @throws Error where systemd can't be told that it began */
export async function runEspejo(
  { config, passes, supervisor, heard, random, retryMs: [firstMs, longestMs] = RETRY_MS }: RunPlan,
  stop: AbortSignal,
): Promise<void> {
  const beat = supervisor.watchdogMs;
  // What hangs is ended by its own total; the watchdog is for a process that does not run at all.
  const watchdog = beat === null ? undefined : setInterval(() => void supervisor.alive().catch(() => {}), beat / 4);
  let told: string | null = null;
  let failures = 0;
  let last = '';
  try {
    await supervisor.ready('');
    while (!stop.aborted) {
      let wait = config.every_seconds * 1000;
      const key = safeKey(config);
      try {
        const result = await passes.pass();
        if (told !== null) heard({ event: 'well-again' });
        [told, failures] = [null, 0];
        if (result.outcome === 'published') heard({ event: 'published', result });
        else if (result.repaired > 0) heard({ event: 'repaired', result });
        if (result.outcome === 'behind' && last !== 'behind') heard({ event: 'behind', result });
        last = result.outcome;
        await supervisor.status(statusOf(result).en);
      } catch (error) {
        if (stop.aborted) break;
        const code = error instanceof Trouble ? error.code : codeOrName(error);
        if (code !== 'moved') {
          if (told !== code) heard({ event: 'trouble', code, detail: saidBy(error) });
          told = code;
          await supervisor.status(words.statusTrouble(saidBy(error)).en);
          failures += 1;
        }
        wait = code === 'moved' ? 0 : Math.min(firstMs * 2 ** (failures - 1), longestMs) * (0.75 + random() / 2);
      }
      await untilMoved(config, key, wait, stop);
    }
  } finally {
    clearInterval(watchdog);
    await supervisor.stopping();
  }
}

function statusOf({ phase, shows, number }: Result): Said {
  return number === null ? words.statusNone(phase, shows) : words.statusLine(phase, shows, number);
}

async function untilMoved(config: EspejoConfig, key: string, ms: number, stop: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0 && !stop.aborted; left = end - performance.now()) {
    await sleep(Math.min(left, LOOK_MS), undefined, { signal: stop }).catch(() => {});
    if (safeKey(config) !== key) return;
  }
}

/** A node that can't be looked at is told by the pass. */
function safeKey(config: EspejoConfig): string {
  try {
    return keyOf(config);
  } catch {
    return '';
  }
}

function codeOrName(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'Error';
}
