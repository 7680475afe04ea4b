import { type Check, checkOf, type Found, fails, joined, judged, meets, notKnown } from '../check.ts';
import type { Known, Told } from '../known.ts';
import type { RuleId } from '../rules.ts';
import { words } from './words.ts';

/** What systemd says of the services, and what they themselves show. */

export interface UnitFacts {
  /** as in `cotejo-difusor.service` */
  readonly name: string;
  readonly state: Known<UnitState>;
}

export interface UnitState {
  /** `loaded`, `not-found` … */
  readonly load: string;
  /** `active`, `inactive`, `failed` … */
  readonly active: string;
  /** `enabled`, `disabled` … */
  readonly atBoot: string;
  /** how often systemd started it anew */
  readonly restarts: number;
  readonly needsReload: boolean;
  /** against the unit that came with the program; `unknown` where that is not at hand */
  readonly fragment: 'same' | 'changed' | 'unknown';
  /** names of the files that change it */
  readonly dropIns: readonly string[];
}

/**
 * @param sign whether it shows by itself that it works, and how; null where it shows nothing
 */
export function judgeService(
  rule: RuleId,
  unit: UnitFacts,
  sign: { readonly isAlive: boolean; readonly says: Told } | null,
): Check {
  return checkOf(rule, judgeOne(unit, sign));
}

function judgeOne({ name, state }: UnitFacts, sign: { readonly isAlive: boolean; readonly says: Told } | null): Found {
  const log = `systemctl status ${name}; journalctl -u ${name}`;
  if (sign && !sign.isAlive) return fails(sign.says, unitRuns(state) ? log : undefined);
  const found = judged(state, ({ load, active, atBoot, restarts }) => {
    if (load === 'not-found') return fails(words.notInstalled(name));
    if (active !== 'active') return fails(`${name}: ${active}`);
    if (atBoot === 'disabled') return fails(words.notAtBoot, `systemctl enable ${name}`);
    return meets(joined([words.running, ...(restarts > 0 ? [words.restarts(restarts)] : []), ...(sign ? [sign.says] : [])], '; '));
  });
  // What runs without systemd can show that it is at work.
  return found.verdict === 'no-se-sabe' && sign ? meets(joined([sign.says, found.measured], '; ')) : found;
}

function unitRuns(state: Known<UnitState>): boolean {
  return 'known' in state && state.known.active === 'active';
}

/** @param units those of this machine; one that is not installed is no fault here */
export function judgeUnits(units: readonly UnitFacts[]): Check {
  const known = units.flatMap(({ name, state }) => ('known' in state ? [{ name, ...state.known }] : []));
  const there = known.filter(({ load }) => load !== 'not-found');
  const [unseen] = units.flatMap(({ state }) => ('unknown' in state ? [state.unknown] : []));
  if (there.length === 0) return checkOf('unidades', notKnown(unseen ?? words.noUnits));
  return checkOf('unidades', judgeFragments(there));
}

function judgeFragments(units: readonly (UnitState & { readonly name: string })[]): Found {
  const changed = units.filter(({ fragment }) => fragment === 'changed').map(({ name }) => name);
  if (changed.length > 0) return fails(words.changed(changed.join(', ')));
  const stale = units.filter(({ needsReload }) => needsReload).map(({ name }) => name);
  if (stale.length > 0) return fails(words.notReread(stale.join(', ')), 'systemctl daemon-reload');
  const unknown = units.filter(({ fragment }) => fragment === 'unknown').map(({ name }) => name);
  const dropIns = units.flatMap((unit) => unit.dropIns);
  const told = dropIns.length === 0 ? '' : words.withDropIns(dropIns.join(', '));
  if (unknown.length > 0) return notKnown(words.nothingToCompare(unknown.join(', '), told));
  return meets(words.unchanged(units.length, told));
}
