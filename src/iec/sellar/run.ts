import { setTimeout as sleep } from 'node:timers/promises';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import type { SellarEstado } from './estado.ts';
import type { SellarEvent } from './events.ts';
import { type PassPlan, sealPass } from './pass.ts';
import type { ChainToSeal } from './phases.ts';
import { words } from './words.ts';

/** `cotejo iec sellar` without `--once`: a pass after the other, for machines where no timer starts them. */

/** Between two passes, ms. */
const REST_MS = 20_000;

/** Something on our own side. */
export interface SellarFailed {
  readonly event: 'sellar-failed';
  readonly detail: Said;
}

export interface RunPlan extends Omit<PassPlan, 'heard'> {
  /** looks at the chain anew */
  readonly view: () => Promise<ChainToSeal>;
  readonly heard: (event: SellarEvent | SellarFailed) => void;
  readonly status: (line: Said) => Promise<void>;
}

/** Runs until the signal; what fails on our own side is told once, and tried again. */
export async function runSellar(plan: RunPlan, stop: AbortSignal): Promise<void> {
  let told = '';
  while (!stop.aborted) {
    try {
      await plan.status(statusOf(await sealPass(await plan.view(), { ...plan, stop })));
      told = '';
    } catch (error) {
      const detail = saidBy(error);
      if (!stop.aborted && detail.en !== told) plan.heard({ event: 'sellar-failed', detail });
      told = detail.en;
    }
    await sleep(REST_MS, undefined, { signal: stop }).catch(() => {});
  }
}

/** How it stands, in a line. */
function statusOf({ phase, head, autoridades }: SellarEstado): Said {
  if (head === 0) return words.statusNone(phase);
  const pending = autoridades.reduce((sum, one) => sum + one.pending + one.pending_other_phases, 0);
  return pending === 0 ? words.statusAll(phase, head) : words.statusPending(phase, pending);
}
