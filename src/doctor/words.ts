import { bilingual, type SameAs } from '../format/said.ts';

/** How a verdict is said, and what a report says around the checks. */

const english = {
  cumple: 'met',
  'no-cumple': 'not met',
  'no-se-sabe': 'not known',
  declarado: 'declared',
  required: (what: string) => `required: ${what}`,
  remedy: (what: string) => `remedy: ${what}`,
  sum: (head: string, met: number, declared: number, unknown: number, unmet: number) =>
    `${head}: met ${met}, declared ${declared}, not known ${unknown}, not met ${unmet}`,
  declared: (text: string, measured: string) => `you declare: ${text} (measured: ${measured})`,
} as const;

const spanish: SameAs<typeof english> = {
  cumple: 'cumple',
  'no-cumple': 'no cumple',
  'no-se-sabe': 'no se sabe',
  declarado: 'lo declara usted',
  required: (what) => `se pide: ${what}`,
  remedy: (what) => `remedio: ${what}`,
  sum: (head, met, declared, unknown, unmet) =>
    `${head}: cumplen ${met}, declarados ${declared}, no se saben ${unknown}, no cumplen ${unmet}`,
  declared: (text, measured) => `usted declara: ${text} (medido: ${measured})`,
};

export const words = bilingual(english, spanish);
