import { type Check, checkOf, type Found, fails, joined, meets, notKnown } from '../check.ts';
import { judgeService, type UnitFacts } from './services.ts';
import { words } from './traer-words.ts';
import { words as common } from './words.ts';

/** Whether a node could live from other Difusores if the IEC did not reach it. */

export interface TraerFacts {
  /** whether the configuration has it on */
  readonly isOn: boolean;
  readonly unit: UnitFacts;
  /** what it last said; null where it never did */
  readonly told: TraerTold | null;
}

/** The part of its status that is judged. */
export interface TraerTold {
  /** when it was said, UTC */
  readonly at: string;
  readonly mirrors: readonly {
    readonly name: string;
    /** whether this node could live from it now, be it that something was wrong with it before */
    readonly well: boolean;
    readonly fault: { readonly kind: string } | null;
  }[];
  /** of what this machine itself was at fault for last; null where nothing is, or it has no code */
  readonly trouble_code: string | null;
}

/** It says something every 15 s; after so long nobody is at work, ms. */
const SILENT_MS = 120_000;

const SET_CLOCK = 'timedatectl set-ntp true';

/** @param now ms since the epoch */
export function judgeTraer({ isOn, unit, told }: TraerFacts, now: number): Check[] {
  if (!isOn) return [checkOf('traer', meets(words.off))];
  const isAlive = told !== null && Math.abs(now - Date.parse(told.at)) <= SILENT_MS;
  const sign = told && { isAlive, says: isAlive ? common.lastSign(told.at) : common.nobodySince(told.at) };
  return [
    judgeService('traer', unit, sign),
    checkOf('traer-espejos', told !== null && isAlive ? judgeMirrors(told) : notKnown(words.noSign, common.asRoot)),
  ];
}

function judgeMirrors({ mirrors, trouble_code: code }: TraerTold): Found {
  if (code === 'time-future') return fails(words.ahead, SET_CLOCK);
  if (code === 'trust-expired') return fails(words.trustEnded, SET_CLOCK);
  if (mirrors.length === 0) return notKnown(words.noMirrors);
  const well = mirrors.filter((mirror) => mirror.well).length;
  const liars = mirrors.filter(({ fault }) => fault?.kind === 'lied').map(({ name }) => name);
  const lied = liars.length === 0 ? [] : [words.lied(liars.join(', '))];
  if (well === 0) return fails(joined([words.noneWell(mirrors.length), ...lied], '; '));
  return meets(joined([words.well(well, mirrors.length), ...lied], '; '));
}
