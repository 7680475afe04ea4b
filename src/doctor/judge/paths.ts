import type { Said } from '../../format/said.ts';
import { type Check, checkOf, type Found, fails, joined, meets, notKnown } from '../check.ts';
import type { Told } from '../known.ts';
import { words } from './words.ts';

/** Owners and modes of what the configuration names, as the installation leaves them. */

export interface PathFact {
  readonly path: string;
  /** null where it is not there, or could not be looked at */
  readonly seen: Seen | null;
  /** why not, in Spanish; null where it was seen */
  readonly why: Told | null;
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
  const told = (some: typeof wrong) =>
    joined(
      some.map(({ says }) => says),
      '; ',
    );
  return checkOf(
    'permisos',
    certain.length > 0 ? failing(told(certain), certain) : unseen(told(wrong), wrong.length, paths.length),
  );
}

/** What `why` says of a path that is not there, as opposed to one that this account may not look at. */
export const MISSING = words.missing;

function failing(says: Said, wrong: readonly { readonly mend: string | null }[]): Found {
  const commands = wrong.flatMap(({ mend }) => (mend === null ? [] : [mend]));
  return commands.length === 0 ? fails(says) : fails(says, commands.join(' && '));
}

function unseen(says: Said, some: number, all: number): Found {
  return some > 0 ? notKnown(says, words.asRoot) : meets(words.pathsGood(all));
}

function faultOf({ path, seen, why, rule }: PathFact): { says: Said; mend: string | null } | null {
  if (seen === null) return { says: words.pathWhy(path, why ?? MISSING), mend: null };
  const { owner, group, mode } = seen;
  if (rule.owner !== null && !rule.owner.includes(owner)) {
    const [right = 'root'] = rule.owner;
    return { says: words.otherOwner(path, owner, right), mend: `chown ${right} ${path}` };
  }
  if (rule.group !== null && rule.group !== group) {
    return { says: words.otherGroup(path, group, rule.group), mend: `chgrp ${rule.group} ${path}` };
  }
  const right = (mode & ~rule.never) | rule.always;
  if (right === mode) return null;
  return { says: words.mode(path, octal(mode)), mend: `chmod ${octal(right)} ${path}` };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
