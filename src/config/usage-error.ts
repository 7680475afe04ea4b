import { type Said, said } from '../format/said.ts';

/** The command line or a configuration is not as it must be: exit 2, before anything was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly said: Said;
  readonly hint: string | Said | null;

  /** @param hint what to do about it, one line as after `cotejo: hint:` */
  constructor(message: string | Said, hint: string | Said | null = null) {
    super(String(message));
    this.said = said(message);
    this.hint = hint;
  }
}
