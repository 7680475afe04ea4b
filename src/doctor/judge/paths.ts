import { type Check, checkOf, type Found, fails, meets, notKnown } from '../check.ts';

/** Owners and modes of what the configuration names, as the installation leaves them. */

export interface PathFact {
  readonly path: string;
  /** null where it is not there, or could not be looked at */
  readonly seen: Seen | null;
  /** why not, in Spanish; null where it was seen */
  readonly why: string | null;
  readonly rule: PathRule;
}

interface Seen {
  readonly owner: string;
  readonly group: string;
  /** permission bits with set-group-id and the like */
  readonly mode: number;
}

export interface PathRule {
  /** null: whoever */
  readonly owner: readonly string[] | null;
  readonly group: string | null;
  /** bits that must not be there */
  readonly never: number;
  /** bits that must be there */
  readonly always: number;
}

export function judgePaths(paths: readonly PathFact[]): Check {
  const wrong = paths.flatMap((fact) => {
    const fault = faultOf(fact);
    return fault === null ? [] : [{ ...fault, isUnseen: fact.seen === null && fact.why !== MISSING }];
  });
  const certain = wrong.filter(({ isUnseen }) => !isUnseen);
  const told = (some: typeof wrong) => some.map(({ says }) => says).join('; ');
  return checkOf(
    'permisos',
    certain.length > 0 ? failing(told(certain), certain) : unseen(told(wrong), wrong.length, paths.length),
  );
}

/** What `why` says of a path that is not there, as opposed to one that this account may not look at. */
export const MISSING = 'no existe';

function failing(says: string, wrong: readonly { readonly mend: string | null }[]): Found {
  const commands = wrong.flatMap(({ mend }) => (mend === null ? [] : [mend]));
  return commands.length === 0 ? fails(says) : fails(says, commands.join(' && '));
}

function unseen(says: string, some: number, all: number): Found {
  return some > 0 ? notKnown(says, 'ejecútelo como root') : meets(`${all} rutas en orden`);
}

function faultOf({ path, seen, why, rule }: PathFact): { says: string; mend: string | null } | null {
  if (seen === null) return { says: `${path}: ${why ?? MISSING}`, mend: null };
  const { owner, group, mode } = seen;
  if (rule.owner !== null && !rule.owner.includes(owner)) {
    const [right = 'root'] = rule.owner;
    return { says: `${path}: es de ${owner} y debe ser de ${right}`, mend: `chown ${right} ${path}` };
  }
  if (rule.group !== null && rule.group !== group) {
    return { says: `${path}: su grupo es ${group} y debe ser ${rule.group}`, mend: `chgrp ${rule.group} ${path}` };
  }
  const right = (mode & ~rule.never) | rule.always;
  if (right === mode) return null;
  return { says: `${path}: modo ${octal(mode)}`, mend: `chmod ${octal(right)} ${path}` };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
