import { bilingual, type SameAs } from '../format/said.ts';

/** How a verdict is said, and what a report says around the checks. */

const english = {
  cumple: 'fit',
  'no-cumple': 'not fit',
  'no-se-sabe': 'not known',
  declarado: 'declared',
  required: (what: string) => `required: ${what}`,
  remedy: (what: string) => `remedy: ${what}`,
  sum: (head: string, fit: number, declared: number, unknown: number, unfit: number) =>
    `${head}: fit ${fit}, declared ${declared}, not known ${unknown}, not fit ${unfit}`,
  declared: (text: string, measured: string) => `you declare: ${text} (measured: ${measured})`,
} as const;

const spanish: SameAs<typeof english> = {
  cumple: 'cumple',
  'no-cumple': 'no cumple',
  'no-se-sabe': 'no se sabe',
  declarado: 'lo declara usted',
  required: (what) => `se pide: ${what}`,
  remedy: (what) => `remedio: ${what}`,
  sum: (head, fit, declared, unknown, unfit) =>
    `${head}: cumplen ${fit}, declarados ${declared}, no se saben ${unknown}, no cumplen ${unfit}`,
  declared: (text, measured) => `usted declara: ${text} (medido: ${measured})`,
};

export const words = bilingual(english, spanish);
