/**
 * The names of what a daemon does, step by step. A step is announced as it is reached: to show that the process is
 * alive, to stop it where nothing is left half-done, and for tests that end it exactly there.
 */

/** Before and after each change that must survive a power cut. A test kills the process at every one of them. */
type DurableStep =
  | 'before T6'
  | 'after T6'
  | 'before A12 sync'
  | 'after A12 sync'
  | 'before A13 tree'
  | 'before A13'
  | 'after A13'
  | 'before A14'
  | 'after A14'
  | 'before A15'
  | 'after A15'
  | 'after copies sync'
  | 'before revoking'
  | 'after revoking';

/** Long work, announced again and again while it goes on. */
type WorkStep =
  | 'turn'
  | 'waiting'
  | 'copying'
  | 'extracting'
  | 'checking'
  | 'syncing'
  | 'restore'
  | 'patrol'
  | 'repairing'
  | 'pruning'
  | 'compressing';

export type StepName = DurableStep | WorkStep;

/** What the listener throws ends the work at that step and leaves what a kill would leave. */
export type Step = (name: StepName) => void;

/** Thrown by a listener to {@link Step} that wants the work to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
