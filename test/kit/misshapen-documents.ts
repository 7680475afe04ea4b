import type { Code } from '../../src/format/refusal.ts';
import type { Statement } from '../../src/format/statement.ts';
import type { Phase, Trust } from '../../src/format/trust.ts';
import { makeCustodian, makeSigner } from './election.ts';

/** Documents that are spelled as they should be and signed by who may, and have a form that the format does not allow. */

/** What the form of a trust document forbids beyond that of its members (T1, T2), as changes of a good one. */
export const MISMADE: readonly (readonly [string, (first: Trust) => Partial<Trust>, Code?])[] = [
  ['a control character in its title', () => ({ title: 'PREP\u0085Coahuila' })],
  ['it expires before it is issued', ({ issued_at }) => ({ expires_at: issued_at })],
  ['a phase closes as it opens', ({ phases }) => ({ phases: phases.map((of) => ({ ...of, closes_at: of.opens_at })) })],
  ['a phase has the name of a folder', ({ phases }) => ({ phases: [...phases, { ...(phases[0] as Phase), name: 'trust' }] })],
  ['a phase has no period', ({ phases }) => ({ phases: phases.map((of) => ({ ...of, period_seconds: 0 })) })],
  ['a phase twice', ({ phases }) => ({ phases: [...phases, phases[0] as Phase] })],
  ['a signer of no phase', ({ signers }) => ({ signers: [...signers, makeSigner('otra', 'otra-fase')] })],
  ['a signer from corte 0 on', ({ signers }) => ({ signers: [...signers, makeSigner('otra', 'jornada', 0)] })],
  ['a signer who ends too early', ({ signers }) => ({ signers: [...signers, makeSigner('otra', 'jornada', 5, 3)] })],
  ['two signers of one name', ({ signers }) => ({ signers: [...signers, { ...makeSigner('otra', 'jornada'), name: 'firma-1' }] })],
  [
    'two custodians of one name',
    ({ custodians }) => ({ custodians: [...custodians, { ...makeCustodian('otra'), name: 'auditor' }] }),
  ],
  ['too many custodians', ({ custodians }) => ({ custodians: [...custodians, ...more(14).map(makeCustodian)] }), 'too-large'],
  [
    'too many signers',
    ({ signers }) => ({ signers: [...signers, ...more(62).map((name) => makeSigner(name, 'jornada'))] }),
    'too-large',
  ],
  [
    'too many phases',
    ({ phases }) => ({ phases: [...phases, ...more(15).map((name) => ({ ...(phases[0] as Phase), name }))] }),
    'too-large',
  ],
];

/** What a corte that was signed may say and nobody may read. */
export const MISWRITTEN: readonly (readonly [string, (corte: Statement) => Statement])[] = [
  ['an hour of a zone that is not', (corte) => ({ ...corte, taken_at: '2018-07-01T20:00:00+24:00' })],
  ['an hour of another form', (corte) => ({ ...corte, taken_at: '2018-07-01T20:10:0:-05:00' })],
  ['a note with a control character', (corte) => ({ ...corte, note: 'uno\u0085dos' })],
  ['a note that is too long', (corte) => ({ ...corte, note: 'ñ'.repeat(501) })],
];

function more(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `otra-${i}`);
}
