import type { Said } from '../../format/said.ts';
import { type Check, checkOf, type Found, fails, joined, judged, meets, notKnown } from '../check.ts';
import type { Known, Told } from '../known.ts';
import { words } from './words.ts';

/** What goes on when a part fails: disks, network, power. What lies outside this machine can only be declared. */

export interface RedundancyFacts {
  /** the arrays under the state; none where it lies on a plain disk, or on a controller that hides its disks */
  readonly arrays: Known<readonly DiskArray[]>;
  readonly bonds: Known<readonly Bond[]>;
  readonly ups: Known<readonly Ups[]>;
}

export interface DiskArray {
  /** as its program calls it: `md0 (raid1)` */
  readonly name: Told;
  readonly isRedundant: boolean;
  readonly isHealthy: boolean;
}

export interface Bond {
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly isUp: boolean }[];
}

export interface Ups {
  readonly name: string;
  /** nut's `ups.status`: `OL CHRG` */
  readonly status: Told;
}

export function judgeRedundancy({ arrays, bonds, ups }: RedundancyFacts): Check[] {
  return [
    checkOf('discos-redundantes', judged(arrays, judgeArrays)),
    checkOf('red-redundante', judged(bonds, judgeBonds)),
    checkOf('energia-redundante', notKnown(words.noSupplies)),
    checkOf('ups', judged(ups, judgeUps)),
    checkOf('alta-disponibilidad', notKnown(words.noOthers)),
    checkOf('proteccion-dos', notKnown(words.isBefore)),
    checkOf('enlace', notKnown(words.iecMeasures)),
  ];
}

function judgeArrays(arrays: readonly DiskArray[]): Found {
  const redundant = arrays.filter(({ isRedundant }) => isRedundant);
  const sick = redundant.filter(({ isHealthy }) => !isHealthy);
  if (sick.length > 0) return fails(words.degraded(namesOf(sick)), words.changeDisk);
  if (redundant.length > 0) return meets(words.healthy(namesOf(redundant)));
  if (arrays.length > 0) return fails(words.notRedundant(namesOf(arrays)));
  return notKnown(words.noArray);
}

function judgeBonds(bonds: readonly Bond[]): Found {
  if (bonds.length === 0) return notKnown(words.noBond);
  const down = bonds.flatMap(({ members }) => members.filter(({ isUp }) => !isUp));
  if (down.length > 0) return fails(words.linkDown(namesOf(down)), words.checkCable);
  const whole = bonds.find(({ members }) => members.length > 1);
  if (whole) return meets(words.pathWhy(whole.name, namesOf(whole.members)));
  return fails(words.oneInterface(namesOf(bonds)), words.addInterface);
}

/** nut: on line; on battery, battery low, to be replaced, overloaded, off. */
function judgeUps(all: readonly Ups[]): Found {
  if (all.length === 0) return notKnown(words.noUps);
  const sick = all.find(({ status }) => !isWell(status));
  if (sick) return fails(words.pathWhy(sick.name, sick.status), `upsc ${sick.name}`);
  return meets(
    joined(
      all.map(({ name, status }) => words.pathWhy(name, status)),
      ', ',
    ),
  );
}

function isWell(status: Told): boolean {
  const said = String(status).split(/\s+/);
  return said.includes('OL') && !said.some((word) => ['OB', 'LB', 'RB', 'OVER', 'OFF', 'FSD', 'ALARM'].includes(word));
}

function namesOf(all: readonly { readonly name: Told }[]): Said {
  return joined(
    all.map(({ name }) => name),
    ', ',
  );
}
