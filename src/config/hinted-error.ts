import { type Said, ToldError } from '../format/said.ts';

/** Something could not be done, as any Error (exit 3), and it is known what to do about it. */
export class HintedError extends ToldError {
  override readonly name = 'HintedError';
  readonly hint: Said;

  /** @param hint what to do about it, one line as after `cotejo: hint:` */
  constructor(message: Said, hint: Said, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.hint = hint;
  }
}
