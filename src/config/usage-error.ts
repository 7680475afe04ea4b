import type { Said } from '../format/said.ts';

/** The command line or a configuration is not as it must be: exit 2, before anything was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly said: Said;
  readonly hint: Said | null;

  /** @param hint what to do about it, one line as after `cotejo: hint:` */
  constructor(message: Said, hint: Said | null = null) {
    super(message.en);
    this.said = message;
    this.hint = hint;
  }
}
