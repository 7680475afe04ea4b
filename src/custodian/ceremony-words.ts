import type { Phase, Signer } from '../format/trust.ts';
import type { Change } from './changes.ts';
import type { Side } from './signatures.ts';

/** The sentences of the ceremony. Custodians read Spanish; `english` says the same to people who help them. */
export interface CeremonyWords {
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
  /** of a time of the format, with its day of the week and its offset */
  moment(time: string): string;
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
