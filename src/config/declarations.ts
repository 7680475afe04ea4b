import * as v from 'valibot';
import { asked } from '../format/issue.ts';
import { type Said, said } from '../format/said.ts';
import { isPrintable } from '../format/text.ts';
import { words } from './words.ts';

/**
 * What the doctor can't see, or not on this machine, and who runs it may declare: in the table `[declaraciones]` of a
 * configuration or with `--declare`. What is declared is printed as declared, never as met.
 */

/** Ids of the doctor's checks. */
export const DECLARABLE = [
  'alta-disponibilidad',
  'discos-redundantes',
  'red-redundante',
  'energia-redundante',
  'ups',
  'enlace',
  'cortafuegos',
  'proteccion-dos',
  'intrusos',
] as const;

export type Declarable = (typeof DECLARABLE)[number];

export type Declarations = Readonly<Partial<Record<Declarable, string | undefined>>>;

/** Characters of one declaration: all of them together are printed on one page. */
const LONGEST = 160;

/** @returns why a text is no declaration, null where it is one */
export function whyNoDeclaration(text: string): Said | null {
  if (text.trim() === '') return words.emptyDeclaration;
  if (text.length > LONGEST) return words.longDeclaration(LONGEST, text.length);
  return isPrintable(text) ? null : words.controlInDeclaration;
}

const declaration = v.optional(
  v.pipe(
    v.string(),
    v.check(
      (text) => whyNoDeclaration(text) === null,
      asked((text: string) => whyNoDeclaration(text) ?? said('')),
    ),
  ),
);

/** The table `[declaraciones]`. An id that can't be declared is an unknown key, like any other. */
export const declarations = v.strictObject({
  'alta-disponibilidad': declaration,
  'discos-redundantes': declaration,
  'red-redundante': declaration,
  'energia-redundante': declaration,
  ups: declaration,
  enlace: declaration,
  cortafuegos: declaration,
  'proteccion-dos': declaration,
  intrusos: declaration,
} satisfies Record<Declarable, typeof declaration>);
