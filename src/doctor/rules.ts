import { CONVOCATORIA } from './rules/convocatoria.ts';
import { INSTITUTE } from './rules/institute.ts';
import { NODE } from './rules/node.ts';

/**
 * What is required, rule by rule: the one place for the clauses of the convocatoria and for the sentences that say what
 * it asks.
 */
export const RULES = { ...CONVOCATORIA, ...NODE, ...INSTITUTE };

export type RuleId = keyof typeof RULES;
