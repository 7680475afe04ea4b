import type { Trouble } from '../../../src/page/lector/messages.ts';
import { corteFacts, documento, estadoOf, NOW, type Saying, saying } from './fake-worker.ts';

/** Each state of the bar, by what the worker says. */

const [one, two] = [corteFacts(37).sha256, corteFacts(38).sha256];
const silent = estadoOf().mirrors.map((mirror) => ({ ...mirror, state: 'calla' as const, number: null }));
const nothing = { head: null, seen: null, shows: 'nada' as const, avisoAt: null };
const disowned = (sha256: string): Trouble => ({ kind: 'revocado', number: 37, sha256, version: 3 });
const troubled = (...troubles: Trouble[]) => saying({ estado: estadoOf({ troubles }) });

export interface State {
  readonly saying: Saying;
  /** of the page, by `data-standing` */
  readonly standing: string;
  readonly isFrameSeen: boolean;
  /** by `data-gravity`; null where nothing is noted */
  readonly note: 'bad' | 'warn' | 'calm' | null;
  /** ms since the epoch, by the reader's clock */
  readonly now?: number;
}

const SEEN = { standing: 'corte', isFrameSeen: true, note: null } as const;
const UNSEEN = { isFrameSeen: false, note: null } as const;

export const STATES: Readonly<Record<string, State>> = {
  verified: { ...SEEN, saying: saying() },
  newer: { ...SEEN, saying: saying({ estado: estadoOf(), found: estadoOf({ head: corteFacts(38) }) }) },
  final: {
    ...SEEN,
    saying: saying({
      estado: estadoOf({ head: corteFacts(37, { isFinal: true }), avisoAt: null }),
      documents: { 37: documento(corteFacts(37, { isFinal: true }), { from: ['Vanguardia', 'Universidad Autónoma'] }) },
    }),
  },
  drill: {
    ...SEEN,
    saying: saying({
      estado: estadoOf({ phase: { ...estadoOf().phase!, name: 'simulacro-1', isDrill: true } }),
      documents: { 37: documento(corteFacts(37), { isDrill: true }) },
    }),
  },
  kept: {
    ...SEEN,
    note: 'warn',
    saying: saying({
      estado: estadoOf({ mirrors: silent, offlineSince: NOW - 7 * 60_000 }),
      documents: { 37: documento(corteFacts(37), { from: ['guardado'] }) },
    }),
  },
  altered: {
    ...SEEN,
    note: 'calm',
    saying: saying({
      estado: estadoOf({
        mirrors: estadoOf().mirrors.map((mirror, i) => (i === 2 ? { ...mirror, state: 'entrego-otra-cosa' } : mirror)),
      }),
    }),
  },
  refused: { ...SEEN, note: 'calm', saying: troubled({ kind: 'rechazado', mirror: 'El Siglo', code: 'signature-invalid' }) },
  older: { ...SEEN, note: 'warn', saying: troubled({ kind: 'mas-viejo', number: 35, seen: 37 }) },
  missing: { ...SEEN, note: 'warn', saying: troubled({ kind: 'archivo', number: 37, path: 'graficas/participacion.svg' }) },
  clock: { ...SEEN, note: 'warn', saying: troubled({ kind: 'reloj', seconds: -86_400 }) },
  unkept: { ...SEEN, note: 'calm', saying: troubled({ kind: 'no-guarda' }) },
  expired: { ...SEEN, note: 'calm', saying: saying({ estado: estadoOf({ isTrustExpired: true }) }) },
  many: {
    ...SEEN,
    note: 'warn',
    saying: troubled(
      { kind: 'mas-viejo', number: 35, seen: 37 },
      { kind: 'no-guarda' },
      { kind: 'rechazado', mirror: 'El Siglo', code: 'signature-invalid' },
    ),
  },
  aviso: { ...UNSEEN, standing: 'aviso', saying: saying({ estado: estadoOf({ shows: 'aviso' }) }) },
  'aviso-doubt': {
    ...UNSEEN,
    standing: 'aviso',
    note: 'warn',
    now: NOW + 86_400_000,
    saying: saying({ estado: estadoOf({ troubles: [{ kind: 'reloj', seconds: 86_400 }] }) }),
  },
  'aviso-silent': {
    ...UNSEEN,
    standing: 'aviso',
    note: 'warn',
    saying: saying({ estado: estadoOf({ shows: 'aviso', mirrors: silent, offlineSince: NOW - 40 * 60_000 }) }),
  },
  espera: {
    ...UNSEEN,
    standing: 'espera',
    now: Date.parse('2018-07-01T17:20:00-05:00'),
    saying: saying({ estado: estadoOf({ ...nothing, shows: 'espera' }) }),
  },
  fork: {
    ...UNSEEN,
    standing: 'fork',
    saying: troubled({ kind: 'bifurcacion', phase: 'jornada', number: 37, one, other: two }),
  },
  'trust-fork': {
    ...UNSEEN,
    standing: 'trust-fork',
    saying: troubled({ kind: 'bifurcacion-confianza', version: 2, one, other: two }),
  },
  revoked: {
    ...UNSEEN,
    standing: 'revoked',
    saying: saying({
      estado: estadoOf(),
      found: estadoOf({ head: corteFacts(36), trust: 3, troubles: [disowned(one)] }),
    }),
  },
  // The 37 that was shown is disowned, and there is another to go to.
  'revoked-anew': {
    ...UNSEEN,
    standing: 'revoked',
    saying: saying({
      estado: estadoOf(),
      found: estadoOf({ head: corteFacts(37, { sha256: two }), trust: 3, troubles: [disowned(one)] }),
    }),
  },
  // The 37 that is shown was signed anew in the place of another, which was disowned.
  anew: {
    ...SEEN,
    note: 'warn',
    saying: saying({
      estado: estadoOf({ troubles: [disowned(two)] }),
      found: estadoOf({ head: corteFacts(38), troubles: [disowned(two)] }),
    }),
  },
  silent: {
    ...UNSEEN,
    standing: 'nothing',
    saying: saying({ estado: estadoOf({ ...nothing, mirrors: silent, offlineSince: NOW - 60_000 }) }),
  },
  'nothing-sound': {
    ...UNSEEN,
    standing: 'nothing',
    note: 'calm',
    saying: saying({
      estado: estadoOf({
        ...nothing,
        mirrors: silent.map((mirror, i) => (i === 2 ? { ...mirror, state: 'entrego-otra-cosa' } : mirror)),
        troubles: [{ kind: 'rechazado', mirror: 'El Siglo', code: 'signer-unknown' }],
      }),
    }),
  },
  searching: {
    ...UNSEEN,
    standing: 'searching',
    saying: saying({
      estado: estadoOf({ ...nothing, mirrors: silent.map((mirror) => ({ ...mirror, state: 'por-preguntar' })) }),
    }),
  },
  unverified: { ...UNSEEN, standing: 'unverified', saying: saying({ documents: {} }) },
};
