import type { Case, CasePlan } from './case.ts';
import { admitCase } from './cases/admit.ts';
import { avisoCase } from './cases/aviso.ts';
import { copiesCase } from './cases/copies.ts';
import { nightCase } from './cases/night.ts';
import { healCase, packCase, pushCase } from './cases/pack.ts';
import { repairCase } from './cases/repair.ts';
import { restoreCase } from './cases/restore.ts';
import { addDifusorCase, iecInitCase, initCase } from './cases/setup.ts';
import { traerCase } from './cases/traer.ts';
import { revokeCase, trustCase } from './cases/trust.ts';

/** The cases by their names. The flags that are common to all: `noise` another program syncs a file of its own all the time,
 * so that metadata are on the disk at any moment; the others are told where each case is. */
export const CASES: Readonly<Record<string, (plan: CasePlan) => Case>> = {
  admit: (plan) => admitCase(plan, 'admit'),
  run: (plan) => admitCase(plan, 'run'),
  trust: trustCase,
  revoke: revokeCase,
  repair: repairCase,
  aviso: avisoCase,
  copies: copiesCase,
  init: initCase,
  pack: packCase,
  push: pushCase,
  heal: healCase,
  restore: restoreCase,
  traer: traerCase,
  'iec-init': iecInitCase,
  'add-difusor': addDifusorCase,
  night: nightCase,
};

export const DEFAULT_CASES = [
  'admit',
  'admit+noise',
  'admit+killed',
  'admit+far+away',
  'run+noise',
  'run+far+away',
  'admit+early+killed+away',
  'trust+noise',
  'trust+run+noise',
  'revoke+noise',
  'revoke+away',
  'revoke+run+far+away',
  'repair+noise',
  'repair+tree+content+noise',
  'repair+patrol+noise',
  'aviso',
  'copies+noise',
  'init',
  'pack+noise',
  'push',
  'push+killed',
  'push+beside',
  'heal+noise',
  'restore+noise',
  'restore+some',
  'traer+noise',
  'traer+beside',
  'iec-init',
  'add-difusor',
  'night',
  'kills',
];
