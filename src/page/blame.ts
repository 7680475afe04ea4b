import { NoChain } from '../audit/check/chain-check.ts';
import { Refusal } from '../format/refusal.ts';
import { OtherAnchor } from './anchor.ts';
import type { Fault, Stop } from './findings.ts';
import { WebTrouble } from './web-trouble.ts';

/** Whose what went wrong is: the chain's, the network's, the reader's own, or this page's. */

/** A refusal of one corte's own files, which carries no number by itself. */
export async function attributed<T>(
  { phase, number }: { phase: string; number: number },
  step: () => Promise<T>,
  found: { fault: Fault | null },
): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    found.fault = { phase, number, code: error.code, detail: error.said };
    return null;
  }
}

/** What ended the check, as part of what it found. */
export function blame(
  error: unknown,
  found: { fault: Fault | null; otherAnchor: boolean; stop: Stop | null },
  signal: AbortSignal,
): void {
  if (signal.aborted) found.stop = { kind: 'cancelled' };
  else if (error instanceof Refusal) found.fault = { phase: null, number: null, code: error.code, detail: error.said };
  else if (error instanceof OtherAnchor) found.otherAnchor = true;
  else if (error instanceof NoChain) found.stop = { kind: 'no-chain' };
  else if (error instanceof WebTrouble) found.stop = { kind: 'web', trouble: error };
  else {
    console.error(error);
    found.stop = { kind: 'bug', error: error instanceof Error ? error.name : typeof error };
  }
}
