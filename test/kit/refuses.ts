import type { ExecutionContext } from 'ava';
import { type Code, Refusal } from '../../src/format/refusal.ts';

/** Asserts that a call is refused with exactly this code: anything else thrown, or nothing, fails the test. */
export function refuses(t: ExecutionContext, code: Code, deed: () => unknown, message?: string): void {
  t.throws(deed, { instanceOf: Refusal, code }, message ?? `should be refused as ${code}`);
}
