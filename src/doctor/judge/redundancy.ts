import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';

/** What goes on when a part fails: disks, network, power. What lies outside this machine can only be declared. */

export interface RedundancyFacts {
  /** the arrays under the state; none where it lies on a plain disk, or on a controller that hides its disks */
  readonly arrays: Known<readonly DiskArray[]>;
  readonly bonds: Known<readonly Bond[]>;
  readonly ups: Known<readonly Ups[]>;
}

export interface DiskArray {
  /** as its program calls it: `md0 (raid1)` */
  readonly name: string;
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
  readonly status: string;
}

export function judgeRedundancy({ arrays, bonds, ups }: RedundancyFacts): Check[] {
  return [
    checkOf('discos-redundantes', judged(arrays, judgeArrays)),
    checkOf('red-redundante', judged(bonds, judgeBonds)),
    checkOf('energia-redundante', notKnown('un programa no ve las fuentes de alimentación')),
    checkOf('ups', judged(ups, judgeUps)),
    checkOf('alta-disponibilidad', notKnown('un nodo no ve a los demás')),
    checkOf('proteccion-dos', notKnown('está delante de esta máquina, si la hay')),
    checkOf('enlace', notKnown('lo mide el IEC desde su servidor')),
  ];
}

function judgeArrays(arrays: readonly DiskArray[]): Found {
  const redundant = arrays.filter(({ isRedundant }) => isRedundant);
  const sick = redundant.filter(({ isHealthy }) => !isHealthy);
  if (sick.length > 0) return fails(`degradado: ${namesOf(sick)}`, 'cambie el disco que falló y deje que el arreglo se rehaga');
  if (redundant.length > 0) return meets(`${namesOf(redundant)}, sano`);
  if (arrays.length > 0) return fails(`sin redundancia: ${namesOf(arrays)}`);
  return notKnown('no se ve ningún arreglo (el de una controladora no se ve)');
}

function judgeBonds(bonds: readonly Bond[]): Found {
  if (bonds.length === 0) return notKnown('no hay interfaces agregadas; un segundo enlace fuera de la máquina no se ve');
  const down = bonds.flatMap(({ members }) => members.filter(({ isUp }) => !isUp));
  if (down.length > 0) return fails(`sin conexión: ${namesOf(down)}`, 'revise el cable y el puerto de esa interfaz');
  const whole = bonds.find(({ members }) => members.length > 1);
  if (whole) return meets(`${whole.name}: ${namesOf(whole.members)}`);
  return fails(`${namesOf(bonds)}: una sola interfaz`, 'agregue otra interfaz al grupo');
}

/** nut: on line; on battery, battery low, to be replaced, overloaded, off. */
function judgeUps(all: readonly Ups[]): Found {
  if (all.length === 0) return notKnown('nut no conoce ningún UPS');
  const sick = all.find(({ status }) => !isWell(status));
  if (sick) return fails(`${sick.name}: ${sick.status}`, `upsc ${sick.name}`);
  return meets(all.map(({ name, status }) => `${name}: ${status}`).join(', '));
}

function isWell(status: string): boolean {
  const words = status.split(/\s+/);
  return words.includes('OL') && !words.some((word) => ['OB', 'LB', 'RB', 'OVER', 'OFF', 'FSD', 'ALARM'].includes(word));
}

function namesOf(all: readonly { readonly name: string }[]): string {
  return all.map(({ name }) => name).join(', ');
}
