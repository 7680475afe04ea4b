import type { Disk } from './disk.ts';
import type { Fixtures } from './fixtures.ts';

/** What is done while the disk records, and what must be true of every image that a power cut leaves. */
export interface Case {
  /** file systems on the disk (see `makeDisk`) */
  readonly parts: 1 | 2;
  /** bytes that each of them must have beside what every case needs */
  readonly room?: number;
  /** how long the recording goes on after the work, ms: what the kernel writes later may be lost too */
  readonly lingerMs: number;
  prepare(at: string): Promise<void>;
  /** The work. It throws where it does not come to its end: then the case tries nothing. */
  act(at: string, disk: Disk): Promise<void>;
  /** Paths that are marks in the record as soon as they are there: from then on somebody may have read them. */
  watched?(at: string): Readonly<Record<string, string>>;
  /**
   * Looks at an image as it comes up, and starts cotejo on it again.
   * @param at where it is mounted
   * @param passed marks of the record before the cut; `done` is one of them
   * @returns words: one that begins with FAULT is a fault, with NOTE is told and is none, the rest names the state
   */
  judge(at: string, passed: ReadonlySet<string>): Promise<string[]>;
  /** Ends what the case started. */
  end?(): Promise<void>;
}

export interface CasePlan {
  readonly fixtures: Fixtures;
  /** what follows the case's name after a `+` */
  readonly flags: ReadonlySet<string>;
  /** a private folder of the case, on no recorded disk */
  readonly folder: string;
  /** where the recorded disk is mounted: while it records, and after a cut */
  readonly live: string;
  readonly after: string;
}
