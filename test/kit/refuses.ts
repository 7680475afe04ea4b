import type { ExecutionContext } from 'ava';
import { type Code, Refusal } from '../../src/format/refusal.ts';

/**
 * Asserts that a call is refused with exactly this code, and that those who read Spanish are told why in Spanish:
 * anything else thrown, or nothing, fails the test.
 */
export function refuses(t: ExecutionContext, code: Code, deed: () => unknown, message?: string): void {
  const refusal = t.throws(deed, { instanceOf: Refusal, code }, message ?? `should be refused as ${code}`);
  if (refusal) t.not(refusal.said.es, refusal.said.en, 'in Spanish it is told in Spanish');
}
