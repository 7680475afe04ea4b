import type { Verdict } from './check.ts';

/** How a verdict is said, in Spanish wherever it is shown. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  cumple: 'cumple',
  'no-cumple': 'no cumple',
  'no-se-sabe': 'no se sabe',
  declarado: 'lo declara usted',
};
