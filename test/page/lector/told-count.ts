import type { ToldCount } from '../../../src/page/recibos/told.ts';

/** A count of receipts on a good night. @param at where they were read */
export function toldCount(at: string): ToldCount {
  return {
    kind: 'counted',
    at,
    signed: 41,
    admitted: 0,
    contrary: 0,
    missing: 9,
    nodes: 50,
    difusores: 38,
    ofDifusores: 45,
    refused: 0,
    contradictions: 0,
    shown: [],
  };
}
