import type { Phase, Signer } from '../format/trust.ts';
import type { Change } from './changes.ts';
import type { Side } from './signatures.ts';

/** The sentences of the ceremony. Custodians read Spanish; `english` says the same to whoever helps them. */
export interface Words {
  readonly lang: string;
  /** `title` takes the version. */
  title(version: number): string;
  readonly election: string;
  readonly follows: string;
  /** Version 1 follows none. */
  readonly first: string;
  readonly version: (version: number, hash: string) => string;
  readonly issued: string;
  readonly expires: string;
  when(time: string): string;
  changesSince(version: number): string;
  change(change: Change): string;
  readonly nothingChanges: string;
  readonly nothingElse: string;
  readonly notCompared: string;
  readonly stands: string;
  custodians(threshold: number, count: number): string;
  readonly signers: string;
  readonly phases: string;
  maySign(signer: Signer, phase: Phase | undefined): string;
  phaseHours(phase: Phase): string;
  phaseRule(phase: Phase): string;
  readonly hash: string;
  readonly signatures: string;
  readonly hasSigned: string;
  readonly hasNotSigned: string;
  side(side: Side): string;
  readonly typeGroup: string;
  readonly otherGroup: string;
  signedIn(custodian: string, file: string): string;
}

export interface Moment {
  readonly weekday: number;
  readonly day: number;
  readonly month: number;
  readonly year: string;
  readonly hour: string;
  readonly offset: string;
}

/** The parts of a time as written, at its own offset: the hour is the election's, not this machine's. */
export function momentOf(time: string): Moment {
  const [date = '', rest = ''] = time.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const clock = rest.slice(0, 8);
  return {
    weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
    day: Number(day),
    month: Number(month) - 1,
    year,
    hour: clock.endsWith(':00') ? clock.slice(0, 5) : clock,
    offset: `UTC${rest.slice(8).replace('-', '\u2212')}`,
  };
}

export function duration(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
